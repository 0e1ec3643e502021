// Cuts a large document where one MeterReading follows another, by the look of its bytes only: those who decode the
// pieces find out whether they began and ended where they should.

/// A piece of a document.
struct DocumentPiece {
  /// From 0.
  var number: Int
  var bytes: Range<Int>
  /// Whether the document ends with it.
  var isLast: Bool
}

/// Finds the places behind the end tags of MeterReadings.
struct PieceCutter {
  private let bytes: [UInt8]
  /// The end tag as the first MeterReading has it.
  private let tag: [UInt8]
  private let length: Int
  /// Where the next piece begins; at first, where the first MeterReading ends.
  private(set) var place: Int
  private var number = 0

  /// Pieces are about so long: short enough to stay in a core's cache with the columns made of them.
  private static var usualLength: Int { 1 << 19 }
  /// Shorter documents are not worth it.
  private static var leastCount: Int { 1 << 20 }
  /// Where no end tag stands within so many bytes there is no cutting.
  private static var reach: Int { 4 << 20 }

  /// - Returns: nil for what is short or has no MeterReading near its beginning.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > Self.leastCount else { return nil }
    let name = Array("MeterReading>".utf8)
    let found = bytes.withUnsafeBufferPointer { all in
      Self.find(name, in: all, 0..<min(all.count, Self.reach)) { Self.tagStart(all, $0) != nil }
    }
    guard let found, let start = bytes.withUnsafeBufferPointer({ Self.tagStart($0, found) }) else {
      return nil
    }
    self.bytes = bytes
    place = found + name.count
    tag = Array(bytes[start..<place])
    length = min(Self.usualLength, bytes.count / 8)
  }

  var isAtEnd: Bool { place == bytes.count }

  /// The next piece; without bytes where the document cannot be cut any more.
  mutating func next() -> DocumentPiece? {
    if isAtEnd { return nil }
    let start = place
    var isLast = true
    place = bytes.count
    if bytes.count - start > length * 3 / 2 {
      let from = start + length
      let end = bytes.withUnsafeBufferPointer {
        Self.find(tag, in: $0, from..<min($0.count, from + Self.reach)) { _ in true }
      }
      if let end {
        place = end + tag.count
        isLast = place == bytes.count
      } else if bytes.count - start > Self.reach {
        isLast = false
        place = start
      }
    }
    number += 1
    return DocumentPiece(number: number - 1, bytes: start..<place, isLast: isLast)
  }

  /// Where "</" or "</prefix:" begins that stands before a name.
  private static func tagStart(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int? {
    var i = place - 1
    guard i > 1 else { return nil }
    if bytes[i] == 0x3A {
      i -= 1
      while i > 1, place - i < 64, bytes[i] != 0x2F, bytes[i] != 0x3E, bytes[i] != 0x20 { i -= 1 }
    }
    return bytes[i] == 0x2F && bytes[i - 1] == 0x3C ? i - 1 : nil
  }

  private static func find(
    _ wanted: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
    where isMeant: (Int) -> Bool
  ) -> Int? {
    guard let first = wanted.first, let last = wanted.last else { return nil }
    var i = range.lowerBound
    let end = range.upperBound - wanted.count
    while i <= end {
      if bytes[i] == first, bytes[i + wanted.count - 1] == last,
        bytes[i..<i + wanted.count].elementsEqual(wanted),
        isMeant(i)
      {
        return i
      }
      i += 1
    }
    return nil
  }
}
