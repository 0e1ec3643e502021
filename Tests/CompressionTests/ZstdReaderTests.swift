// zstd; runs where the package is built with the trait.
#if Zstd
  import Compression
  import Foundation
  import Testing

  @Suite("RFC 8878: zstd")
  struct ZstdReaderTests {
    /// What the zstd command makes of a text.
    private static func frame(_ text: String) throws -> [UInt8] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["zstd", "-q", "-c"]
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      input.fileHandleForWriting.write(Data(text.utf8))
      try input.fileHandleForWriting.close()
      let packed = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return Array(packed)
    }

    private func unpack(_ bytes: [UInt8], piece: Int, limits: ExpansionLimits = ExpansionLimits()) throws -> String {
      var reader = ZstdReader(limits: limits)
      var found: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: piece) {
        let part = Array(bytes[start..<min(start + piece, bytes.count)])
        try part.withUnsafeBytes { part in try reader.feed(part) { found += $0 } }
      }
      try reader.finish()
      return String(decoding: found, as: UTF8.self)
    }

    @Test(
      "what the zstd command has packed comes back, in pieces of any size, several frames too",
      arguments: [1, 7, 1 << 20])
    func unpacks(piece: Int) throws {
      let text = (0..<20_000).map { "reading \($0 * 7919 % 1013)\n" }.joined()
      let frame = try Self.frame(text)
      #expect(CompressedFormat.isZstd(frame) && frame.count < text.utf8.count / 2)
      #expect(try unpack(frame, piece: piece) == text)
      #expect(try unpack(frame + Self.frame("more"), piece: piece) == text + "more")
    }

    @Test("cut off, damaged and too large data are told apart")
    func refuses() throws {
      let frame = try Self.frame(String(repeating: "x", count: 5_000_000))
      #expect(throws: CompressionError.self) { try unpack(Array(frame.dropLast(3)), piece: 100) }
      var damaged = frame
      damaged[5] ^= 0xFF
      #expect(throws: CompressionError.self) { try unpack(damaged, piece: 100) }
      var limits = ExpansionLimits()
      limits.totalBytes = 1000
      let error = #expect(throws: CompressionError.self) { try unpack(frame, piece: 100, limits: limits) }
      #expect(error?.code == .sizeLimit)
      let bomb = #expect(throws: CompressionError.self) { try unpack(frame, piece: 100) }
      #expect(bomb?.code == .ratioLimit)
    }
  }
#endif
