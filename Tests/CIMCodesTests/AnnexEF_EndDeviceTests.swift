import CIMCodes
import Testing

@Suite("IEC 61968-9, Annex E EndDeviceEventType")
struct EndDeviceEventTests {
  let tables = CodeTables.standard

  private func event(_ text: String) throws -> EndDeviceEventType { try EndDeviceEventType(parsing: text) }

  @Test(
    "a text that is no event is refused with the part at fault",
    arguments: [
      ("", nil as String?), ("3.26.0", nil), ("3.26.0.85.1", nil), ("3..0.85", "domain"),
      ("3.26.0.-85", "eventOrAction"),
      ("*.26.0.85", "type"), ("3.26.zero.85", "subDomain"), ("3.26.0.4294967296", "eventOrAction"),
    ])
  func refused(text: String, field: String?) throws {
    let error = try #require(codeError { () throws(CodeError) in try EndDeviceEventType(parsing: text) })
    #expect(error.field == field)
  }

  @Test(
    "a pattern covers equal parts, and any type where one side has * or 0",
    arguments: [
      ("*.26.0.85", "3.26.0.85", true), ("*.26.0.85", "0.26.0.85", true), ("3.26.0.85", "0.26.0.85", true),
      ("0.26.0.85", "3.26.0.85", true), ("3.26.0.85", "24.26.0.85", false), ("*.26.0.85", "3.26.0.216", false),
      ("3.26.*.*", "3.26.38.93", true), ("*.*.*.*", "9.8.7.6", true), ("*.26.0.85", "3.26.1.85", false),
    ])
  func pattern(pattern: String, code: String, expected: Bool) throws {
    let pattern = try EndDeviceCodePattern(parsing: pattern)
    #expect(try event(code).matches(pattern) == expected)
    #expect(try EndDeviceCodePattern(parsing: pattern.description) == pattern)
  }

  @Test(
    "a pattern that is none is refused",
    arguments: ["", "*", "*.*.*", "*.*.*.*.*", "**.26.0.85", "*.26.0.x", "*.26.0.-1"])
  func badPattern(text: String) {
    #expect(throws: CodeError.self) { try EndDeviceCodePattern(parsing: text) }
  }

  @Test(
    "what is raised is cleared by its counterpart",
    arguments: [
      ("3.35.0.93", "3.35.0.73"), ("3.26.38.150", "3.26.38.292"), ("3.12.0.257", "3.12.0.291"),
      ("3.26.38.223", "3.26.38.224"),
      ("3.26.25.45", "3.26.25.70"), ("3.15.0.242", "3.15.0.243"), ("3.26.0.85", "3.26.0.216"),
    ])
  func cleared(raised: String, cleared: String) throws {
    let first = try event(raised)
    let second = try event(cleared)
    #expect(tables.clearing(first).contains(second))
    #expect(tables.isRaised(first) && tables.isCleared(second) && !tables.isRaised(second))
    if second.eventOrAction != 216 { #expect(tables.raising(second) == [first]) }
  }

  @Test("a command inside an event is pointed out, except where the lists have one")
  func command() throws {
    let findings = tables.check(try event("3.31.0.23"))
    #expect(findings.map(\.rule) == ["endDeviceEvent.command"])
    #expect(findings.first?.suggestion == "3.31.0.68")
    for text in ["3.6.0.27", "3.7.0.13", "3.36.114.13", "3.31.0.42", "3.26.0.46"] {
      #expect(tables.check(try event(text)) == [])
    }
  }

  @Test("unknown parts are kept, named with a question mark and warned about")
  func unknown() throws {
    let code = try event("99.22.301.999")
    #expect(tables.longName(of: code) == "?99.?22.?301.?999")
    #expect(tables.check(code).map(\.rule) == Array(repeating: "endDeviceEvent.unknownNumber", count: 4))
    #expect(tables.check(code).allSatisfy { $0.severity == .warn })
  }

  @Test(
    "an event of edition 1 is translated where the translation is certain",
    arguments: [
      ("3.26.9.185", "3.26.0.85"), ("3.26.9.216", "3.26.0.216"),
    ])
  func edition1(old: String, new: String) throws {
    #expect(tables.check(try event(old)).last?.suggestion == new)
  }

  @Test("every recommended event has parts that the tables know and a name made of theirs")
  func recommended() throws {
    let table = try tables.table(named: "eventType")
    #expect(table.rows.count == 395)
    for row in table.rows {
      let code = try event("3" + row.code.dropFirst())
      #expect(tables.longName(of: code).split(separator: ".").dropFirst().joined(separator: ".") == row.name)
    }
  }
}

@Suite("IEC 61968-9, Annex F EndDeviceControlType")
struct EndDeviceControlTests {
  let tables = CodeTables.standard

