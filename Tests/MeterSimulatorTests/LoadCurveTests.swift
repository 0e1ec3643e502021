// Are the simulated customers plausible? Bounds are those of European households and shops.

import CIMModel
import MeterSimulator
import Testing

@Suite("Simulated load curves")
struct LoadCurveTests {
  let crowd = makeFleet(1000)

  @Test("a household draws 3 to 40 kWh a day", arguments: [winter, summer])
  func daily(from: Timestamp) {
    for meter in crowd.indices where crowd[meter].load.isResidential {
      let average = Double(crowd.daily(meter, from: from, days: 28)) / 28_000
      #expect((3...40).contains(average), "meter \(meter), \(crowd[meter].load): \(average) kWh")
    }
  }

  @Test("households differ by kind and size, and days of one household differ")
  func variety() {
    #expect(Set(crowd.indices.map { crowd[$0].load }).count == LoadKind.allCases.count)
    let days = (0..<28).map { crowd.daily(0, from: winter.adding(seconds: $0 * day)) }
    #expect(Set(days).count >= 25)
    let families = crowd.indices.filter { crowd[$0].load == .workingFamily }
    let totals = families.map { crowd.daily($0, from: winter, days: 28) }.sorted()
    #expect(Double(totals[totals.count * 9 / 10]) > 1.3 * Double(totals[totals.count / 10]))
  }

  @Test("winter costs more than summer, most of all with electric heating")
  func season() {
    func ratio(_ kind: LoadKind) -> Double {
      let meters = crowd.indices.filter { crowd[$0].load == kind }
      let cold = meters.reduce(0) { $0 + crowd.daily($1, from: winter, days: 28) }
      return Double(cold) / Double(meters.reduce(0) { $0 + crowd.daily($1, from: summer, days: 28) })
    }
    #expect(ratio(.workingFamily) > 1.15)
    #expect(ratio(.electricHeating) > 1.8)
    #expect(ratio(.smallCommercial) > 1)
  }

  @Test("families peak in the evening and in the morning, and are quiet at night")
  func familyDay() {
    let load = hourly(.workingFamily, from: winter, days: 5)
    #expect(load[19] > 1.5 * load[12])
    #expect(load[7] > 1.2 * load[11])
    #expect(load[3] < 0.6 * load[7])
    #expect(load[3] > 0.2 * load[12], "the base load runs all night")
    #expect(hourly(.workingFamily, from: winter.adding(seconds: 5 * day), days: 2)[13] > 1.5 * load[13])
  }

  @Test("shops work by day and rest on Sunday")
  func shops() {
    let load = hourly(.smallCommercial, from: winter, days: 5)
    #expect(load[11] > 3 * load[2])
    #expect(load[11] > 3 * hourly(.smallCommercial, from: winter.adding(seconds: 6 * day), days: 1)[11])
  }

  @Test("solar panels feed in by day only, in summer more than in winter; nobody else does")
  func solar() {
    var (summerSun, winterSun) = (Int64(0), Int64(0))
    for meter in crowd.indices {
      let values = crowd.intervals(of: meter, from: summer, to: summer.adding(seconds: 7 * day))
      guard crowd[meter].load == .solar else {
        #expect(values.allSatisfy { $0.reverse == 0 })
        continue
      }
      for value in values {
        let hourOfDay = value.end.microseconds / 3_600_000_000 % 24
        if hourOfDay < 3 || hourOfDay >= 22 { #expect(value.reverse == 0) }
        summerSun += value.reverse
      }
      let cold = crowd.intervals(of: meter, from: winter, to: winter.adding(seconds: 7 * day))
      winterSun += cold.reduce(0) { $0 + $1.reverse }
      #expect(crowd.intervals(of: meter, from: summer, to: summer.adding(seconds: day)).contains { $0.reverse > 0 })
    }
    #expect(summerSun > 3 * winterSun)
    #expect(winterSun > 0)
  }

  @Test("power over time is what the registers count")
  func powerIntegrates() {
    for meter in 0..<16 {
      var wattSeconds = 0
      for second in stride(from: Int64(0), to: day, by: 60) {
        wattSeconds += 60 * crowd.power(of: meter, at: winter.adding(seconds: second))
      }
      let end = winter.adding(seconds: day)
      let moved = crowd.register(of: meter, at: end) - crowd.register(of: meter, at: winter)
      let counted = Double(moved.forward - moved.reverse)
      #expect(abs(Double(wattSeconds) / 3600 - counted) < 20 + 0.03 * Double(moved.forward + moved.reverse))
    }
  }

  @Test("a household's power stays within its main fuse; it flickers from second to second")
  func powerRange() {
    var values: Set<Int> = []
    for meter in crowd.indices where crowd[meter].load.isResidential {
      let power = crowd.power(of: meter, at: winter.adding(seconds: 19 * hour + Int64(meter)))
      #expect((20...25_000).contains(power))
    }
    for second in 0..<60 { values.insert(crowd.power(of: 0, at: winter.adding(seconds: Int64(second)))) }
    #expect(values.count > 3)
  }

  @Test("voltage is around 230 V, varies, and is within 10 percent")
  func voltage() {
    let values = crowd.indices.map { crowd.voltage(of: $0, at: winter.adding(seconds: 19 * hour)) }
    #expect(values.allSatisfy { (207_000...253_000).contains($0) && $0 % 100 == 0 })
    #expect((228_000...232_000).contains(values.reduce(0, +) / values.count))
    #expect(Set(values).count > 20)
  }

  /// Energy of the customers of a kind per hour of the day, in Wh per day.
  private func hourly(_ kind: LoadKind, from: Timestamp, days: Int64) -> [Double] {
    var sums = [Double](repeating: 0, count: 24)
    for meter in crowd.indices where crowd[meter].load == kind {
      let to = from.adding(seconds: days * day)
      for (hour, value) in crowd.intervals(of: meter, from: from, to: to, step: 3600).enumerated() {
        sums[hour % 24] += Double(value.forward) / Double(days)
      }
    }
    return sums
  }
}
