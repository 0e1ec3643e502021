import CIMCodes
import Foundation
import Testing

@Suite("IEC 61968-9, Annexes A to F tables")
struct TableTests {
  @Test("the tables have the rows of edition 2 and no others")
  func edition2() throws {
    let tables = CodeTables.standard
    let counts = [
      "macroPeriod": 7, "aggregate": 17, "measuringPeriod": 50, "accumulation": 11, "flowDirection": 21,
      "commodity": 42, "phases": 32, "multiplier": 21, "qualitySystem": 6, "qualityCategory": 13, "replyCode": 60,
      "verb": 14, "controlType": 23,
    ]
    for (name, count) in counts { #expect(try tables.table(named: name).rows.count == count, "\(name)") }
    for name in tables.tableNames {
      let table = try tables.table(named: name)
      for row in table.rows where table.columns.contains("status") {
        let known = ["ed2", "derived", "iso4217", "obsolete", "field"].contains { row.status.hasPrefix($0) }
        #expect(known, "\(name) \(row.code) \(row.status)")
      }
    }
  }

  @Test("edition 3 is loaded where it is asked for")
  func edition3() throws {
    let code = try code("0.0.0.12.0.7.162.0.0.0.0.0.0.0.0.0.155.0")
    #expect(CodeTables.standard.longName(of: code) == "Instantaneous naturalGas ?162 (PaA)")
    let tables = try CodeTables(edition3: true)
    #expect(tables.longName(of: code) == "Instantaneous naturalGas pressure (PaA)")
    #expect(tables.check(code) == [])
    #expect(try tables.table(named: "measurementKind")[162]?.status == "ed3")
  }

  @Test("a utility adds its own rows, and a row of its own wins")
  func own() throws {
    let tables = try CodeTables(adding: [
      .init(table: "macroPeriod", csv: "code,name,description\n1001,yearly,calendar year\n"),
      .init(table: "measurementKind", csv: "code,typicalUnits,name\r\n12,72,\"energy, ours\"\r\n"),
      .init(table: "qualityCode", csv: "code,name\n4.2001,shortInterval\n"),
    ])
    #expect(tables.name(of: .macroPeriod, 1001) == "yearly")
    #expect(try tables.table(named: "macroPeriod")[1001]?.status == "own")
    #expect(tables.name(of: .measurementKind, 12) == "energy, ours")
    #expect(tables.check(try #require(ReadingQualityType("1.4.2001"))) == [])
    #expect(CodeTables.standard.name(of: .macroPeriod, 1001) == nil)
  }

  @Test(
    "a table that cannot be read is refused with the line at fault",
    arguments: [
      ("macroPeriod", "", "header"), ("macroPeriod", "code,name\n1", "line 2"),
      ("macroPeriod", "name\nx", "column code"),
      ("macroPeriod", "code,name\n1,\"open", "line 2"), ("macroPeriod", "code,name\n1,\"a\"b", "line 2"),
      ("macroPeriod", "code,name\n,x", "line 2"), ("nonsense", "code\n1", "nonsense"),
      ("obis", "pattern,obis\n1.2,1.0.1.8.0.255", "18 parts"), ("controlType", "code,resultEvents\n1.2.3,", "4 parts"),
    ])
  func malformed(table: String, csv: String, hint: String) throws {
    let error = try #require(
      codeError { () throws(CodeError) in try CodeTables(adding: [.init(table: table, csv: csv)]) })
    #expect(error.message.contains(hint), "\(error.message)")
  }

  @Test("odd rows of a utility do no harm")
  func oddRows() throws {
    let tables = try CodeTables(adding: [
      .init(table: "measuringPeriod", csv: "code,name,minutes,kind\n200,eternity,9223372036854775807,interval\n"),
      .init(table: "multiplier", csv: "code,symbol,name\n2000000000,X,huge\n"),
      .init(table: "phaseAlias", csv: "code,canonical\n5,99999999999\n"),
      .init(table: "word", csv: "phrase,sets\nwibble,unit=99999999999\n"),
    ])
    #expect(tables.demandScalar(of: ReadingType().with(.measuringPeriod, 200)) == nil)
    let huge = ReadingType().with(.unit, 72).with(.multiplier, 2_000_000_000)
    #expect(throws: CodeError.self) { try tables.convert("1", from: huge, to: huge.with(.multiplier, 0)) }
    #expect(tables.check(ReadingType().with(.phases, 5)).isEmpty == false)
    #expect(tables.proposals(for: "wibble").isEmpty == false)
    _ = tables.explain(ReadingType().with(.measuringPeriod, 200)).text
  }

  @Test("comments, blank lines, quotes and line feeds in quotes are read")
  func csv() throws {
    let text = "\u{FEFF}code,name,description\r\n# ours\r\n\r\n1001,\"a \"\"b\"\"\",\"two\nlines\"\r\n"
    let tables = try CodeTables(adding: [.init(table: "macroPeriod", csv: text)])
    let row = try #require(try tables.table(named: "macroPeriod")[1001])
    #expect(row.name == "a \"b\"" && row.meaning == "two\nlines")
  }

  @Test("a name is found without regard to case and hyphens")
  func names() throws {
    let table = try CodeTables.standard.table(named: "eventOrAction")
    #expect(table.row(named: "OptedIn")?.number == 80)
    #expect(table.row(named: "re-established")?.number == 49)
    #expect(table.row(named: "changeoutrequired")?.number == 27)
    #expect(try CodeTables.standard.table(named: "measurementKind").row(named: "funds")?.number == 16)
  }

  @Test("the embedded texts are those in Codes", .enabled(if: Place.hasCodes, "the folder Codes is absent"))
  func embedded() throws {
    let codes = try #require(Place.codes)
    let names = try FileManager.default.contentsOfDirectory(atPath: codes.path).filter { $0.hasSuffix(".csv") }
    #expect(names.count == CodeTables.standard.tableNames.count + 1, "every file is a table, and tables.csv lists them")
    let generated = codes.deletingLastPathComponent().appendingPathComponent("Sources/CIMCodes/Generated")
    for folder in ["", "edition3/"] {
      let files = try FileManager.default.contentsOfDirectory(atPath: codes.appendingPathComponent(folder).path)
      for file in files where file.hasSuffix(".csv") {
        let name = String(file.dropLast(4))
        let type = (folder.isEmpty ? "" : "Edition3") + name.prefix(1).uppercased() + name.dropFirst() + "Text.swift"
        let text = try String(contentsOf: codes.appendingPathComponent(folder + file), encoding: .utf8)
        let swift = try String(contentsOf: generated.appendingPathComponent(type), encoding: .utf8)
        #expect(swift.contains("##\"\"\"\n" + text + "\n\"\"\"##"), "\(folder)\(file) is stale, run Codes/embed")
      }
    }
  }
}