  private func control(_ text: String) throws -> EndDeviceControlType { try EndDeviceControlType(parsing: text) }

  @Test(
    "a control is answered by its result or its failure",
    arguments: [
      ("3.31.0.18", "3.31.0.42", "3.31.0.67"), ("3.31.0.23", "3.31.0.68", "3.31.0.84"),
      ("3.8.0.214", "3.8.0.215", "3.8.0.65"), ("3.31.0.5", "3.31.0.11", "3.31.0.226"),
      ("16.15.0.54", "16.15.0.242", "16.15.0.217"), ("12.15.43.8", "12.15.43.10", "12.15.43.86"),
    ])
  func results(command: String, done: String, failed: String) throws {
    let results = tables.results(of: try control(command))
    #expect(results.succeeded.map(\.description) == [done])
    #expect(results.failed.map(\.description) == [failed])
    for text in [done, failed] {
      #expect(tables.controls(answeredBy: try EndDeviceEventType(parsing: text)).contains(try control(command)))
    }
  }

  @Test("a listed control is sound, another command is noted, an event is pointed out")
  func findings() throws {
    for row in try tables.table(named: "controlType").rows {
      #expect(tables.check(try control("3" + row.code.dropFirst())) == [])
    }
    #expect(try tables.table(named: "controlType").rows.count == 23)
    #expect(tables.check(try control("3.20.9.13")).map(\.rule) == ["endDeviceControl.unlisted"])
    let finding = try #require(tables.check(try control("3.31.0.68")).first)
    #expect(finding.rule == "endDeviceControl.event" && finding.suggestion == "3.31.0.23")
  }
}

@Suite("IEC 61968-9, Annex B reply codes")
struct ReplyCodeTests {
  let tables = CodeTables.standard

  @Test("a reply code is two integers, never a decimal number")
  func integers() throws {
    let small = try ReplyCode(parsing: "2.4")
    let large = try ReplyCode(parsing: "2.10")
    #expect(small < large)
    #expect(try ReplyCode(parsing: "2.1") != large)
    #expect(try ReplyCode(parsing: "0").description == "0.0")
  }

  @Test(
    "a text that is no reply code is refused",
    arguments: ["", "2", "2.", ".4", "2.4.1", "2,4", "-2.4", "SUCCESS", "1001"])
  func refused(text: String) { #expect(ReplyCode(text) == nil) }

  @Test("the result and whether to try again follow from the category")
  func category() throws {
    for row in try tables.table(named: "replyCode").rows {
      let code = try ReplyCode(parsing: row.code)
      #expect(code.expectedResult == (try tables.table(named: "replyCode")).value("expectedResult", of: row))
      #expect(tables.check(code) == [] && tables.longName(of: code) == row.name)
    }
    let retried = try ["3.1", "3.2", "4.1", "5.1", "7.1"].map { try ReplyCode(parsing: $0).mayBeRetried }
    #expect(retried.allSatisfy { $0 })
    let final = try ["0.0", "1.5", "2.4", "5.2", "6.1", "7.2"].map { try ReplyCode(parsing: $0).mayBeRetried }
    #expect(!final.contains(true))
  }

  @Test("an unknown index is named by its category")
  func unknown() throws {
    #expect(tables.longName(of: try ReplyCode(parsing: "2.99")) == "Bad value, ?99")
    #expect(tables.check(try ReplyCode(parsing: "9.1")).map(\.field) == ["category"])
  }
}
