// Each rule finds what it is for, and nothing in a day without fault.
import CIMModel
import MeterStore
import Testing
import VEE

@Suite("Validation of a day")
struct ValidatorTests {
  static let midnight: Int64 = 20_500 * 86_400_000_000
  static let quarter: Int64 = 900_000_000

  /// A day of quarter hours; values in thousandths.
  static func day(hours: Int64 = 24, _ value: (Int) -> Int64 = { Int64(100 + $0 % 7) }) -> DaySeries {
    var run = ReadingRun()
    for slot in 0..<Int(hours * 4) {
      run.append(midnight + Int64(slot + 1) * quarter, mantissa: value(slot), scale: 3)
    }
    return DaySeries(
      run, day: 20_500, instants: midnight..<midnight + hours * 3_600_000_000, step: quarter, scale: 3)
  }

  static var settings: RuleSettings {
    var settings = RuleSettings()
    settings.minimum = ExactDecimal("0")
    settings.maximum = ExactDecimal("50")
    settings.capacity = ExactDecimal("40")
    settings.sumTolerance = ExactDecimal("0.01")
    settings.reverseMaximum = ExactDecimal("0")
    settings.powerFactorMinimum = 0.5
    settings.overflow = ExactDecimal("65.535")
    settings.spikeFloor = 0
    return settings
  }

  static func sum(_ day: DaySeries) -> Int64 { day.values.reduce(0, +) }

  private func rules(
    _ day: DaySeries, _ companions: Companions = Companions(), _ settings: RuleSettings = settings
  ) -> Set<ValidationRule> {
    Set(Validator(settings).findings(day, companions).map(\.rule))
  }

  private var companions: Companions {
    var companions = Companions()
    companions.register = (1_000_000, 1_000_000 + Self.sum(Self.day()))
    companions.reverse = [Int64?](repeating: 0, count: 96)
    companions.reactive = [Int64?](repeating: 20, count: 96)
    return companions
  }

  @Test(
    "a day without fault passes all sixteen rules, on days of 23 and 25 hours too", arguments: [23, 24, 25] as [Int64])
  func passes(_ hours: Int64) {
    var companions = companions
    let day = Self.day(hours: hours)
    companions.register = (0, Self.sum(day))
    #expect(Validator(Self.settings).findings(day, companions).isEmpty)
    #expect(ValidationRule.allCases.count == 16)
  }

  /// A fault, and the one rule that is to find it.
  struct Fault: Sendable, CustomTestStringConvertible {
    var rule: ValidationRule
    var spoil: @Sendable (inout DaySeries, inout Companions) -> Void
    var testDescription: String { rule.rawValue }
  }

  static let faults: [Fault] = [
    Fault(rule: .missing) { day, _ in day.remove(5) },
    Fault(rule: .missing) { day, _ in day.isNumber[5] = false },
    Fault(rule: .duplicate) { day, _ in day.insert(after: 5, at: day.stamps[5] + 2_000_000) },
    Fault(rule: .outOfRange) { day, _ in for row in 0..<96 { day.values[row] = 50_001 } },
    Fault(rule: .spike) { day, _ in day.values[5] = 106 * 5 + 1 },
    Fault(rule: .negative) { day, _ in day.values[5] = -1 },
    Fault(rule: .zeroRun) { day, _ in for row in 0..<96 { day.values[row] = 0 } },
    Fault(rule: .constantRun) { day, _ in for row in 0..<24 { day.values[row] = 100 } },
    Fault(rule: .sumCheck) { _, companions in companions.register?.end += 11 },
    Fault(rule: .capacity) { day, _ in for row in 0..<96 { day.values[row] = 10_001 + Int64(row % 3) } },
    Fault(rule: .reverseEnergy) { _, companions in companions.reverse[5] = 1 },
    Fault(rule: .powerFactor) { _, companions in companions.reactive[5] = 1000 },
    Fault(rule: .timeTolerance) { day, _ in day.stamps[5] += 6_000_000 },
    Fault(rule: .pulseOverflow) { day, _ in day.hasOverflow[5] = true },
  ]

  @Test("a fault is found by its rule, with a code and with numbers", arguments: faults)
  func finds(_ fault: Fault) throws {
    var day = Self.day()
    var companions = companions
    fault.spoil(&day, &companions)
    let findings = Validator(Self.settings).findings(day, companions)
    let finding = try #require(findings.first { $0.rule == fault.rule })
    #expect(!finding.inputs(scale: 3).isEmpty)
    // Switched off, the rule is silent.
    var settings = Self.settings
    settings.rules.remove(fault.rule)
    #expect(!rules(day, companions, settings).contains(fault.rule))
  }

  @Test("an interval that begins before the one before it ends, and one of no whole length")
  func lengths() {
    var day = Self.day()
    // Half way between two slots, behind a removed one.
    day.stamps[6] -= 400_000_000
    #expect(rules(day).isSuperset(of: [.overlap, .intervalLength]))
  }

  @Test("a day of 25 hours given as one of 24 is told, beside what it lacks")
  func dayLength() {
    let short = Self.day()
    let day = DaySeries(
      run(short), day: 20_500, instants: Self.midnight..<Self.midnight + 90_000_000_000, step: Self.quarter, scale: 3)
    let found = Validator(Self.settings).findings(day)
    #expect(Set(found.map(\.rule)) == [.missing, .dayLength])
    #expect(found.filter { $0.rule == .missing }.count == 4)
    let long = DaySeries(
      run(short), day: 20_500, instants: Self.midnight..<Self.midnight + 82_800_000_000, step: Self.quarter, scale: 3)
    // What lies behind the day's end belongs to the next.
    #expect(long.stamps.count == 92)
  }

  @Test("a limit is passed by what is equal to it and failed by what is beyond")
  func limits() {
    func rules(_ value: Int64) -> Set<ValidationRule> {
      var day = Self.day { _ in 40_000 }
      for row in 0..<96 { day.values[row] = 40_000 + Int64(row % 2) }
      day.values[3] = value
      var settings = Self.settings
      settings.capacity = nil
      return Set(Validator(settings).findings(day).map(\.rule))
    }
    #expect(rules(50_000) == [])
    #expect(rules(50_001) == [.outOfRange])
  }

  @Test("a register that rolls over counts on")
  func rollOver() {
    var companions = Companions()
    companions.register = (999_999_000, 500)
    #expect(companions.registerDifference(scale: 3) == nil)
    companions.registerDigits = 6
    #expect(companions.registerDifference(scale: 3) == 1500)
  }

  private func run(_ day: DaySeries) -> ReadingRun {
    var run = ReadingRun()
    for row in day.stamps.indices { run.append(day.stamps[row], mantissa: day.values[row], scale: 3) }
    return run
  }
}

extension DaySeries {
  mutating func remove(_ row: Int) {
    stamps.remove(at: row)
    values.remove(at: row)
    isNumber.remove(at: row)
    hasOverflow.remove(at: row)
  }

  mutating func insert(after row: Int, at stamp: Int64) {
    stamps.insert(stamp, at: row + 1)
    values.insert(values[row] + 1, at: row + 1)
    isNumber.insert(true, at: row + 1)
    hasOverflow.insert(false, at: row + 1)
  }
}
