// Which store of readings a command works with.
import LocalTime
import ArgumentParser
import MeterStore
import SQLiteMeterStore

#if PostgreSQL
  import PostgreSQLMeterStore
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct ReadingStoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Folder with the store of readings, readings.sqlite.", valueName: "DIR"))
  var data: String = "./busbar-data"

  @Option(
    help: ArgumentHelp(
      "The utility's zone, whose days readings are kept by: Europe/Berlin, +01:00, or a POSIX TZ string. A store that is "
        + "there keeps its own. (default: UTC)", valueName: "ZONE"))
  var zone: String?

  #if PostgreSQL
    @Option(
      help: ArgumentHelp(
        "Readings are in PostgreSQL, in the schema busbar_readings: a connection string or URI of libpq.",
        valueName: "ADDRESS"))
    var postgresql: String?
  #endif

  /// Opens the store; where that cannot be, says why and ends the command with "not run".
  ///
  /// - Parameter isNew: whether it is made where it is absent.
  func open(isNew: Bool = false) throws -> any ReadingStore {
    #if PostgreSQL
      if let postgresql {
        return try told { try PostgreSQLReadingStore(address: postgresql, zone: try zone.map { try Self.rules($0) }) }
      }
    #endif
    return try openFile(isNew: isNew)
  }

  /// Opens the store in the data folder.
  func openFile(isNew: Bool = false) throws -> SQLiteReadingStore {
    try told { try Self.open(data: data, zone: zone, isNew: isNew) }
  }

  private func told<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }

  /// - Throws: `StoreError`.
  static func open(data: String, zone: String?, isNew: Bool) throws -> SQLiteReadingStore {
    let path = data + (data.hasSuffix("/") ? "" : "/") + SQLiteReadingStore.fileName
    if isNew {
      // Where one cannot be made, opening the store says so.
      for end in data.indices where data[end] == "/" { mkdir(String(data[..<end]), 0o755) }
      mkdir(data, 0o755)
    } else if access(path, F_OK) != 0 {
      throw StoreError(.notAStore, "there is no store of readings in \(data): take readings in with 'busbar ingest'")
    }
    return try SQLiteReadingStore(path: path, zone: try zone.map { try rules($0) })
  }

  static func rules(_ name: String) throws -> ZoneRules {
    guard let rules = ZoneRules.named(name) else {
      throw StoreError(
        .otherZone, "\(name) is no zone that this machine knows: say Europe/Berlin, +01:00 or the like")
    }
    return rules
  }
}

/// What tells the content of a file from any other without reading it.
enum FileKey {
  static func key(of path: String) throws -> String {
    // Of standard input nothing is known before it is read: it is taken in anew, which changes nothing that is there.
    if path == "-" { return "-:\(getpid()):\(time(nil))" }
    var status = stat()
    guard stat(path, &status) == 0, let whole = realpath(path, nil) else {
      throw FileError(description: "cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { free(whole) }
    return "\(String(cString: whole)):\(status.st_size):\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }
}
