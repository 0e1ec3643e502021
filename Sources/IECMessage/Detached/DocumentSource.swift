// A document that is not in memory.

/// The bytes of a document, wherever they lie: in a file, as a rule.
///
/// Reading blocks while the disk is read: not for event loops.
public protocol DocumentSource: AnyObject, Sendable {
  /// Bytes in all.
  var byteCount: Int { get }

  /// At most `count` bytes from `offset` on; none at the end.
  ///
  /// - Throws: why they cannot be read.
  func bytes(from offset: Int, count: Int) throws -> [UInt8]
}

/// Bytes read at a time.
private let pieceSize = 1 << 18

extension DocumentSource {
  /// Hands over all bytes, piece by piece.
  public func forEachPiece(_ take: ([UInt8]) throws -> Void) throws {
    var offset = 0
    while offset < byteCount {
      let piece = try bytes(from: offset, count: pieceSize)
      guard !piece.isEmpty else { throw DocumentCutShort(expected: byteCount, found: offset) }
      try take(piece)
      offset += piece.count
    }
  }

  /// All bytes, in memory.
  public func whole() throws -> [UInt8] {
    var all: [UInt8] = []
    all.reserveCapacity(byteCount)
    try forEachPiece { all += $0 }
    return all
  }
}

/// A source has fewer bytes than it had.
public struct DocumentCutShort: Error, Sendable, Hashable, CustomStringConvertible {
  public var expected: Int
  public var found: Int

  public init(expected: Int, found: Int) {
    self.expected = expected
    self.found = found
  }

  public var description: String { "a document of \(expected) bytes ends after \(found)" }
}

/// A document in memory.
public final class DocumentBytes: DocumentSource {
  private let all: [UInt8]
  public init(_ bytes: [UInt8]) { all = bytes }
  public var byteCount: Int { all.count }
  public func bytes(from offset: Int, count: Int) -> [UInt8] {
    Array(all[min(max(offset, 0), all.count)..<min(max(offset, 0) + max(count, 0), all.count)])
  }
}
