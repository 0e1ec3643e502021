// Whether and how the server keeps readings.
import ArgumentParser
import Components
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

  @Option(help: "With --meter-data: what becomes of readings of unknown meters: create, hold or reject.")
  var unknownMeters: IngestPolicy.UnknownMeters = .create

  func validate() throws {
    if !meterData, meterZone != nil || meterGroups != nil || meterRules != nil || unknownMeters != .create {
      throw ValidationError("--meter-zone, --meter-groups, --meter-rules and --unknown-meters go with --meter-data.")
    }
    #if PostgreSQL
      if !meterData, meterPostgresql != nil {
        throw ValidationError("--meter-postgresql goes with --meter-data: without it no readings are kept.")
      }
    #endif
  }

  /// How the MDM works, with its store in a folder; nil where no readings are kept.
  ///
  /// - Throws: `StoreError`, or what is wrong with a file.
  func configuration(dataFolder: String) throws -> MeterDataManagement.Configuration? {
    guard meterData else { return nil }
    var configuration = MeterDataManagement.Configuration()
    configuration.policy.unknownMeters = unknownMeters
    configuration.closesDays = true
    if let meterGroups { configuration.groups = try SettingsFile.groups(meterGroups) }
    if let meterRules { configuration.validation = try SettingsFile.rules(meterRules) }
    #if PostgreSQL
      if let meterPostgresql {
        let zone = try meterZone.map { try ReadingStoreOptions.rules($0) }
        configuration.store = try PostgreSQLReadingStore(address: meterPostgresql, zone: zone)
        return configuration
      }
    #endif
    configuration.store = try ReadingStoreOptions.open(data: dataFolder, zone: meterZone, isNew: true)
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
