// Energy from day to day: running sums over a cycle of days, so that any span costs two look-ups.

/// Daily energies of the average customer of each kind, as sums from a fixed day, for ever in both directions.
///
/// Days are days since 1970-01-01 in the fleet's local time. The calendar repeats after 28 years of 365.25 days: then
/// week days and seasons are where they were.
struct LoadCalendar: Sendable {
  static let cycle = 28 * 1461 / 4

  /// Sums per kind: element d is the energy in mWh of the days before day d of the cycle.
  private let forward: [[Int64]]
  private let reverse: [[Int64]]

  init(seed: UInt64) {
    var forward = LoadKind.allCases.map { _ in [Int64(0)] }
    var reverse = forward
    for kind in LoadKind.allCases {
      forward[Int(kind.rawValue)].reserveCapacity(LoadCalendar.cycle + 1)
    }
    for day in 0..<LoadCalendar.cycle {
      let conditions = LoadCalendar.conditions(onDayOfCycle: day, seed: seed)
      for kind in LoadKind.allCases {
        let row = Int(kind.rawValue)
        forward[row].append(forward[row][day] + kind.forwardEnergy(on: conditions))
        if kind == .solar { reverse[row].append(reverse[row][day] + kind.reverseEnergy(on: conditions)) }
      }
    }
    self.forward = forward
    self.reverse = reverse
  }

  /// Energy in mWh that an average customer drew in the days from day 0 up to `day`; negative before day 0.
  func forwardEnergy(before day: Int, _ kind: LoadKind) -> Int64 {
    LoadCalendar.sum(forward[Int(kind.rawValue)], before: day)
  }

  /// The same for energy fed in.
  func reverseEnergy(before day: Int, _ kind: LoadKind) -> Int64 {
    kind == .solar ? LoadCalendar.sum(reverse[Int(kind.rawValue)], before: day) : 0
  }

  private static func sum(_ sums: [Int64], before day: Int) -> Int64 {
    let (cycles, dayOfCycle) = floorDivide(day, cycle)
    return Int64(cycles) * sums[cycle] + sums[dayOfCycle]
  }

  static func kind(ofDay day: Int) -> DayKind {
    // Day 0 was a Thursday.
    switch floorDivide(day + 3, 7).remainder {
    case 5: .saturday
    case 6: .sunday
    default: .workday
    }
  }

  /// How long the sun shines: 1 at the end of June, -1 at the end of December.
  static func light(ofDay day: Int) -> Double { -season(day, peak: 355) }

  private static func conditions(onDayOfCycle day: Int, seed: UInt64) -> DayConditions {
    DayConditions(
      kind: kind(ofDay: day), cold: season(day, peak: 15), light: light(ofDay: day),
      chill: 2 * smooth(seed, day, .weather) - 1, cloud: smooth(seed, day, .cloud))
  }

  /// 1 on the peak day of the year, -1 half a year later. A polynomial, because the library's cosine may differ in its
  /// last bit between machines, and the sums with it.
  private static func season(_ day: Int, peak: Double) -> Double {
    let years = (Double(floorDivide(day, cycle).remainder) - peak) / 365.25
    let phase = years - years.rounded(.down)
    let t = phase < 0.5 ? phase * 2 : 2 - phase * 2
    return 1 - 2 * t * t * (3 - 2 * t)
  }

  /// Weather holds for some days: noise with a knot on every third day, 0 to 1.
  private static func smooth(_ seed: UInt64, _ day: Int, _ purpose: SplitMix64.Purpose) -> Double {
    let knots = cycle / 3
    let knot = day / 3
    let a = SplitMix64.fraction(seed, knot % knots, purpose)
    let b = SplitMix64.fraction(seed, (knot + 1) % knots, purpose)
    return a + (b - a) * Double(day % 3) / 3
  }
}

/// Division whose remainder is never negative.
func floorDivide(_ value: Int, _ by: Int) -> (quotient: Int, remainder: Int) {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: by)
  return remainder < 0 ? (quotient - 1, remainder + by) : (quotient, remainder)
}
