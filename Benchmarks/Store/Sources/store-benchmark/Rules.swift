// Validation alone: packed blocks in memory through all rules.
import CIMModel
import MeterStore
import VEE

/// Unpacks and validates 100,000 days of 96 intervals, with register, reverse and reactive energy beside them.
func validateDays() throws -> Work {
  var settings = RuleSettings()
  settings.minimum = 0
  settings.maximum = 50
  settings.capacity = 40
  settings.sumTolerance = 1
  settings.reverseMaximum = 0
  settings.powerFactorMinimum = 0.1
  settings.overflow = 60
  let validator = Validator(settings)
  let day: Int32 = 20_500
  let midnight = Int64(day) * 86_400_000_000
  var blocks: [([UInt8], Companions)] = []
  for series in Int64(0)..<1000 {
    var run = load(series, day)
    let total = run.mantissas.reduce(0, +)
    if series % 50 == 0 { run.mantissas[7] = -5 }
    var writer = BlockWriter()
    writer.pack(run, day: day, created: 1)
    var companions = Companions()
    companions.register = (1_000_000, 1_000_000 + total)
    companions.reverse = [Int64?](repeating: 0, count: 96)
    companions.reactive = [Int64?](repeating: 10, count: 96)
    blocks.append((Array(writer.bytes), companions))
  }
  var run = ReadingRun()
  var found = 0
  for round in 0..<100_000 {
    run.removeAll()
    let (block, companions) = blocks[round % blocks.count]
    try block.withUnsafeBytes { _ = try BlockReader.append($0, day: day, to: &run) }
    let series = DaySeries(
      run, day: day, instants: midnight..<midnight + 86_400_000_000, step: 900_000_000, scale: 3)
    found += validator.findings(series, companions).count
  }
  // A negative value is out of range too.
  guard found == 4000 else { throw Failure(description: "\(found) findings, not 4000") }
  return Work(readings: 100_000 * 96, remark: "\(validator.settings.rules.count) rules")
}
