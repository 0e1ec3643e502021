// Unpacking: streams that Python wrote, in pieces of all sizes, and what must be refused.
import Compression
import Foundation
import Testing

@Suite("RFC 1950, 1951, 1952: unpacking")
struct GzipReaderTests {
  private static func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  private static func unpack(
    _ bytes: [UInt8], _ format: CompressedFormat = .gzip, pieces: Int = .max, limits: ExpansionLimits = .init()
  ) throws(CompressionError) -> [UInt8] {
    var reader = GzipReader(format, limits: limits)
    var unpacked: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(pieces))
      try reader.feed(piece) { unpacked.append(contentsOf: $0) }
      rest = rest.dropFirst(piece.count)
    }
    try reader.finish()
    return unpacked
  }

  @Test(
    "what Python packed comes out again, however it is cut",
    arguments: ["plain.gz", "two_members.gz", "empty_member.gz", "zero_padded.gz", "all_fields.gz"])
  func gzip(_ name: String) throws {
    let packed = try Self.fixture(name)
    let plain = try Self.fixture("plain.txt")
    for pieces in [1, 2, 3, 7, 1000, .max] {
      #expect(try Self.unpack(packed, pieces: pieces) == plain, "in pieces of \(pieces)")
    }
  }

  @Test("zlib and bare deflate", arguments: [("plain.zlib", CompressedFormat.zlib), ("plain.deflate", .deflate)])
  func otherFormats(_ name: String, _ format: CompressedFormat) throws {
    #expect(try Self.unpack(Self.fixture(name), format, pieces: 5) == Self.fixture("plain.txt"))
  }

  @Test(
    "damaged data are refused with the reason",
    arguments: [
      ("garbage_behind.gz", CompressionError.Code.trailingData), ("magic_behind.gz", .trailingData),
      ("zeros_and_garbage.gz", .trailingData), ("truncated.gz", .truncated), ("without_trailer.gz", .truncated),
      ("header_only.gz", .truncated), ("checksum_wrong.gz", .checksum), ("length_wrong.gz", .checksum),
      ("plain.txt", .corrupt), ("plain.zlib", .corrupt),
    ])
  func damaged(_ name: String, _ code: CompressionError.Code) throws {
    let packed = try Self.fixture(name)
    for pieces in [1, 11, .max] {
      let error = #expect(throws: CompressionError.self) { try Self.unpack(packed, pieces: pieces) }
      #expect(error?.code == code, "in pieces of \(pieces): \(error?.message ?? "")")
    }
  }

  @Test("a flipped byte is never passed over")
  func flipped() throws {
    #expect(throws: CompressionError.self) { try Self.unpack(Self.fixture("bits_wrong.gz")) }
    let packed = try Self.fixture("plain.gz")
    let plain = try Self.fixture("plain.txt")
    // Time, extra flags and system (bytes 4 to 9) say nothing of the content.
    for index in stride(from: 10, to: packed.count, by: 13) {
      var broken = packed
      broken[index] ^= 0x10
      let unpacked = try? Self.unpack(broken)
      #expect(unpacked == nil || unpacked == plain, "byte \(index)")
    }
  }

  @Test("a bomb goes off in one member or in many", arguments: [("bomb.gz", 1000), ("many_bombs.gz", 900)])
  func bomb(_ name: String, _ ratio: Int) throws {
    let packed = try Self.fixture(name)
    var reader = GzipReader(limits: ExpansionLimits(ratio: ratio))
    var count = 0
    let error = #expect(throws: CompressionError.self) { try reader.feed(packed) { count += $0.count } }
    #expect(error?.code == .ratioLimit)
    #expect(count <= 2 << 20)
  }

  @Test("no data at all are no stream")
  func empty() {
    let error = #expect(throws: CompressionError.self) { try Self.unpack([]) }
    #expect(error?.code == .truncated)
  }

  @Test("the limit on what comes out is kept to the buffer")
  func sizeLimit() throws {
    let packed = try Self.fixture("bomb.gz")
    var reader = GzipReader(limits: ExpansionLimits(totalBytes: 5 << 20, ratio: .max))
    var count = 0
    let error = #expect(throws: CompressionError.self) { try reader.feed(packed) { count += $0.count } }
    #expect(error?.code == .sizeLimit)
    #expect(count <= 5 << 20)
    // Nothing more is taken after an error.
    try reader.feed(packed) { count += $0.count }
    #expect(count <= 5 << 20)
  }

  @Test("a file as large as the limit passes")
  func atLimit() throws {
    let plain = try Self.fixture("plain.txt")
    let packed = try Self.fixture("plain.gz")
    #expect(try Self.unpack(packed, limits: ExpansionLimits(totalBytes: plain.count)) == plain)
    #expect(throws: CompressionError.self) {
      try Self.unpack(packed, limits: ExpansionLimits(totalBytes: plain.count - 1))
    }
  }

  @Test("gzip is told by its first bytes")
  func magic() throws {
    #expect(CompressedFormat.isGzip(try Self.fixture("plain.gz")))
    #expect(!CompressedFormat.isGzip(try Self.fixture("plain.txt")))
    #expect(!CompressedFormat.isGzip([0x1F]))
  }
}
