// Load over one day: how the energy of a day is spread over its five-minute slots.

/// The shapes of days, per kind of customer and of day.
struct DayShapes: Sendable {
  static let slots = 288
  static let slotMicroseconds = 300_000_000
  static let daylightBins = 8

  /// What runs all the time (fridge, standby), in parts of a slot's weight.
  let base: [UInt32]
  /// What people switch on, per kind and day kind, 288 slots each.
  let activity: [UInt32]
  /// Sun on the roof, per length of the day, 288 slots each.
  let sun: [UInt32]
  /// How much of the activity a draw of 0 to 255 switches on, in 1/64: mostly little, now and then a lot (an oven, a
  /// kettle).
  let appliance: [UInt32]

  init() {
    base = LoadKind.allCases.map { kind in
      switch kind {
      case .workingFamily, .solar: 70
      case .retired: 65
      case .electricHeating: 110
      case .smallCommercial: 180
      }
    }
    var activity: [UInt32] = []
    for kind in LoadKind.allCases {
      for day in DayKind.allCases {
        let bumps = DayShapes.bumps(kind, day)
        for slot in 0..<DayShapes.slots {
          activity.append(UInt32(bumps.reduce(0) { $0 + $1.height(at: DayShapes.hour(slot)) }))
        }
      }
    }
    self.activity = activity
    var sun: [UInt32] = []
    for bin in 0..<DayShapes.daylightBins {
      let halfDay = 4.0 + 4.2 * (Double(bin) + 0.5) / Double(DayShapes.daylightBins)
      let bump = Bump(12.3, halfDay, 1000)
      for slot in 0..<DayShapes.slots { sun.append(UInt32(bump.height(at: DayShapes.hour(slot)))) }
    }
    self.sun = sun
    appliance = (0..<256).map { draw in
      let u = (Double(draw) + 0.5) / 256
      return UInt32(64 * (0.2 + 0.42 * u / (1.06 - u)))
    }
  }

  static func daylightBin(ofDay day: Int) -> Int {
    min(daylightBins - 1, Int((LoadCalendar.light(ofDay: day) + 1) / 2 * Double(daylightBins)))
  }

  private static func hour(_ slot: Int) -> Double { (Double(slot) + 0.5) / 12 }

  private static func bumps(_ kind: LoadKind, _ day: DayKind) -> [Bump] {
    switch (kind, day) {
    case (.workingFamily, .workday), (.solar, .workday):
      [Bump(6.8, 1.8, 260), Bump(12.5, 3, 60), Bump(19, 3.6, 420), Bump(21.5, 2.5, 100)]
    case (.workingFamily, _), (.solar, _):
      [Bump(9.5, 3, 250), Bump(13, 3.5, 220), Bump(19, 4, 330)]
    case (.retired, _):
      [Bump(8, 2.5, 200), Bump(12, 2.8, 300), Bump(18.3, 3.5, 240), Bump(21, 2.5, 80)]
    case (.electricHeating, _):
      [Bump(6.5, 3.5, 320), Bump(13, 5, 110), Bump(19.5, 4.5, 380), Bump(1, 5, 120)]
    case (.smallCommercial, .workday):
      [Bump(9.5, 4, 700), Bump(14.5, 5.5, 800)]
    case (.smallCommercial, .saturday):
      [Bump(10.5, 4, 700)]
    case (.smallCommercial, .sunday):
      [Bump(12, 8, 40)]
    }
  }

  /// A smooth peak of the load curve that begins and ends at nought.
  private struct Bump {
    let centre: Double
    let halfWidth: Double
    let peak: Double

    /// - Parameters: hour of the day, hours to either side, weight at the peak.
    init(_ centre: Double, _ halfWidth: Double, _ peak: Double) {
      self.centre = centre
      self.halfWidth = halfWidth
      self.peak = peak
    }

    func height(at hour: Double) -> Double {
      let apart = abs(hour - centre)
      let t = min(apart, 24 - apart) / halfWidth
      return t < 1 ? peak * (1 - t * t) * (1 - t * t) : 0
    }
  }
}
