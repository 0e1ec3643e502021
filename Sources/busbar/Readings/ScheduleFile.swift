// The schedules of the MDM, in a file of the data folder.
import Components
import ConfigurationFile
import Foundation

/// `schedules.tsv`: a line for each schedule that was passed on, oldest first, with the MessageID it was passed on with and
/// that of the request that caused it. It is written anew for each schedule, beside the old one, and then takes its place.
struct ScheduleFile: ScheduleRecord {
  static let name = "schedules.tsv"
  /// Bytes that are read at most.
  static let limit = 1 << 24
  /// Bytes of the two MessageIDs of a line at most.
  static let lineLimit = 4096

  let path: String

  init(dataFolder: String) { path = dataFolder + (dataFolder.hasSuffix("/") ? "" : "/") + Self.name }

  func schedules() throws -> [PassedOnSchedule] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let text = String(decoding: try FileInput.read(path, limit: Self.limit), as: UTF8.self)
    return try text.split(separator: "\n").enumerated().map { number, line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 2 else {
        throw FileError(
          description:
            "\(path), line \(number + 1): two MessageIDs with a tab between them are wanted; mend or remove it")
      }
      return PassedOnSchedule(order: String(fields[0]), cause: String(fields[1]))
    }
  }

  func keep(_ schedules: [PassedOnSchedule]) throws {
    // A MessageID is the sender's; one with a tab or the end of a line in it, or an endless one, has no line here.
    let kept = schedules.filter { schedule in
      let ids = schedule.order + schedule.cause
      return ids.utf8.count <= Self.lineLimit && ids.utf8.allSatisfy { $0 >= 0x20 }
    }
    let lines = kept.map { "\($0.order)\t\($0.cause)\n" }
    // What a process that was killed has left half done.
    unlink(path + ".new")
    do throws(FileText.Failure) {
      try FileText.replace(path, with: lines.joined())
    } catch {
      throw FileError(description: "\(path) cannot be written: \(error.reason)")
    }
  }
}
