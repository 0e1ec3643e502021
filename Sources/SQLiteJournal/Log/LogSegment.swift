// One file of the log.
import Foundation
import MessageBus

/// A file to which records are appended, and which is written anew, under a number of its own, once all it holds lies in
/// the database.
///
/// Overwriting costs half of what growing does when it is forced to the disk. To be used by one thread at a time.
final class LogSegment {
  /// Begins every file: mark and version, number of the segment, number and bytes of the segment before it, checksum.
  static let headLength = 40
  /// "BsbrLog1".
  private static let mark: UInt64 = 0x4273_6272_4C6F_6731

  let path: String
  /// Rises by one with each segment.
  private(set) var number: Int64 = 0
  /// Bytes that are on the disk and whole; 0 where nothing has been written under this number.
  private(set) var length = 0
  /// Records among them.
  private(set) var records: UInt32 = 0
  /// A write or a sync has failed: nothing more is written under this number.
  private(set) var isBroken = false
  private var previous = Extent(number: 0, length: 0)
  private let descriptor: Int32

  /// Makes the file and its name durable.
  ///
  /// - Throws: `BusError` with code `.diskFull` or `.storage`.
  init(path: String, folder: String) throws(BusError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw DiskFile.failure("cannot be made", path) }
    try DiskFile.force(folder)
  }

  deinit { Foundation.close(descriptor) }

  /// Starts under a new number; what the file holds counts no more once the first record is written.
  ///
  /// - Parameter previous: the segment before this one, as far as it counts.
  func begin(_ number: Int64, after previous: Extent) {
    self.number = number
    self.previous = previous
    (length, records, isBroken) = (0, 0, false)
  }

  /// What goes before the next record: the head of the file, if there is none.
  var opening: [UInt8] { length == 0 ? Head(number: number, previous: previous).bytes : [] }

  var extent: Extent { Extent(number: number, length: length) }

  /// How much of a segment counts.
  struct Extent: Sendable, Hashable {
    var number: Int64
    var length: Int
  }

  /// Appends whole records, the first of them behind `opening`, and forces them to the disk.
  ///
  /// - Throws: `BusError` with code `.diskFull` or `.storage`; then none of them counts.
  func append(_ bytes: [UInt8], records count: Int) throws(BusError) {
    do throws(BusError) {
      try DiskFile.write(bytes, to: descriptor, at: length, path)
      guard fdatasync(descriptor) == 0 else { throw DiskFile.failure("cannot be forced to the disk", path) }
    } catch {
      isBroken = true
      throw error
    }
    length += bytes.count
    records += UInt32(count)
  }

  func remove() { unlink(path) }

  // MARK: Reading back

  /// The head of a file.
  struct Head {
    var number: Int64
    /// The segment before it: what a failed write has left behind that length, or between the two, does not count.
    var previous: Extent

    init(number: Int64, previous: Extent) {
      self.number = number
      self.previous = previous
    }

    /// Nil where there is none, or not a whole one.
    init?(_ bytes: [UInt8]) {
      guard bytes.count >= LogSegment.headLength else { return nil }
      let words = bytes.withUnsafeBytes { bytes in
        (0..<5).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
      }
      guard words[0] == LogSegment.mark, words[4] == Self.sum(words) else { return nil }
      number = Int64(bitPattern: words[1])
      previous = Extent(number: Int64(bitPattern: words[2]), length: Int(truncatingIfNeeded: words[3]))
    }

    var bytes: [UInt8] {
      var words = [
        LogSegment.mark, UInt64(bitPattern: number), UInt64(bitPattern: previous.number), UInt64(previous.length), 0,
      ]
      words[4] = Self.sum(words)
      return words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }

    private static func sum(_ words: [UInt64]) -> UInt64 {
      words[0..<4].withUnsafeBytes { Checksum.of($0, seed: 1) }
    }
  }
}
