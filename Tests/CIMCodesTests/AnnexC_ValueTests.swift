import CIMCodes
import Testing

@Suite("IEC 61968-9, Annex C values of a ReadingType")
struct ReadingTypeValueTests {
  let tables = CodeTables.standard
  let kWh = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"

  @Test(
    "a change of multiplier moves the point and loses no digit",
    arguments: [
      ("1.5", 3, 0, "1500"), ("1500", 0, 3, "1.500"), ("-0.050", 3, 6, "-0.000050"), ("0", 3, 0, "0"),
      ("0.00", 0, 3, "0.00000"), ("+7", 0, 0, "7"), ("00012.340", 0, -3, "12340"), (".5", 0, 3, "0.0005"),
      ("123456789012345678901234567890.123456789", 9, -12, "123456789012345678901234567890123456789000000000000"),
      ("5", -24, 24, "0.000000000000000000000000000000000000000000000005"),
    ])
  func multiplier(value: String, from: Int, to: Int, expected: String) throws {
    let type = try code(kWh)
    let result = try tables.convert(value, from: type.with(.multiplier, from), to: type.with(.multiplier, to))
    #expect(result.value == expected)
    #expect(result.readingType.multiplier == to)
  }

  @Test("there and back again is the same number")
  func thereAndBack() throws {
    var random = Repeatable(seed: 18)
    let type = try code(kWh)
    for _ in 0..<500 {
      let digits = (0..<Int.random(in: 1...30, using: &random)).map { _ in
        String(Int.random(in: 0...9, using: &random))
      }.joined()
      let value = "1" + digits + "." + digits
      let there = try tables.convert(value, from: type, to: type.with(.multiplier, -9))
      let back = try tables.convert(there.value, from: there.readingType, to: type)
      let plain = value.hasSuffix("0") ? String(value.reversed().drop { $0 == "0" }.reversed()) : value
      #expect(back.value.hasPrefix(plain.hasSuffix(".") ? String(plain.dropLast()) : plain))
      #expect(back.value.dropFirst(plain.count).allSatisfy { $0 == "0" || $0 == "." })
    }
  }

  @Test("what differs in more than the multiplier is not converted")
  func different() throws {
    let type = try code(kWh)
    let error = codeError { () throws(CodeError) in
      try tables.convert("1", from: type, to: type.with(.unit, 73))
    }
    #expect(error?.code == .notConvertible && error?.field == "unit")
    let unknown = codeError { () throws(CodeError) in
      try tables.convert("1", from: type, to: type.with(.multiplier, 7))
    }
    #expect(unknown?.field == "multiplier")
  }

  @Test(
    "what is no decimal is refused",
    arguments: [
      "", " ", "1,5", "1e3", "--1", "1.2.3", ".", "-", "NaN", "٣", "0x10", String(repeating: "1", count: 2000),
    ])
  func noDecimal(value: String) throws {
    let type = try code(kWh)
    let error = codeError { () throws(CodeError) in
      try tables.convert(value, from: type, to: type.with(.multiplier, 0))
    }
    #expect(error?.code == .malformedValue)
    #expect(tables.checkValue(value, of: type).map(\.severity) == [.reject])
  }

  @Test("a unit the sources disagree on is converted with a warning")
  func disputed() throws {
    let type = ReadingType().with(.unit, 78)
    let result = try tables.convert("1", from: type, to: type.with(.multiplier, 3))
    #expect(result.findings.map(\.rule) == ["readingType.unitDisputed"])
  }

