// Whether and how the server keeps readings.
import ArgumentParser
import Components
import ConfigurationFile
import MeterIngest
import MeterQuery
import MeterStore
import SQLiteMeterStore
import VEE

#if PostgreSQL
  import PostgreSQLMeterStore
#endif

struct MeterDataOptions: ParsableArguments {
  @Flag(help: "Keep readings: an MDM stores them in readings.sqlite, answers, validates (docs/meter-data.md).")
  var meterData = false

  @Option(
    help: ArgumentHelp(
      "With --meter-data: the utility's zone, as for 'busbar ingest'. (default: that of the store, or UTC)",
      valueName: "ZONE"))
  var meterZone: String?

  #if PostgreSQL
    @Option(
      help: ArgumentHelp(
        "With --meter-data: keep readings in PostgreSQL, a connection string or URI of libpq.", valueName: "ADDRESS"))
    var meterPostgresql: String?
  #endif

  @Option(help: ArgumentHelp("With --meter-data: groups of meters that requests may name.", valueName: "FILE"))
  var meterGroups: String?

  @Option(help: ArgumentHelp("With --meter-data: the rules that days are validated by.", valueName: "FILE"))
  var meterRules: String?

  @Option(
    help: "With --meter-data: what becomes of readings of unknown meters: create, hold or reject. (default: create)")
  var unknownMeters: IngestPolicy.UnknownMeters?

  /// Options that say how readings are kept, and do not say that they are.
  private var dependent: Bool {
    var given = meterZone != nil || meterGroups != nil || meterRules != nil || unknownMeters != nil
    #if PostgreSQL
      given = given || meterPostgresql != nil
    #endif
    return given
  }

  /// How the MDM works, with its store in a folder; nil where no readings are kept. What the options say goes before what
  /// the configuration file says.
  ///
  /// - Throws: `StoreError`, or what is wrong with a file or with the options.
  func configuration(
    dataFolder: String, _ file: MeterDataSettings = MeterDataSettings()
  ) throws -> MeterDataManagement.Configuration? {
    guard meterData || file.isEnabled else {
      if dependent {
        throw FileError(description: "--meter-zone and the like go with --meter-data: no readings are kept")
      }
      return nil
    }
    var configuration = MeterDataManagement.Configuration()
    configuration.policy.unknownMeters = unknownMeters ?? .init(rawValue: file.unknownMeters.rawValue) ?? .create
    configuration.closesDays = true
    configuration.scheduleRecord = ScheduleFile(dataFolder: dataFolder)
    if let groups = meterGroups ?? file.groups { configuration.groups = try SettingsFile.groups(groups) }
    if let rules = meterRules ?? file.rules { configuration.validation = try SettingsFile.rules(rules) }
    let zone = meterZone ?? file.zone
    #if PostgreSQL
      if let address = meterPostgresql ?? file.postgresql {
        let zone = try zone.map { try ReadingStoreOptions.rules($0) }
        configuration.store = try PostgreSQLReadingStore(address: address, zone: zone)
        return configuration
      }
    #else
      if file.postgresql != nil {
        throw FileError(description: "meter-data.postgresql: this busbar was built without the trait PostgreSQL")
      }
    #endif
    configuration.store = try ReadingStoreOptions.open(data: dataFolder, zone: zone, isNew: true)
    return configuration
  }
}

/// Small files of settings.
enum SettingsFile {
  static func groups(_ path: String) throws -> MeterGroups {
    let text = String(decoding: try FileInput.read(path, limit: 1 << 26), as: UTF8.self)
    do throws(MeterGroupsError) {
      return try MeterGroups(text: text)
    } catch {
      throw FileError(description: "\(path), \(error)")
    }
  }

  static func rules(_ path: String) throws -> VEESettings {
    let text = String(decoding: try FileInput.read(path, limit: 1 << 20), as: UTF8.self)
    do throws(VEESettingsError) {
      return try VEESettings(text: text)
    } catch {
      throw FileError(description: "\(path), \(error)")
    }
  }
}
