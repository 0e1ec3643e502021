// busbar.yaml as values.
import IECMessage

/// Everything the configuration file says. Every key is described in docs/configuration.md.
public struct Configuration: Sendable, Equatable {
  public var server = ServerSettings()
  /// Folders of XSD files that go before the built-in schemas.
  public var schemas: [String] = []
  public var codeTables = CodeTableSettings()
  /// Files with components, as `busbar catalogue --format json` writes them.
  public var registry: [String] = []
  /// Which messages overtake others, in the order of the file.
  public var priorities: [PrioritySettings] = []
  public var masterData = MasterDataSettings()
  public var meterData = MeterDataSettings()
  /// Table of what verbs require of payloads, "none" for nothing; nil: the built-in one.
  public var required: String?
  /// Who may look into the journal from other machines.
  public var operators: [OperatorSettings] = []
  /// In the order of the file; ids and sources are unique.
  public var partners: [PartnerSettings] = []

  public init() {}

  /// The partner of this id.
  public func partner(_ id: String) -> PartnerSettings? { partners.first { $0.id == id } }
}

/// Rows that are added to the code tables.
public struct CodeTableSettings: Sendable, Equatable {
  /// Load the rows that only edition 3 of Part 9 has.
  public var edition3 = false
  /// Name of a table to the CSV file with more rows.
  public var files: [String: String] = [:]

  public init() {}
}

/// The `master-data` section.
public struct MasterDataSettings: Sendable, Equatable {
  /// Whether master data is kept, in the data folder.
  public var isEnabled = false
  /// Operations that are taken in one set; nil is the default.
  public var operationsPerSet: Int?
  /// Sources that get a reply for each operation of an asynchronous set.
  public var separateReplies: [String] = []

  public init() {}
}

/// The `meter-data` section.
public struct MeterDataSettings: Sendable, Equatable {
  /// What becomes of readings of unknown meters.
  public enum UnknownMeters: String, Sendable, CaseIterable { case create, hold, reject }

  /// Whether readings are kept, in the data folder.
  public var isEnabled = false
  /// The utility's zone; nil: that of the store, or UTC.
  public var zone: String?
  /// File with groups of meters.
  public var groups: String?
  /// File with the rules that days are validated by.
  public var rules: String?
  public var unknownMeters = UnknownMeters.create
  /// Connection string or URI of a PostgreSQL database that readings are kept in; nil: in the data folder.
  public var postgresql: String?

  public init() {}
}

/// Somebody who runs the bus.
public struct OperatorSettings: Sendable, Equatable {
  /// For the log.
  public var name: String
  public var auth: [CredentialSettings]
}
