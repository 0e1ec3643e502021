// Times as partners write them.
import CIMCodec
import CIMModel
import Dialects
import IECMessage
import Testing

@Suite("Stamps of partners as xs:dateTime")
struct StampTests {
  private static func bytes(_ stamp: String) -> [UInt8] {
    Array(
      """
      <RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>get</Verb><Noun>N</Noun>\
      <Timestamp>\(stamp)</Timestamp></Header><Request/></RequestMessage>
      """.utf8)
  }

  /// The text of Timestamp after the repair; nil where it is still invalid.
  private func repaired(_ stamp: String, _ dialect: Dialect) throws -> String? {
    let bytes = try MessageRepair(dialect: dialect).repair(Self.bytes(stamp)).bytes
    guard MessageReader().read(bytes).verdict == .valid else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let rest = text.components(after: "<Timestamp>")
    return rest.components(before: "</Timestamp>")
  }

  @Test(
    "forms that need no knowledge of the partner",
    arguments: [
      ("2024-05-01 10:00:00", "2024-05-01T10:00:00"), ("2024-05-01 10:00:00 Z", "2024-05-01T10:00:00Z"),
      ("2024-05-01T10:00:00+0430", "2024-05-01T10:00:00+04:30"), ("2024-05-01 10:00", "2024-05-01T10:00:00"),
      ("2024-05-01T10:00:00,25Z", "2024-05-01T10:00:00.25Z"), ("2024-05-01 10:00:00 GMT", "2024-05-01T10:00:00Z"),
      ("2024-05-01T10:00:00-06", "2024-05-01T10:00:00-06:00"), ("2024-05-01\n 10:00:00", "2024-05-01T10:00:00"),
      ("2024-05-01T10:00:00.1234567+05:00", "2024-05-01T10:00:00.1234567+05:00"),
    ])
  func plain(_ stamp: String, _ expected: String) throws {
    #expect(try repaired(stamp, .preset("tolerant")) == expected)
  }

  @Test(
    "forms that stay invalid",
    arguments: ["10/11/2017 7:19:12 PM", "2024-13-01 10:00:00", "yesterday", "2024-05-01", "2024-02-30 10:00:00", "PM"])
  func refused(_ stamp: String) throws {
    #expect(try repaired(stamp, .preset("tolerant")) == nil)
  }

  @Test(
    "dates whose order of numbers is known",
    arguments: [
      ("10/11/2017 7:19:12 PM", Dialect.DateOrder.monthFirst, "2017-10-11T19:19:12-05:00"),
      ("10/11/2017 7:19:12 p.m.", .dayFirst, "2017-11-10T19:19:12-05:00"),
      ("1.2.2024 00:05", .dayFirst, "2024-02-01T00:05:00-05:00"),
      ("10/11/2017 12:00:00 AM", .monthFirst, "2017-10-11T00:00:00-05:00"),
      ("10/11/2017 12:30 PM", .monthFirst, "2017-10-11T12:30:00-05:00"),
    ])
  func ordered(_ stamp: String, _ order: Dialect.DateOrder, _ expected: String) throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.dateOrder = order
    dialect.zone = StampZone("-05:00")
    #expect(try repaired(stamp, dialect) == expected)
  }

  @Test("13 o'clock in the afternoon, month 25 and mixed separators are no times")
  func impossible() throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.dateOrder = .monthFirst
    for stamp in ["10/11/2017 13:00 PM", "25/11/2017 10:00", "10/11.2017 10:00"] {
      #expect(try repaired(stamp, dialect) == nil)
    }
  }

  @Test(
    "offsets as text",
    arguments: [
      ("+03:30", 210), ("-0500", -300), ("+04", 240), ("Z", 0), ("+14:00", 840),
    ])
  func offsets(_ text: String, _ minutes: Int) {
    #expect(UTCOffset(text)?.minutes == minutes)
    #expect(UTCOffset(text).flatMap { UTCOffset($0.description) } == UTCOffset(text))
  }

  @Test(
    "what is no offset", arguments: ["", "+", "3:30", "+15:00", "+3:30", "+03:60", "+0:330", "Europe/Berlin", "+é1"])
  func noOffsets(_ text: String) {
    #expect(UTCOffset(text) == nil)
  }

  @Test(
    "in a zone with summer time the offset is that of the day, of an hour that comes twice its first",
    .enabled(if: StampZone("Europe/Berlin") != nil),
    arguments: [
      ("2026-01-15 12:00", "2026-01-15T12:00:00+01:00"), ("2026-07-15 12:00", "2026-07-15T12:00:00+02:00"),
      // Clocks are put forward at 02:00 on 29 March, back at 03:00 on 25 October.
      ("2026-03-29 01:59:59", "2026-03-29T01:59:59+01:00"), ("2026-03-29 02:30", "2026-03-29T02:30:00+01:00"),
      ("2026-03-29 03:00", "2026-03-29T03:00:00+02:00"), ("2026-10-25 01:59:59", "2026-10-25T01:59:59+02:00"),
      ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00"), ("2026-10-25 03:00", "2026-10-25T03:00:00+01:00"),
    ])
  func summerTime(text: String, standard: String) throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.zone = StampZone("Europe/Berlin")
    #expect(try repaired(text, dialect) == standard)
  }

  @Test("zones by name, offset and rule", arguments: ["+03:30", "Z", "CET-1CEST,M3.5.0,M10.5.0/3"])
  func zones(text: String) throws {
    #expect(try #require(StampZone(text)).description == text)
    #expect(StampZone("Nowhere/Land") == nil && StampZone("../etc/passwd") == nil)
  }
}

extension String {
  fileprivate func components(after mark: String) -> String {
    firstRange(of: mark).map { String(self[$0.upperBound...]) } ?? ""
  }

  fileprivate func components(before mark: String) -> String {
    firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? ""
  }
}
