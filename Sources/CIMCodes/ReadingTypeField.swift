/// The eighteen parts of a reading type, in the order of the code.
///
/// - SeeAlso: IEC 61968-9, Annex C
public enum ReadingTypeField: Int, CaseIterable, Sendable, Hashable, CustomStringConvertible {
  case macroPeriod, aggregate, measuringPeriod, accumulation, flowDirection, commodity, measurementKind
  case interharmonicNumerator, interharmonicDenominator, argumentNumerator, argumentDenominator
  case tou, cpp, consumptionTier, phases, multiplier, unit, currency

  /// Name of the part in the words of the standard, e.g. "measuringPeriod".
  public var description: String { Self.names[rawValue] }

  /// Name of the part, e.g. "measuringPeriod"; `nil` where there is none of that name.
  public init?(named name: some StringProtocol) {
    guard let index = Self.names.firstIndex(where: { $0 == name }) else { return nil }
    self.init(rawValue: index)
  }

  private static let names = [
    "macroPeriod", "aggregate", "measuringPeriod", "accumulation", "flowDirection", "commodity", "measurementKind",
    "interharmonicNumerator", "interharmonicDenominator", "argumentNumerator", "argumentDenominator", "tou", "cpp",
    "consumptionTier", "phases", "multiplier", "unit", "currency",
  ]

  /// The table its numbers are in; `nil` for the two pairs, which are free numbers.
  var tableName: String? {
    switch self {
    case .interharmonicNumerator, .interharmonicDenominator, .argumentNumerator, .argumentDenominator: nil
    default: description
    }
  }
}
