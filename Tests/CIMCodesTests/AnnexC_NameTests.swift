import CIMCodes
import Testing

@Suite("IEC 61968-9, Annex C ReadingType names")
struct ReadingTypeNameTests {
  /// Our own small set, so that something is checked without the facts beside the repository.
  static let names: [(String, String)] = [
    (
      "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
      "FifteenMinute deltaData forward electricitySecondaryMetered energy (kWh)"
    ),
    ("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "BulkQuantity forward electricitySecondaryMetered energy (kWh)"),
    (
      "11.8.0.6.1.1.8.0.0.0.0.0.0.0.0.0.38.0", "Daily maximum indicating forward electricitySecondaryMetered demand (W)"
    ),
    ("0.0.0.12.0.1.54.0.0.0.0.0.0.0.129.0.29.0", "Instantaneous electricitySecondaryMetered voltage phaseAtoN (V)"),
    (
      "0.0.0.9.1.1.12.0.0.0.0.1.2.3.0.3.72.0",
      "Summation forward electricitySecondaryMetered energy touA cppB consumptionTier3 (kWh)"
    ),
    (
      "0.0.0.12.0.1.4.5.1.0.0.0.0.0.128.0.5.0", "Instantaneous electricitySecondaryMetered current harmonic5 phaseA (A)"
    ),
    ("0.0.0.12.0.1.4.11.1.0.0.0.0.0.0.0.5.0", "Instantaneous electricitySecondaryMetered current harmonic11 (A)"),
    ("0.0.0.0.0.0.22.0.0.3.1.0.0.0.0.0.0.0", "Ieee1366CEMIn n3"),
    ("8.0.0.1.0.0.3.0.0.0.0.0.0.0.0.0.80.978", "BillingPeriod bulkQuantity currency (¤) EUR"),
    ("0.0.0.1.1.7.58.0.0.0.0.0.0.0.0.0.167.0", "BulkQuantity forward naturalGas volume (m³(comp))"),
    ("0.0.0.0.0.0.47.0.0.0.0.0.0.0.0.-2.0.0", "TotalHarmonicDistortion (c)"),
    ("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0", "None"),
  ]

  @Test("the long name has the names of all parts that are not 0, in the order of the code", arguments: names)
  func longName(code text: String, name: String) throws {
    #expect(CodeTables.standard.longName(of: try code(text)) == name)
  }

  @Test("the long name gives the code again", arguments: names.dropLast())
  func backAgain(code text: String, name: String) throws {
    #expect(CodeTables.standard.readingType(named: name) == (try code(text)))
  }

  @Test("a number no table has is named by a question mark and the number")
  func unknown() throws {
    let name = CodeTables.standard.longName(of: try code("1001.0.0.1.2.1.12.0.0.0.0.0.0.0.6.5.801.7"))
    #expect(name == "?1001 bulkQuantity lagging electricitySecondaryMetered energy ?6 (?5?801) ?7")
  }

  @Test("the names of every number of every table lead back to it")
  func everyNumber() {
    let tables = CodeTables.standard
    for field in ReadingTypeField.allCases where field != .unit && field != .multiplier && field != .currency {
      guard let table = try? tables.table(named: field.description) else { continue }
      for row in table.rows {
        guard let number = row.number, number != 0 else { continue }
        // Kinds, tiers and the like are alone in a name only where no other part has the same word.
        let type = ReadingType().with(field, number)
        #expect(tables.readingType(named: tables.longName(of: type)) == type, "\(field) \(number) \(row.name)")
      }
    }
  }

  @Test("every multiplier with every unit leads back to itself or to a pair of the same symbol")
  func everyUnit() throws {
    let tables = CodeTables.standard
    for unit in try tables.table(named: "unit").rows {
      for multiplier in try tables.table(named: "multiplier").rows {
        let type = ReadingType().with(.unit, unit.number ?? 0).with(.multiplier, multiplier.number ?? 0)
        if type.isAllZero { continue }
        let name = tables.longName(of: type)
        let again = try #require(tables.readingType(named: name))
        #expect(tables.longName(of: again) == name)
      }
    }
  }

  @Test(
    "what is no long name gives no code",
    arguments: [
      "", "energy deltaData", "energy (kXy)", "deltaData nonsense energy", String(repeating: "energy ", count: 999),
    ])
  func noName(text: String) { #expect(CodeTables.standard.readingType(named: text) == nil) }
}

@Suite("IEC 61968-9, Annex C ReadingType patterns (syntax of this product)")
struct ReadingTypePatternTests {
  static let type = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"

  @Test(
    "a pattern covers what its parts cover",
    arguments: [
      ("**", true), ("0.0.2.4.**", true), ("**.3.72.0", true), ("0.0.7.**", false), ("**.71|72|73.*", true),
      ("*.*.1~7.*.*.*.12.**", true), ("*.*.3~7.*.*.*.12.**", false), ("**.-3~3.72.0", true), ("**.-3~0.72.0", false),
      (type, true), ("0.**.0", true),
    ])
  func covers(pattern: String, expected: Bool) throws {
    let pattern = try ReadingTypePattern(parsing: pattern)
    #expect(try code(Self.type).matches(pattern) == expected)
    #expect(ReadingTypePattern(pattern.description) == pattern)
  }

  @Test(
    "a pattern that is none is refused",
    arguments: [
      "", "*", "1.2", "**.**", "x.**", "1~.**", "7~1.**", "-1.**", "1||2.**", "+1.**",
      String(repeating: "*.", count: 18) + "*", String(repeating: "1|", count: 5000) + "1.**",
    ])
  func refused(pattern: String) { #expect(ReadingTypePattern(pattern) == nil) }
}
