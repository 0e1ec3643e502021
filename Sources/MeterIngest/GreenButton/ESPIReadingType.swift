// Reading types and qualities of Green Button in the terms of IEC 61968-9: its numbers are those of Annex C.
import CIMCodes

enum ESPIReadingType {
  /// The interval's seconds by the measuring period of Table C.3.
  private static let periods: [Int: Int] = [60: 3, 300: 6, 600: 1, 900: 2, 1800: 5, 3600: 7, 86_400: 4]
  /// The commodity by ServiceCategory.kind, for reading types that do not say: electricity, gas, water.
  private static let commodities = [0: 1, 1: 7, 2: 9]

  /// - Returns: nil where there is no unit: then the readings are of nothing.
  static func type(_ fields: [String: String], serviceCategory: String?) -> ReadingType? {
    func number(_ name: String) -> Int { fields[name].flatMap { Int($0) } ?? 0 }
    guard number("uom") > 0 else { return nil }
    var type = ReadingType()
    type[.macroPeriod] = number("timeAttribute")
    type[.aggregate] = number("dataQualifier")
    type[.measuringPeriod] = periods[number("intervalLength")] ?? number("measuringPeriod")
    type[.accumulation] = number("accumulationBehaviour")
    type[.flowDirection] = number("flowDirection")
    type[.commodity] = number("commodity")
    if type.commodity == 0 { type[.commodity] = serviceCategory.flatMap { Int($0) }.flatMap { commodities[$0] } ?? 0 }
    type[.measurementKind] = number("kind")
    type[.interharmonicNumerator] = number("interharmonic.numerator")
    type[.interharmonicDenominator] = number("interharmonic.denominator")
    type[.argumentNumerator] = number("argument.numerator")
    type[.argumentDenominator] = number("argument.denominator")
    type[.tou] = number("tou")
    type[.cpp] = number("cpp")
    type[.consumptionTier] = number("consumptionTier")
    type[.phases] = number("phase")
    type[.multiplier] = number("powerOfTenMultiplier")
    type[.unit] = number("uom")
    type[.currency] = number("currency")
    return type
  }

  /// Codes of Annex D, of an external system; nil where Annex D has none (mixed, raw, normalised, other).
  static func quality(_ number: String) -> String? {
    switch number {
    case "0": "5.0.0"
    case "7": "5.7.0"
    case "8", "9": "5.8.0"
    case "10": "5.10.0"
    case "11": "5.11.0"
    case "12": "5.12.0"
    case "17", "18", "19": "5.0.1"
    default: nil
    }
  }
}