  @Test("the consumption of an interval is the difference of the dial")
  func delta() throws {
    let dial = try code("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    let result = try tables.delta(from: "99999.75", to: "100001.5", of: dial, measuringPeriod: 2)
    #expect(result.value == "1.75")
    #expect(result.readingType.description == kWh)
    let rolled = try tables.delta(from: "99999.75", to: "0.25", of: dial, measuringPeriod: 2, rollover: "100000")
    #expect(rolled.value == "0.50")
    #expect(rolled.findings.map(\.rule) == ["value.rollover"])
  }

  @Test("a dial that moved back without a known rollover gives no consumption")
  func movedBack() throws {
    let dial = try code("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(throws: CodeError.self) { try tables.delta(from: "5", to: "4", of: dial, measuringPeriod: 2) }
    #expect(throws: CodeError.self) {
      try tables.delta(from: "500", to: "4", of: dial, measuringPeriod: 2, rollover: "100")
    }
    #expect(throws: CodeError.self) { try tables.delta(from: "4", to: "5", of: code(kWh), measuringPeriod: 2) }
    #expect(throws: CodeError.self) { try tables.delta(from: "4", to: "5", of: dial, measuringPeriod: 53) }
  }

  @Test(
    "demand is the energy of the interval times 60 over its minutes",
    arguments: [
      (2, "1.25", nil as Int?, "5.00"), (7, "3", nil, "3"), (5, "0.1", nil, "0.2"), (4, "24", nil, "1"),
      (4, "1", 4, "0.0417"), (4, "36.0", nil, "1.5"), (81, "1", 3, "0.167"), (3, "0.01", nil, "0.60"),
      (53, "2", nil, "8"), (71, "2", nil, "8"),
    ])
  func demand(period: Int, energy: String, places: Int?, expected: String) throws {
    let type = try code(kWh).with(.measuringPeriod, period)
    let result = try tables.demand(fromEnergy: energy, of: type, places: places)
    #expect(result.value == expected)
    #expect(result.readingType.measurementKind == 8 && result.readingType.unit == 38)
    #expect(result.readingType.multiplier == 3)
  }

  @Test("the scalar of Table C.4 follows from the length of the block")
  func scalars() throws {
    for row in try tables.table(named: "demandNormalization").rows {
      let table = try tables.table(named: "demandNormalization")
      let scalar = try #require(tables.demandScalar(of: ReadingType().with(.measuringPeriod, row.number ?? 0)))
      let text = scalar.denominator == 1 ? "\(scalar.numerator)" : "\(scalar.numerator)/\(scalar.denominator)"
      #expect(table.value("scalar", of: row) == text, "\(row.code)")
    }
    let rolling = try code("0.0.102.6.1.1.8.0.0.900.300.0.0.0.0.3.38.0")
    #expect(try #require(tables.demandScalar(of: rolling)) == (4, 1), "the block counts, not the sub-interval")
    #expect(tables.demandScalar(of: ReadingType().with(.measuringPeriod, 15)) == nil)
    #expect(tables.demandScalar(of: ReadingType().with(.measuringPeriod, 100)) == nil)
  }

  @Test("a quotient without end is not rounded unasked")
  func inexact() throws {
    let type = try code(kWh).with(.measuringPeriod, 4)
    let error = codeError { () throws(CodeError) in try tables.demand(fromEnergy: "1", of: type) }
    #expect(error?.code == .inexact)
  }

  @Test(
    "a value has the form its reading type asks for",
    arguments: [
      ("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "1.5", [String]()),
      ("0.0.0.0.0.41.92.0.0.0.0.0.0.0.0.0.114.0", "SN-4711", []),
      ("0.0.0.0.0.41.92.0.0.0.0.0.0.0.0.0.114.0", "", ["value.empty"]),
      ("11.8.0.0.1.2.8.0.0.0.0.0.0.0.0.0.108.0", "2026-03-29T02:15:00+01:00", []),
      ("11.8.0.0.1.2.8.0.0.0.0.0.0.0.0.0.108.0", "2026-03-29T02:15:00.250Z", []),
      ("11.8.0.0.1.2.8.0.0.0.0.0.0.0.0.0.108.0", "2026-03-29T24:00:00Z", []),
      ("11.8.0.0.1.2.8.0.0.0.0.0.0.0.0.0.108.0", "2026-03-29T02:15:00", ["value.timestampZone"]),
      ("11.8.0.0.1.2.8.0.0.0.0.0.0.0.0.0.108.0", "2025-02-29T02:15:00Z", ["value.timestamp"]),
      ("11.8.0.0.1.2.8.0.0.0.0.0.0.0.0.0.108.0", "29.03.2026 02:15", ["value.timestamp"]),
      ("11.8.0.0.1.2.8.0.0.0.0.0.0.0.0.0.108.0", "2026-03-29T25:00:00Z", ["value.timestamp"]),
      ("0.0.0.12.2.1.38.0.0.0.0.0.0.0.128.0.65.0", "-0.95", ["value.powerFactorSign"]),
      ("0.0.0.12.0.1.38.0.0.0.0.0.0.0.128.0.65.0", "-0.95", []),
      ("0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.3.72.0", "-1", ["value.reverseSign"]),
      ("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "-1", ["value.dialSign"]),
      ("0.0.2.4.4.1.12.0.0.0.0.0.0.0.0.3.72.0", "-1", []),
    ])
  func form(type: String, value: String, rules: [String]) throws {
    #expect(tables.checkValue(value, of: try code(type)).map(\.rule) == rules)
  }
}
