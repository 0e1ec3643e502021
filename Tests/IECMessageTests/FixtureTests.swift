import CIMCodec
import Foundation
import IECMessage
import Testing

/// Fixture pairs: `name.xml` and `name.expect`, which holds the verdicts and the violations, one a line.
/// `RECORD=1 swift test` rewrites the expectations and fails that run.
@Suite("IEC 61968-100 and -9: verdicts on fixture messages")
struct FixtureTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  static let names: [String] = {
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".xml") }.sorted()
  }()

  @Test("there are fixtures")
  func thereAreFixtures() {
    #expect(Self.names.count > 70)
  }

  @Test("the verdict is the expected one", arguments: names)
  func verdict(_ name: String) throws {
    let file = Self.folder.appending(path: name)
    let bytes = [UInt8](try Data(contentsOf: file))
    let found = Self.describe(MessageReader().read(bytes))
    let expectation = file.deletingPathExtension().appendingPathExtension("expect")
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try found.write(to: expectation, atomically: true, encoding: .utf8)
      Issue.record("recorded \(expectation.lastPathComponent)")
      return
    }
    #expect(found == (try String(contentsOf: expectation, encoding: .utf8)))
  }

  @Test("a message fed byte by byte is judged like one fed whole", arguments: names)
  func chunks(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
    let reader = MessageReader()
    let whole = Self.describe(reader.read(bytes))
    for size in [1, 3, 17] {
      var decoder = reader.decoder()
      var rest = bytes[...]
      while !rest.isEmpty {
        decoder.feed(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(Self.describe(reader.inspect(decoder.finish())) == whole, "in pieces of \(size)")
    }
  }

  static func describe(_ inspection: Inspection) -> String {
    func word(_ verdict: Verdict?) -> String { verdict?.rawValue ?? "none" }
    var lines = [
      "verdict \(word(inspection.verdict)), envelope \(word(inspection.envelope)), payload \(word(inspection.payload))"
    ]
    for violation in inspection.violations {
      lines.append("\(violation.line):\(violation.column) \(violation.replyCode) \(violation.rule) \(violation.path)")
      lines.append("    \(violation.message)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
