// Arithmetic on values that follows from their reading types. Values are decimal texts: nothing is ever rounded unasked.
import CIMModel

/// A value after a conversion, with the reading type it has now.
public struct ConvertedValue: Sendable, Hashable {
  /// Decimal number in plain notation.
  public let value: String
  /// What the value now measures.
  public let readingType: ReadingType
  /// What there is to know about the conversion, e.g. that sources disagree on the unit.
  public let findings: [CodeFinding]
}

extension CodeTables {
  /// Rescales a value between two reading types that differ in nothing but the multiplier, e.g. Wh to kWh; exactly.
  ///
  /// - Parameter value: an XML Schema decimal of at most 1,024 bytes.
  /// - Throws: `CodeError` with code `.notConvertible` where the reading types differ otherwise or the value is no
  ///   number by its reading type, `.malformedValue` where the text is no decimal.
  /// - SeeAlso: IEC 61968-9, Table C.18
  public func convert(_ value: String, from: ReadingType, to: ReadingType) throws(CodeError) -> ConvertedValue {
    for field in ReadingTypeField.allCases where field != .multiplier && from[field] != to[field] {
      throw CodeError(
        .notConvertible, "\(from) and \(to) differ in \(field), only the multiplier may differ",
        field: field.description)
    }
    for type in [from, to]
    where self["multiplier"]?[type.multiplier] == nil || !(-99...99).contains(type.multiplier) {
      throw CodeError(
        .notConvertible, "multiplier \(type.multiplier) is not in the table of multipliers", field: "multiplier")
    }
    if from != to, valueForm(of: from) != .decimal {
      throw CodeError(.notConvertible, "the value of \(from) is no number that a multiplier could scale", field: "unit")
    }
    let result = try ExactDecimal(value: value).scaled(byPowerOfTen: from.multiplier - to.multiplier)
    return ConvertedValue(value: result.description, readingType: to, findings: unitCaution(of: from))
  }

  /// The consumption between two dial readings: later minus earlier.
  ///
  /// - Parameters:
  ///   - earlier: reading at the start, decimal.
  ///   - later: reading at the end, decimal.
  ///   - type: reading type of both; its accumulation is a dial (1), a summation (9) or latching (13).
  ///   - measuringPeriod: number of the interval's length, Table C.3, e.g. 2 for 15 minutes.
  ///   - rollover: what the dial counts up to before it starts at 0 again, e.g. "100000"; `nil` where unknown.
  /// - Throws: `CodeError` with code `.notConvertible` where the type is no dial, or the dial has moved back and
  ///   `rollover` does not explain it.
  /// - SeeAlso: IEC 61968-9, Table C.5
  public func delta(
    from earlier: String, to later: String, of type: ReadingType, measuringPeriod: Int, rollover: String? = nil
  ) throws(CodeError) -> ConvertedValue {
    let target = try deltaType(of: type, measuringPeriod: measuringPeriod)
    var difference = try ExactDecimal(value: later) - ExactDecimal(value: earlier)
    var findings = unitCaution(of: type)
    if difference.isNegative {
      guard let rollover else {
        throw CodeError(
          .notConvertible, "the dial moved back from \(earlier) to \(later) and its rollover is not known")
      }
      difference = try difference + ExactDecimal(value: rollover)
      if difference.isNegative {
        throw CodeError(
          .notConvertible, "the dial moved back from \(earlier) to \(later), further than its rollover \(rollover)")
      }
      findings.append(
        CodeFinding(
          .note, "value.rollover", "IEC 61968-9, Table C.5", "the dial rolled over at \(rollover)",
          field: "accumulation"))
    }
    return ConvertedValue(value: difference.description, readingType: target, findings: findings)
  }

