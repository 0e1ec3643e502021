import CIMCodes
import Foundation
import Testing

@Suite("IEC 61968-9, Annexes B to F explained")
struct ExplainTests {
  let tables = CodeTables.standard
  static let interval = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"

  @Test(
    "the number of parts, and for four parts the last one, tells the kind",
    arguments: [
      (interval, CodeExplanation.Kind.readingType), ("3.8.0", .readingQuality), ("3.26.0.85", .endDeviceEvent),
      ("3.31.0.23", .endDeviceControl), ("2.4", .replyCode), ("0", .replyCode), ("*.26.0.85", .endDeviceEvent),
      ("*.31.0.23", .endDeviceControl), ("3.6.0.27", .endDeviceEvent), ("3.99.0.0", .endDeviceEvent),
    ])
  func kind(text: String, kind: CodeExplanation.Kind) throws {
    #expect(try tables.explain(text).kind == kind)
  }

  @Test("the kind can be given where the parts leave it open")
  func givenKind() throws {
    #expect(try tables.explain("3.31.0.23", as: .endDeviceEvent).warnings.map(\.rule) == ["endDeviceEvent.command"])
    #expect(throws: CodeError.self) { try tables.explain("3.8.0", as: .readingType) }
  }

  @Test(
    "a code that went through a spreadsheet is cleaned with a warning",
    arguments: [
      " 0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72. 0",
      "0-0-2-4-1-1-12-0-0-0-0-0-0-0-0-3-72-0", "0–0–2–4–1–1–12–0–0–0–0–0–0–0–0–3–72–0",
      "0 0 2 4 1 1 12 0 0 0 0 0 0 0 0 3 72 0", "0.0.02.4.1.1.12.0.0.0.0.0.0.0.0.03.72.0",
      "\u{FEFF}0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0\u{00A0}",
    ])
  func cleaned(text: String) throws {
    let explanation = try tables.explain(text)
    #expect(explanation.code == Self.interval)
    #expect(explanation.input == text)
    #expect(explanation.warnings.first?.rule == "text.cleaned")
  }

  @Test(
    "a minus is kept whatever dash it is",
    arguments: [
      "0.0.0.12.0.3.115.0.0.0.0.0.0.0.0.–2 .0.0", "0.0.0.12.0.3.115.0.0.0.0.0.0.0.0.−2.0.0",
      "0-0-0-12-0-3-115-0-0-0-0-0-0-0-0--2-0-0",
    ])
  func minus(text: String) throws {
    #expect(try tables.explain(text).code == "0.0.0.12.0.3.115.0.0.0.0.0.0.0.0.-2.0.0")
  }

  @Test("a blank between two digits is not dropped, for that would make another number")
  func lostDot() {
    let error = codeError { () throws(CodeError) in
      try tables.explain("0.0.2.4.1.1 12.0.0.0.0.0.0.0.0.3.72.0.0")
    }
    #expect(error?.code == .notADigit)
  }

  @Test(
    "a text that is no code is refused in a message of reasonable length",
    arguments: [
      ("", CodeError.Code.empty), ("   ", .empty), ("hello", .notADigit), ("1", .partCount), ("1.2.3.4.5", .partCount),
      ("0.0.2.4.1.1.12.0.0.0.0", .edition1), ("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72", .partCount),
      ("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0.0", .partCount), ("1..2", .emptyPart), ("1.2.-3", .sign),
      ("1.99999999999", .overflow), (String(repeating: "1", count: 1_000_000), .tooLong),
      (String(repeating: " ", count: 1_000_000), .tooLong), (String(repeating: "🙂", count: 300), .tooLong),
      ("\u{1B}[31m3.8.0", .notADigit),
    ])
  func refused(text: String, code: CodeError.Code) throws {
    let error = try #require(codeError { () throws(CodeError) in try tables.explain(text) })
    #expect(error.code == code)
    #expect(error.message.count < 400)
    #expect(!error.message.unicodeScalars.contains { $0.value < 32 }, "no control characters reach a terminal")
    let json = try JSONSerialization.jsonObject(with: Data(error.json(for: text).utf8)) as? [String: Any]
    #expect(json?["error"] != nil)
  }

