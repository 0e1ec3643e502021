// Packing, held against Python and against our own reader.
import Compression
import Foundation
import Testing

@Suite("RFC 1950, 1951, 1952: packing")
struct GzipWriterTests {
  private static let text = Array((0..<20_000).map { "<value>\($0 &* 2_654_435_761 % 99_991)</value>" }.joined().utf8)

  @Test("what is packed unpacks to the same", arguments: CompressedFormat.allCases)
  func roundTrip(_ format: CompressedFormat) throws {
    for level in [1, 6, 9] {
      let packed = GzipWriter.pack(Self.text, as: format, level: level)
      #expect(packed.count < Self.text.count / 2)
      var reader = GzipReader(format)
      var unpacked: [UInt8] = []
      try reader.feed(packed) { unpacked.append(contentsOf: $0) }
      try reader.finish()
      #expect(unpacked == Self.text)
    }
  }

  @Test("nothing packs to a stream of nothing")
  func empty() throws {
    var reader = GzipReader()
    var count = 0
    try reader.feed(GzipWriter.pack([])) { count += $0.count }
    try reader.finish()
    #expect(count == 0)
  }

  @Test("Python unpacks it")
  func python() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "busbar-\(UUID().uuidString).gz")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(GzipWriter.pack(Self.text)).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", "import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())", file.path,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let unpacked = try pipe.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(unpacked.map { [UInt8]($0) } == Self.text)
  }
}
