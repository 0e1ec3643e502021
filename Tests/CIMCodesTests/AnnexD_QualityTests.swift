import CIMCodes
import Testing

@Suite("IEC 61968-9, Annex D ReadingQualityType")
struct ReadingQualityTests {
  let tables = CodeTables.standard

  @Test(
    "a quality gives its three numbers and the same text again",
    arguments: ["3.8.0", "1.4.131", "0.0.0", "2.5.2147483647"])
  func roundTrip(text: String) throws {
    #expect(try ReadingQualityType(parsing: text).description == text)
  }

  @Test(
    "a text that is no quality is refused with the part at fault",
    arguments: [
      ("", nil as String?), ("1.2", nil), ("1.2.3.4", nil), ("1..3", "category"), ("-1.2.3", "system"),
      ("1.2.x", "index"), ("1.2.99999999999", "index"), ("1.2.٣", "index"), ("1.2.3 ", "index"),
    ])
  func refused(text: String, field: String?) throws {
    let error = try #require(codeError { () throws(CodeError) in try ReadingQualityType(parsing: text) })
    #expect(error.field == field)
    #expect(ReadingQualityType(text) == nil)
  }

  @Test(
    "a quality says whether the value may be used, is suspect or is missing",
    arguments: [
      ("3.0.0", ReadingQualityType.Usability.usable), ("3.0.1", .usable), ("1.2.32", .usable), ("1.4.16", .usable),
      ("1.4.4", .missing), ("3.5.259", .missing), ("3.5.258", .suspect), ("3.6.0", .suspect), ("3.6.1017", .suspect),
      ("3.7.0", .usable), ("3.7.1", .usable), ("3.7.3", .suspect), ("3.8.0", .usable), ("3.8.8", .usable),
      ("3.10.0", .suspect), ("3.10.1", .usable), ("3.11.0", .usable), ("3.12.0", .usable), ("3.9.0", .suspect),
      ("3.99.0", .suspect),
    ])
  func usability(text: String, expected: ReadingQualityType.Usability) throws {
    #expect(try ReadingQualityType(parsing: text).usability == expected)
  }

  @Test("no quality means good")
  func none() {
    #expect(ReadingQualityType.usability(of: []) == .usable)
    #expect(ReadingQualityType.deciding(among: []) == nil)
  }

  @Test(
    "of several statements the gravest decides, then the highest system, then the last",
    arguments: [
      (["3.0.1", "2.8.0"], "2.8.0"), (["3.8.0", "1.4.4"], "1.4.4"), (["3.7.0", "2.8.0"], "2.8.0"),
      (["3.8.0", "3.12.0"], "3.12.0"), (["3.12.0", "3.10.0"], "3.10.0"), (["3.10.0", "2.6.1"], "2.6.1"),
      (["2.6.1", "3.7.3"], "3.7.3"), (["1.8.0", "3.8.0", "2.8.0"], "3.8.0"), (["3.8.1", "3.8.0"], "3.8.0"),
      (["3.0.0", "1.4.9"], "1.4.9"), (["3.11.0", "1.4.9"], "3.11.0"),
    ])
  func precedence(texts: [String], expected: String) throws {
    let statements = try texts.map { try ReadingQualityType(parsing: $0) }
    #expect(ReadingQualityType.deciding(among: statements)?.description == expected)
  }

  @Test("a value is missing if one statement says so, else suspect if one says so")
  func together() throws {
    let statements = try ["3.0.1", "3.6.0", "1.4.4"].map { try ReadingQualityType(parsing: $0) }
    #expect(ReadingQualityType.usability(of: statements) == .missing)
    #expect(ReadingQualityType.usability(of: statements.prefix(2)) == .suspect)
    #expect(ReadingQualityType.usability(of: statements.prefix(1)) == .usable)
  }

  @Test(
    "unknown numbers are warned about, rules of the sender are not",
    arguments: [
      ("3.8.0", [String]()), ("6.0.0", ["readingQuality.unknownNumber"]), ("3.13.0", ["readingQuality.unknownNumber"]),
      ("3.9.1", ["readingQuality.obsolete"]), ("3.6.1017", ["readingQuality.senderRule"]),
      ("3.4.2001", ["readingQuality.unknownNumber"]), ("3.7.2", ["readingQuality.senderRule"]),
    ])
  func findings(text: String, rules: [String]) throws {
    let quality = try ReadingQualityType(parsing: text)
    #expect(tables.check(quality).map(\.rule) == rules)
    #expect(tables.check(quality).allSatisfy { $0.severity < .reject }, "never refuse an index")
  }

  @Test("4.64 and 4.128 are codes of their own, not bits")
  func noBits() throws {
    #expect(tables.longName(of: try ReadingQualityType(parsing: "2.4.64")).hasSuffix("clockSetForward"))
    #expect(tables.longName(of: try ReadingQualityType(parsing: "2.4.192")).hasSuffix("?192"))
  }
}
