// Which store of readings a command works with.
import ArgumentParser
import MeterStore
import SQLiteMeterStore

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

  /// Opens the store; where that cannot be, says why and ends the command with "not run".
  ///
  /// - Parameter isNew: whether it is made where it is absent.
  func open(isNew: Bool = false) throws -> SQLiteReadingStore {
    do {
      return try Self.open(data: data, zone: zone, isNew: isNew)
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
    let rules = try zone.map { name in
      guard let rules = ZoneRules.named(name) else {
        throw StoreError(
          .otherZone, "\(name) is no zone that this machine knows: say Europe/Berlin, +01:00 or the like")
      }
      return rules
    }
    return try SQLiteReadingStore(path: path, zone: rules)
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
