// What stands behind a meter, and how its days differ in energy.

/// The kind of customer behind a meter; it decides the shape of the load curve.
public enum LoadKind: UInt8, Sendable, Hashable, CaseIterable {
  /// A working family: peaks before work and in the evening, more at the weekend.
  case workingFamily
  /// Retired people: at home all day, a peak at noon.
  case retired
  /// A flat with electric heating: the colder, the more.
  case electricHeating
  /// A family with solar panels, which feeds in what it does not use.
  case solar
  /// A shop or an office: working hours, Saturday morning, closed on Sundays.
  case smallCommercial

  /// True for those in which people live.
  public var isResidential: Bool { self != .smallCommercial }

  /// Draws a kind by its share of the customers.
  /// - Parameter fraction: 0 up to 1.
  static func drawn(_ fraction: Double) -> LoadKind {
    switch fraction {
    case ..<0.45: .workingFamily
    case ..<0.70: .retired
    case ..<0.82: .electricHeating
    case ..<0.92: .solar
    default: .smallCommercial
    }
  }

  /// Energy of an average customer of this kind on a day, drawn from the grid, in mWh.
  func forwardEnergy(on day: DayConditions) -> Int64 {
    let kilowattHours: Double
    switch self {
    case .workingFamily:
      kilowattHours = 10 * (1 + 0.18 * day.cold + 0.04 * day.chill) * (day.kind == .workday ? 1 : 1.12)
    case .retired:
      kilowattHours = 8 * (1 + 0.15 * day.cold + 0.03 * day.chill)
    case .electricHeating:
      kilowattHours = 7 + 12 * max(0, 0.35 + 0.65 * day.cold + 0.25 * day.chill)
    case .solar:
      kilowattHours = 8.5 * (1 + 0.35 * day.cold + 0.1 * day.cloud) * (day.kind == .workday ? 1 : 1.08)
    case .smallCommercial:
      let opening = day.kind == .workday ? 1 : day.kind == .saturday ? 0.6 : 0.25
      kilowattHours = 42 * (1 + 0.08 * day.cold) * opening
    }
    return Int64(kilowattHours * 1_000_000)
  }

  /// Energy of an average customer of this kind on a day, fed into the grid, in mWh.
  func reverseEnergy(on day: DayConditions) -> Int64 {
    guard self == .solar else { return 0 }
    return Int64(12 * (0.55 + 0.45 * day.light) * (1 - 0.75 * day.cloud) * 1_000_000)
  }
}

/// The kinds of days customers know.
enum DayKind: Int, CaseIterable {
  case workday, saturday, sunday
}

/// What all customers have in common on one day.
struct DayConditions {
  var kind: DayKind
  /// Season of heating: 1 in the middle of January, -1 in the middle of July.
  var cold: Double
  /// Season of the sun: 1 at the end of June, -1 at the end of December.
  var light: Double
  /// How much colder than the season has it: -1 to 1.
  var chill: Double
  /// Share of the sun that clouds take: 0 to 1.
  var cloud: Double
}
