// Readings of a day against the rules.

/// What else is known of the day: other series of the same meter.
public struct Companions: Sendable, Hashable {
  /// The register at the begin and at the end of the day, in the scale of the intervals.
  public var register: (begin: Int64, end: Int64)?
  /// Digits of the register's counter before the point, beyond which it begins at 0 again.
  public var registerDigits: Int?
  /// Energy that flowed back, slot by slot.
  public var reverse: [Int64?] = []
  /// Reactive energy, slot by slot.
  public var reactive: [Int64?] = []

  public init() {}

  public static func == (left: Companions, right: Companions) -> Bool {
    left.register?.begin == right.register?.begin && left.register?.end == right.register?.end
      && left.registerDigits == right.registerDigits && left.reverse == right.reverse && left.reactive == right.reactive
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(register?.begin)
    hasher.combine(register?.end)
  }

  /// What the register counted over the day, a roll-over taken into account; nil where that is not known.
  public func registerDifference(scale: UInt8) -> Int64? {
    guard let register else { return nil }
    let (difference, overflow) = register.end.subtractingReportingOverflow(register.begin)
    if overflow { return nil }
    guard difference < 0 else { return difference }
    guard let registerDigits, registerDigits + Int(scale) <= 18 else { return nil }
    return difference + tens(registerDigits + Int(scale))
  }
}

/// Holds days against rules. Sixteen rules over a day of 96 intervals take a microsecond or two.
public struct Validator: Sendable {
  public let settings: RuleSettings

  public init(_ settings: RuleSettings) { self.settings = settings }

  /// What fails, in the order of the rules.
  public func findings(_ day: DaySeries, _ companions: Companions = Companions()) -> [Finding] {
    var findings: [Finding] = []
    let limits = RuleLimits(settings, scale: day.scale, step: day.step)
    let rules = settings.rules
    checkTimes(day, rules, &findings)
    checkValues(day, rules, limits, &findings)
    checkRuns(day, rules, &findings)
    checkCompanions(day, companions, rules, limits, &findings)
    return findings
  }

  // MARK: Times: missing, duplicate, overlap, timeTolerance, dayLength, intervalLength

  private func checkTimes(_ day: DaySeries, _ rules: Set<ValidationRule>, _ findings: inout [Finding]) {
    let count = day.slotCount
    let tolerance = settings.timeTolerance.map { $0 * 1_000_000 }
    // What is on time, whole and alone needs no looking at one by one.
    if day.stamps.count == count, day.isNumber.allSatisfy({ $0 }), isOnTime(day) { return }
    var last = -1
    var seen = 0
    var onTime = 0
    for row in day.stamps.indices {
      let (slot, off) = day.slot(of: day.stamps[row])
      if slot == last {
        seen += 1
        add(.duplicate, day.stamps[row], Int64(seen), 1, rules, &findings)
      } else {
        for missing in max(last + 1, 0)..<max(slot, last + 1, 0) {
          add(.missing, day.stamp(ofSlot: missing), 0, 0, rules, &findings)
        }
        seen = 1
      }
      if !day.isNumber[row] { add(.missing, day.stamps[row], 0, 0, rules, &findings) }
      if off == 0 { onTime += 1 }
      if let tolerance, off.magnitude > tolerance.magnitude {
        add(.timeTolerance, day.stamps[row], off / 1_000_000, tolerance / 1_000_000, rules, &findings)
      }
      if row > 0, slot != last {
        let distance = day.stamps[row] - day.stamps[row - 1]
        let slack = tolerance ?? 0
        if distance < day.step - slack {
          add(.overlap, day.stamps[row], (day.step - distance) / 1_000_000, 0, rules, &findings)
        } else {
          let rest = distance % day.step
          if min(rest, day.step - rest) > slack {
            add(.intervalLength, day.stamps[row], distance / 1_000_000, day.step / 1_000_000, rules, &findings)
          }
        }
      }
      last = max(slot, last)
    }
    for missing in (last + 1)..<max(count, last + 1) {
      add(.missing, day.stamp(ofSlot: missing), 0, 0, rules, &findings)
    }
    // A day that lacks or has too much what clocks were changed by was given as an ordinary one.
    let usual = Int(86_400_000_000 / day.step)
    if count != usual, day.stamps.count == usual, let stamp = day.stamps.last {
      add(.dayLength, stamp, Int64(day.stamps.count), Int64(count), rules, &findings)
    }
  }

  private func isOnTime(_ day: DaySeries) -> Bool {
    var expected = day.instants.lowerBound + day.step
    for stamp in day.stamps {
      if stamp != expected { return false }
      expected += day.step
    }
    return true
  }

