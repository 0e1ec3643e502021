// One meter of a fleet: who it is and where it hangs.

public import CIMModel

/// A meter of a fleet, without its state. Its identifiers are made on demand: a value of this type holds no text.
public struct SimulatedMeter: Sendable, Identifiable {
  /// Position in the fleet, from 0.
  public let index: Int
  /// Number of the transformer that feeds it.
  public let transformer: Int
  /// Number of the section of the feeder it is in.
  public let section: Int
  /// Number of the feeder that feeds the transformer.
  public let feeder: Int
  /// What stands behind it.
  public let load: LoadKind
  /// Midnight (local time) of the day it was installed; its registers stood at 0 then.
  public let installed: Timestamp
  private let identity: Identity

  init(
    index: Int, transformer: Int, section: Int, feeder: Int, load: LoadKind, installed: Timestamp, identity: Identity
  ) {
    self.index = index
    self.transformer = transformer
    self.section = section
    self.feeder = feeder
    self.load = load
    self.installed = installed
    self.identity = identity
  }

  public var id: Int { index }

  /// A UUID in small letters.
  public var mRID: String { identity.mRID(.meter, index) }
  /// E.g. "MTR-00001234"; the number is the index.
  public var name: String { Identity.name(Prefix.meter, index) }
  /// What the manufacturer engraved, e.g. "SN-3F09A2C4417B".
  public var serialNumber: String { identity.serialNumber(index) }

  /// mRID of the usage point it meters, another UUID.
  public var usagePointMRID: String { identity.mRID(.usagePoint, index) }
  /// E.g. "UP-00001234".
  public var usagePointName: String { Identity.name(Prefix.usagePoint, index) }

  public var transformerMRID: String { identity.mRID(.transformer, transformer) }
  /// E.g. "TR-000123".
  public var transformerName: String { Identity.name(Prefix.transformer, transformer, digits: 6) }

  /// Part of the feeder behind one switch or fuse, e.g. "SEC-00012".
  public var sectionName: String { Identity.name(Prefix.section, section, digits: 5) }

  public var feederMRID: String { identity.mRID(.feeder, feeder) }
  /// E.g. "FDR-0003".
  public var feederName: String { Identity.name(Prefix.feeder, feeder, digits: 4) }

  /// mRID of the load control device behind it.
  public var loadControlMRID: String { identity.mRID(.loadControlDevice, index) }
  /// E.g. "LC-00001234".
  public var loadControlName: String { Identity.name(Prefix.loadControl, index) }
  /// mRID of the device of the premises area network behind it.
  public var panDeviceMRID: String { identity.mRID(.panDevice, index) }
  /// E.g. "PAN-00001234".
  public var panDeviceName: String { Identity.name(Prefix.panDevice, index) }
  /// What is printed on the PAN device and has to be known to pair it: sixteen hexadecimal digits.
  public var installCode: String {
    String(identity.mRID(.panDevice, index).filter { $0 != "-" }.suffix(16)).uppercased()
  }

  enum Prefix {
    static let loadControl = "LC-"
    static let panDevice = "PAN-"
    static let meter = "MTR-"
    static let usagePoint = "UP-"
    static let transformer = "TR-"
    static let feeder = "FDR-"
    static let section = "SEC-"
  }
}