  /// The reading type of the interval consumption that a dial's readings give.
  ///
  /// - Throws: `CodeError` with code `.notConvertible` where the type is no dial, or no interval is known by the number.
  public func deltaType(of type: ReadingType, measuringPeriod: Int) throws(CodeError) -> ReadingType {
    guard [1, 9, 13].contains(type.accumulation) else {
      throw CodeError(
        .notConvertible,
        "accumulation \(type.accumulation) of \(type) is no dial; only bulkQuantity, summation and latchingQuantity "
          + "give a difference", field: "accumulation")
    }
    guard let table = self["measuringPeriod"], let row = table[measuringPeriod],
      table.value("kind", of: row) == "interval"
    else {
      throw CodeError(
        .notConvertible, "measuring period \(measuringPeriod) is no interval of Table C.3", field: "measuringPeriod")
    }
    return type.with(.accumulation, 4).with(.measuringPeriod, measuringPeriod)
  }

  /// The factor that turns the energy of an interval or block into demand: 60 over its minutes, as a fraction.
  ///
  /// For a rolling block the block counts, not the sub-interval; lengths given in the argument (periods 100 to 102) are
  /// in seconds.
  ///
  /// - Returns: numerator and denominator in lowest terms; `nil` where the measuring period has no length.
  /// - SeeAlso: IEC 61968-9, Table C.4
  public func demandScalar(of type: ReadingType) -> (numerator: Int, denominator: Int)? {
    var seconds = 0
    if (100...102).contains(type.measuringPeriod) {
      seconds = type.argument.denominator > 0 ? type.argument.numerator : 0
    } else if let table = self["measuringPeriod"], let row = table[type.measuringPeriod],
      let minutes = table.value("minutes", of: row).flatMap({ Int32($0) })
    {
      seconds = Int(minutes) * 60
    }
    guard seconds > 0 else { return nil }
    var (a, b) = (3600, seconds)
    while b != 0 { (a, b) = (b, a % b) }
    return (3600 / a, seconds / a)
  }

  /// The average demand over an interval out of its energy, normalised to one hour.
  ///
  /// - Parameters:
  ///   - energy: energy of the interval, decimal.
  ///   - type: its reading type: kind energy (12), unit Wh, VAh or varh, with a measuring period.
  ///   - places: digits after the point to round to, half to even; `nil` asks for the exact quotient.
  /// - Returns: the demand, with the same multiplier, e.g. kW for kWh.
  /// - Throws: `CodeError` with code `.notConvertible`, or `.inexact` where the quotient has no end and `places` is nil.
  /// - SeeAlso: IEC 61968-9, Table C.4
  public func demand(
    fromEnergy energy: String, of type: ReadingType, places: Int? = nil
  ) throws(CodeError) -> ConvertedValue {
    let units = [72: 38, 71: 61, 73: 63]
    guard type.measurementKind == 12, let unit = units[type.unit] else {
      throw CodeError(
        .notConvertible, "\(type) is no energy in Wh, VAh or varh", field: "measurementKind")
    }
    guard let scalar = demandScalar(of: type) else {
      throw CodeError(
        .notConvertible, "measuring period \(type.measuringPeriod) of \(type) has no length", field: "measuringPeriod")
    }
    let product = try ExactDecimal(value: energy).times(scalar.numerator)
    guard let result = product.divided(by: scalar.denominator, places: places.map { min(max($0, 0), 100) }) else {
      throw CodeError(
        .inexact,
        "\(energy) x \(scalar.numerator) / \(scalar.denominator) has no finite decimal form; say to how many places to round"
      )
    }
    let target = type.with(.measurementKind, 8).with(.unit, unit).with(.accumulation, 6)
    return ConvertedValue(value: result.description, readingType: target, findings: [])
  }

  func unitCaution(of type: ReadingType) -> [CodeFinding] {
    guard let table = self["unit"], let row = table[type.unit], let caution = table.value("caution", of: row) else {
      return []
    }
    return [
      CodeFinding(
        .note, "readingType.unitDisputed", "IEC 61968-9, Tables C.20 to C.27",
        "sources disagree on unit \(type.unit) \(row.name): \(caution)", field: "unit")
    ]
  }
}