  // MARK: Values: outOfRange, negative, capacity, spike, pulseOverflow

  private func checkValues(
    _ day: DaySeries, _ rules: Set<ValidationRule>, _ limits: RuleLimits, _ findings: inout [Finding]
  ) {
    var top: (Int64, Int64, Int64) = (.min, .min, .min)
    var least = Int64.max
    var hasOverflow = false
    for row in day.values.indices where day.isNumber[row] {
      let value = day.values[row]
      least = min(least, value)
      if value > top.2 {
        if value > top.1 {
          top = value > top.0 ? (value, top.0, top.1) : (top.0, value, top.1)
        } else {
          top.2 = value
        }
      }
      hasOverflow = hasOverflow || day.hasOverflow[row]
    }
    let spike: Int64 =
      if let factor = settings.spikeFactor, top.2 > 0, Double(top.2) * factor < 9e18 {
        max(limits.spikeFloor, Int64(Double(top.2) * factor))
      } else {
        Int64.max
      }
    // Most days have nothing: what the largest and the least value tell is enough.
    let most = min(limits.maximum, limits.capacity ?? .max, spike, (limits.overflow ?? .max) - 1)
    if least >= max(limits.minimum, 0), top.0 <= most, !hasOverflow { return }
    for row in day.values.indices where day.isNumber[row] {
      let value = day.values[row]
      let stamp = day.stamps[row]
      if value < limits.minimum { add(.outOfRange, stamp, value, limits.minimum, rules, &findings) }
      if value > limits.maximum { add(.outOfRange, stamp, value, limits.maximum, rules, &findings) }
      if value < 0 { add(.negative, stamp, value, 0, rules, &findings) }
      if value > spike { add(.spike, stamp, value, top.2, rules, &findings) }
      if let capacity = limits.capacity, value > capacity { add(.capacity, stamp, value, capacity, rules, &findings) }
      if day.hasOverflow[row] || value >= limits.overflow ?? .max {
        add(.pulseOverflow, stamp, value, limits.overflow ?? value, rules, &findings)
      }
    }
  }

  // MARK: Runs: zeroRun, constantRun

  private func checkRuns(_ day: DaySeries, _ rules: Set<ValidationRule>, _ findings: inout [Finding]) {
    var start = 0
    for row in 0...day.values.count {
      let goesOn = row < day.values.count && row > start && day.isNumber[row] && day.values[row] == day.values[start]
      if goesOn || row == start { continue }
      let length = row - start
      if day.isNumber[start] {
        let isZero = day.values[start] == 0
        if let limit = isZero ? settings.zeroRun : settings.constantRun, length >= limit {
          for marked in start..<row {
            add(
              isZero ? .zeroRun : .constantRun, day.stamps[marked], Int64(length), Int64(limit), rules, &findings)
          }
        }
      }
      start = row
    }
  }

  // MARK: Other series: sumCheck, reverseEnergy, powerFactor

  private func checkCompanions(
    _ day: DaySeries, _ companions: Companions, _ rules: Set<ValidationRule>, _ limits: RuleLimits,
    _ findings: inout [Finding]
  ) {
    if let tolerance = limits.sumTolerance, let difference = companions.registerDifference(scale: day.scale),
      let last = day.stamps.last
    {
      let sum = day.values.reduce(Int64(0)) { $0 &+ $1 }
      if (sum &- difference).magnitude > tolerance.magnitude {
        add(.sumCheck, last, sum, difference, rules, &findings)
      }
    }
    if let most = limits.reverseMaximum {
      for (slot, value) in companions.reverse.enumerated() {
        if let value, value > most { add(.reverseEnergy, day.stamp(ofSlot: slot), value, most, rules, &findings) }
      }
    }
    if let least = settings.powerFactorMinimum, !companions.reactive.isEmpty {
      for row in day.values.indices where day.isNumber[row] && day.values[row] > 0 {
        let slot = day.slot(of: day.stamps[row]).slot
        guard companions.reactive.indices.contains(slot), let reactive = companions.reactive[slot] else { continue }
        let active = Double(day.values[row])
        let factor = active / (active * active + Double(reactive) * Double(reactive)).squareRoot()
        if factor < least {
          add(.powerFactor, day.stamps[row], Int64(factor * 1000), Int64(least * 1000), rules, &findings)
        }
      }
    }
  }

  private func add(
    _ rule: ValidationRule, _ stamp: Int64, _ found: Int64, _ limit: Int64, _ rules: Set<ValidationRule>,
    _ findings: inout [Finding]
  ) {
    if rules.contains(rule) { findings.append(Finding(rule: rule, stamp: stamp, found: found, limit: limit)) }
  }
}
