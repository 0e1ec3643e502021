// Whatever comes in, work and result stay bounded, and what is valid stays what it is.
import CIMCodec
import CIMProfiles
import Dialects
import Foundation
import IECMessage
import Testing

@Suite("Repairs of anything")
struct BoundsTests {
  /// Fixtures of the reader's tests beside our own.
  static let documents: [(name: String, bytes: [UInt8])] = {
    let tests = Bench.folder.deletingLastPathComponent().deletingLastPathComponent()
    let folders = [Bench.folder, tests.appending(path: "IECMessageTests/Fixtures")]
    return folders.flatMap { folder in
      let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
      return names.filter { $0.hasSuffix(".xml") }.sorted().compactMap { name in
        (try? Data(contentsOf: folder.appending(path: name))).map { (name, [UInt8]($0)) }
      }
    }
  }()

  @Test("a message beyond reproach is not changed", arguments: Dialect.presetNames)
  func validStays(_ preset: String) throws {
    let repair = MessageRepair(dialect: try .preset(preset))
    var count = 0
    for (name, bytes) in Self.documents {
      let inspection = MessageReader().read(bytes)
      guard inspection.verdict == .valid, let message = inspection.message else { continue }
      guard EnvelopeRules().check(message).allSatisfy({ ["R19", "R22"].contains($0.rule) }) else { continue }
      let repaired = try repair.repair(bytes)
      #expect(repaired.repairs == [], "\(name)")
      #expect(repaired.bytes == bytes, "\(name)")
      count += 1
    }
    #expect(count > 20)
  }

  /// How many rounds of mutations; more by hand: `FUZZ_SEEDS=300 swift test`.
  private static let seeds = ProcessInfo.processInfo.environment["FUZZ_SEEDS"].flatMap(Int.init) ?? 6

  /// A generator whose numbers are the same in every run.
  struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 33)
    }
  }

  /// A document with pieces cut out, doubled, exchanged or overwritten.
  private func mutated(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 8 {
      let start = Int.random(in: 0..<bytes.count - 4, using: &random)
      let end = min(bytes.count, start + Int.random(in: 1...60, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: Array(bytes[start..<end]), at: start)
      case 2: bytes[start] = UInt8.random(in: 0...255, using: &random)
      case 3:
        // Names change without breaking the document.
        let old = Array(Self.names[Int.random(in: 0..<6, using: &random)].utf8)
        let new = Array(
          Self.otherNames[Int.random(in: 0..<6, using: &random)].utf8)
        bytes = Self.replacing(old, by: new, in: bytes)
      default:
        let old = Array("http://iec.ch/TC57/2011".utf8)
        bytes = Self.replacing(old, by: Array("http://www.iec.ch/TC57/2010".utf8), in: bytes)
      }
    }
    return bytes
  }

  private static let names = ["Header", "Verb", "Payload", "Reply", "Request", "mRID"]
  private static let otherNames = ["Request", "verb", "OperationSet", "x", "message", "Noun"]

  private static func replacing(_ old: [UInt8], by new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    Array(
      String(decoding: bytes, as: UTF8.self)
        .replacing(String(decoding: old, as: UTF8.self), with: String(decoding: new, as: UTF8.self)).utf8)
  }

  @Test("mutated documents: no crash, bounded, and nothing is left to repair the second time", arguments: 0..<seeds)
  func mutations(_ seed: Int) throws {
    var random = Seeded(state: UInt64(seed) &* 977 &+ 11)
    var dialects = try Dialect.presetNames.map { try Dialect.preset($0) }
    for index in dialects.indices {
      dialects[index].acceptsNoNamespace = true
      dialects[index].dateOrder = .dayFirst
      dialects[index].zone = StampZone("+01:00")
    }
    let facts = CallFacts(headers: ["X-UserID": "u", "correlation_id": "c"], verb: .get, noun: "MeterReadings")
    var readable = 0
    for (name, bytes) in Self.documents {
      let document = mutated(bytes, &random)
      let dialect = dialects[Int.random(in: 0..<dialects.count, using: &random)]
      guard let repaired = try? MessageRepair(dialect: dialect).repair(document, facts: facts) else { continue }
      readable += 1
      #expect(repaired.bytes.count <= document.count * 4 + 4096, "\(name)")
      #expect(repaired.repairs.count <= ReadLimits().violations + 1)
      let again = try MessageRepair(dialect: dialect).repair(repaired.bytes, facts: facts)
      #expect(again.repairs == [], "\(name), \(dialect.name): \(String(decoding: document, as: UTF8.self))")
    }
    #expect(readable > 10)
  }

  @Test("depth, size and number have limits")
  func limits() throws {
    let repair = MessageRepair(dialect: try .preset("tolerant"), limits: ReadLimits(totalBytes: 4096, depth: 16))
    let deep = Array((String(repeating: "<a>", count: 20) + String(repeating: "</a>", count: 20)).utf8)
    #expect { try repair.repair(deep) } throws: { ($0 as? RepairError)?.code == .tooLarge }
    let long = Array(("<a>" + String(repeating: "b", count: 5000) + "</a>").utf8)
    #expect { try repair.repair(long) } throws: { ($0 as? RepairError)?.code == .tooLarge }
    #expect { try repair.repair(Array("<a>".utf8)) } throws: { ($0 as? RepairError)?.code == .unreadable }
    #expect { try repair.repair(Array("<a>text<b/></a>".utf8)) } throws: { error in
      (error as? RepairError)?.code == .unreadable && "\(error)".contains("text between")
    }
  }

  @Test("a message in a message in a message is not dug out without end")
  func nestedArguments() throws {
    var text = "<RequestMessage/>"
    for _ in 0..<10 {
      text = "<x>" + text.replacing("&", with: "&amp;").replacing("<", with: "&lt;") + "</x>"
    }
    let repaired = try MessageRepair(dialect: .preset("tolerant")).repair(Array(text.utf8))
    #expect(repaired.repairs == [])
  }

  @Test("thousands of stamps are repaired, and counted beyond the limit")
  func manyRepairs() throws {
    let reading =
      "<Readings><timeStamp>2024-05-01 10:00:00</timeStamp><value>1</value>"
      + "<ReadingType ref=\"0.0.2.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0\"/></Readings>"
    let text = """
      <EventMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>created</Verb>\
      <Noun>MeterReadings</Noun></Header><Payload><MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">\
      <MeterReading><Meter><mRID>M</mRID></Meter>\(String(repeating: reading, count: 3000))</MeterReading>\
      </MeterReadings></Payload></EventMessage>
      """
    let bytes = Array(text.utf8)
    #expect(MessageReader().read(bytes).verdict == .invalid)
    let repaired = try MessageRepair(dialect: .preset("tolerant")).repair(bytes)
    #expect(MessageReader().read(repaired.bytes).verdict == .valid)
    #expect(repaired.repairs.count == 201)
    #expect(repaired.repairs.last?.message == "2800 more repairs are not listed")
  }
}