  @Test("a translation table makes codes of edition 1 readable")
  func edition1() throws {
    let own = try CodeTables(adding: [
      .init(table: "edition1", csv: "kind,code,edition2\nreadingType,1.2.3.4.5.6.7.8.9.10.11,\(Self.interval)\n")
    ])
    let explanation = try own.explain("1.2.3.4.5.6.7.8.9.10.11")
    #expect(explanation.code == Self.interval)
    #expect(explanation.warnings.map(\.rule) == ["readingType.edition1"])
    #expect(try own.readingType(edition1: "1.2.3.4.5.6.7.8.9.10.11").description == Self.interval)
    #expect(throws: CodeError.self) { try tables.readingType(edition1: "1.2.3.4.5.6.7.8.9.10.11") }
  }

  @Test("the JSON form is one line with code, kind, name, fields and warnings")
  func json() throws {
    for text in [Self.interval, "3.8.0", "*.26.0.85", "3.31.0.23", "2.4", "1001.0.0.1.2.1.12.0.0.0.0.0.0.0.0.3.73.0"] {
      let line = try tables.explain(text).json
      #expect(!line.contains("\n"))
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object["code"] as? String == text)
      #expect((object["name"] as? String)?.isEmpty == false)
      #expect(CodeExplanation.Kind(rawValue: object["kind"] as? String ?? "") != nil)
      #expect(object["warnings"] is [[String: Any]])
      for field in try #require(object["fields"] as? [[String: Any]]) {
        #expect(field["name"] is String && field["meaning"] is String)
        #expect(field["number"] is Int || field["number"] is NSNull)
      }
    }
  }

  @Test("OBIS code and Green Button fields are told where they exist")
  func neighbours() throws {
    let dial = try tables.explain("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(dial.obis == ["1.0.1.8.0.255"])
    #expect(try tables.explain("0.0.0.9.19.1.12.0.0.0.0.2.0.0.0.3.72.0").obis == ["1.0.2.8.2.255"])
    let espi = try tables.explain(Self.interval).espi.map { "\($0.element)=\($0.value)" }
    #expect(
      espi == [
        "accumulationBehaviour=4", "commodity=1", "flowDirection=1", "intervalLength=900", "kind=12",
        "powerOfTenMultiplier=3", "uom=72", "measuringPeriod=2",
      ])
    #expect(try tables.explain("0.0.0.12.0.41.46.0.0.0.0.0.0.0.0.0.23.0").espi == [], "41 is later than Green Button")
    let split = tables.espiFields(of: try code("0.0.0.12.0.1.54.0.0.0.0.0.0.0.513.0.29.0"))
    #expect(split.contains { $0.element == "phase" && $0.value == "528" })
  }

  @Test("the table lines up and ends every line without blanks")
  func text() throws {
    let text = try tables.explain("3.8.0").text
    #expect(
      text == """
        3.8.0  readingQuality
        meterDataManagement estimated estimatedGeneric

        field     number  name                 meaning
        system         3  meterDataManagement  MDMS
        category       8  estimated            value estimated
        index          0  estimatedGeneric     estimated

        usability  usable
        rank       estimated

        """)
  }

  @Test("every table can be listed, as text and as JSON lines")
  func listing() throws {
    for name in tables.tableNames {
      let listing = try tables.list(name)
      #expect(!listing.rows.isEmpty && !listing.title.isEmpty && !listing.clause.isEmpty)
      #expect(listing.text.split(separator: "\n").count == listing.rows.count + 2)
      for line in listing.jsonLines.split(separator: "\n") {
        #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: String])
      }
    }
    #expect(try tables.list("Measurement-Kind").name == "measurementKind")
    #expect(tables.catalogue.rows.count == tables.tableNames.count)
    let error = codeError { () throws(CodeError) in try tables.list("nonsense") }
    #expect(error?.message.contains("measurementKind") == true)
  }

  @Test("a shell is offered codes and names that begin as typed")
  func completions() {
    #expect(tables.completions(for: "2.1").contains("2.10"))
    #expect(tables.completions(for: "fifteen") == ["fifteenMinute"])
    #expect(tables.completions(for: "3.8").contains("3.8.0"))
    #expect(tables.completions(for: "nonsense").isEmpty)
    #expect(tables.completions(for: "").count == 500)
  }
}
