// The files of the log: which there are, and what a process that was killed has left in them.
import Foundation
import MessageBus

/// The folder `log` of the data folder: a few segments, each of one generation of units on their way into the database.
struct LogFolder {
  static let name = "log"

  let path: String

  init(dataFolder: String) { path = dataFolder + (dataFolder.hasSuffix("/") ? "" : "/") + Self.name }

  /// Makes the folder where it is absent.
  ///
  /// - Throws: `BusError` with code `.notWritable`, `.diskFull` or `.storage`.
  func make() throws {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw BusError(.notWritable, "the folder \(path) of the journal's log cannot be made", cause: error)
    }
    try DiskFile.force(path + "/..")
  }

  /// The path of a file that is not there, with the first free number from this one on.
  func newFile(from slot: inout Int) -> String {
    while FileManager.default.fileExists(atPath: file(slot)) { slot += 1 }
    defer { slot += 1 }
    return file(slot)
  }

  private func file(_ slot: Int) -> String { "\(path)/\(slot).log" }

  /// - Throws: `BusError` with code `.storage`: a folder that cannot be listed is not an empty one.
  private func files() throws -> [String] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      return names.filter { $0.hasSuffix(".log") }.map { path + "/" + $0 }
    } catch {
      throw BusError(.storage, "the folder \(path) of the journal's log cannot be read", cause: error)
    }
  }

  /// Removes all segments; to be called once all they hold lies in the database.
  func clear() { for file in (try? files()) ?? [] { unlink(file) } }

  /// What the segments behind `carried` hold, in the order in which it was written, and the number of the last segment.
  ///
  /// - Throws: `BusError` with code `.storage` or `.newerSchema` where something that was acknowledged cannot be read.
  func recover(after carried: Int64) throws -> (units: [LoggedUnit], last: Int64) {
    var found: [Int64: Found] = [:]
    for file in try files() {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw BusError(.storage, "\(file) cannot be read; it holds messages that were acknowledged")
      }
      let bytes = Array(data)
      guard let head = LogSegment.Head(bytes), head.number > carried else { continue }
      found[head.number] = try Found(bytes, head, file)
    }
    guard let last = found.keys.max() else { return ([], carried) }
    // From the last one back: each names the one before it and how much of that counts.
    var counted: [ArraySlice<LoggedUnit>] = []
    var segment = found[last]
    var length = Int.max
    while let one = segment {
      counted.append(one.units.prefix { $0.end <= length }.map(\.unit)[...])
      let previous = one.head.previous
      guard previous.length > 0, previous.number > carried else { break }
      guard previous.number < one.head.number, let before = found[previous.number], before.end >= previous.length else {
        throw BusError(
          .storage,
          "the journal's log is not whole: the segment before \(one.file) is missing or damaged, and with it messages "
            + "that were acknowledged; put the folder log back from a backup, or remove it to go on without them")
      }
      (segment, length) = (before, previous.length)
    }
    return (counted.reversed().flatMap { $0 }, last)
  }

  private struct Found {
    let head: LogSegment.Head
    let file: String
    var units: [(unit: LoggedUnit, end: Int)] = []
    var end = 0

    init(_ bytes: [UInt8], _ head: LogSegment.Head, _ file: String) throws {
      self.head = head
      self.file = file
      var reader = RecordReader(bytes, segment: head.number, from: LogSegment.headLength)
      do throws(RecordReader.Unknown) {
        while let unit = try reader.next() { units.append((unit, reader.end)) }
      } catch {
        throw BusError(
          .newerSchema, "\(file) holds acknowledged messages of a newer Busbar: \(error); start that one", cause: error)
      }
      end = units.last?.end ?? 0
    }
  }
}
