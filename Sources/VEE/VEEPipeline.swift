// Days of a store through rules and estimators, each value with its reason.
import LocalTime
import CIMCodes
public import MeterStore

/// Validates days, estimates what is missing or cannot be, and writes what it says as a batch of its own: the readings as
/// they came can be asked for as before. What a person has edited is left alone, and a second run changes nothing.
public struct VEEPipeline: Sendable {
  let store: any ReadingStore
  let settings: VEESettings
  private let author: String

  public init(store: any ReadingStore, settings: VEESettings, author: String) {
    self.store = store
    self.settings = settings
    self.author = author
  }

  /// - Parameters:
  ///   - days: at most 366.
  ///   - meters: keys of meters; empty: all that are not held.
  /// - Throws: `StoreError`; what was committed before stays.
  public func run(days: ClosedRange<Int32>, meters: [String] = []) throws -> VEEReport {
    guard days.count <= 366 else { throw StoreError(.limit, "a run takes at most 366 days: take fewer at a time") }
    let batch = Batch(kind: "vee", source: "rules \(settings.version)", author: author)
    return try store.write(batch) { writer in
      var worker = try VEEWorker(self, writer)
      for key in meters {
        guard let meter = try writer.meter(key) else { throw StoreError(.unknownMeter, "there is no meter \(key)") }
        for day in days { try worker.take(meter, day) }
      }
      var number: Int64 = 0
      while meters.isEmpty {
        let page = try writer.meters(after: number, limit: 1000)
        guard let last = page.last else { break }
        for meter in page where meter.state == .active { for day in days { try worker.take(meter, day) } }
        try writer.commit()
        number = last.number
      }
      return worker.report
    }
  }
}

/// Works off one day of one meter after another.
struct VEEWorker {
  private let pipeline: VEEPipeline
  private let writer: any BatchWriter
  private(set) var report = VEEReport()
  private let validated: Int32
  private let estimated: Int32
  private var qualityNumbers: [ValidationRule: Int32] = [:]
  /// Series of the meter at hand, with their types.
  private var meter: Int64 = 0
  private var series: [(record: SeriesRecord, type: ReadingType)] = []
  private var codes: [Int32: ReadingQualityType] = [:]

  init(_ pipeline: VEEPipeline, _ writer: any BatchWriter) throws {
    self.pipeline = pipeline
    self.writer = writer
    validated = try writer.quality(OwnQuality.validated)
    estimated = try writer.quality(OwnQuality.estimated)
    for rule in ValidationRule.allCases { qualityNumbers[rule] = try writer.quality(rule.quality) }
  }

  mutating func take(_ meter: MeterRecord, _ day: Int32) throws {
    if self.meter != meter.number {
      self.meter = meter.number
      series = try writer.series(of: meter.number).compactMap { record in
        ReadingType(record.readingType).map { (record, $0) }
      }
    }
    for (record, type) in series where record.isInterval {
      guard let group = pipeline.settings.groups.first(where: { $0.covers(meter.keys, type) }) else { continue }
      try take(record, type, day, group)
    }
  }

  private mutating func take(
    _ record: SeriesRecord, _ type: ReadingType, _ day: Int32, _ group: VEESettings.Group
  ) throws {
    let run = try writer.readings(record.number, days: day...day)
    guard let step = IntervalLength.microseconds(type, run) else { return }
    let instants = pipeline.store.days.instants(of: day)
    let scale = DaySeries.scale(of: run)
    var rowCodes = [[Int32]](repeating: [], count: run.count)
    var overflow: Set<Int32> = []
    for quality in run.qualities {
      rowCodes[quality.row].append(quality.code)
      let code = try self.code(quality.code)
      if code.category == 4 && code.index == 1 { overflow.insert(quality.code) }
    }
    let series = DaySeries(run, day: day, instants: instants, step: step, scale: scale, overflow: overflow)
    report.days += 1
    report.readings += series.stamps.count
    let companions = try self.companions(of: type, series)
    let findings = Validator(group.rules).findings(series, companions)

    // What a person has decided, or was estimated before, is not judged again.
    var settled: Set<Int64> = []
    for row in 0..<run.count {
      let isSettled = try rowCodes[row].contains { number in
        let code = try self.code(number)
        return code.system == 3 && (code.category == 7 || code.category == 8)
      }
      if isSettled { settled.insert(run.stamps[row]) }
    }
    var byStamp: [Int64: [Finding]] = [:]
    for finding in findings where !settled.contains(finding.stamp) {
      report.findings[finding.rule, default: 0] += 1
      byStamp[finding.stamp, default: []].append(finding)
    }
    let estimates = try estimate(record, type, series, byStamp, companions, group)
    try write(run, rowCodes, byStamp, settled, estimates, series, record, group)
  }

  private func estimate(
    _ record: SeriesRecord, _ type: ReadingType, _ series: DaySeries, _ findings: [Int64: [Finding]],
    _ companions: Companions, _ group: VEESettings.Group
  ) throws -> [Estimate] {
    let wanted = findings.filter { $0.value.contains { $0.rule.wantsEstimate } }
    guard !wanted.isEmpty, !group.methods.isEmpty else { return [] }
    var slots = series.slots()
    for stamp in wanted.keys {
      let slot = series.slot(of: stamp).slot
      if slots.indices.contains(slot) { slots[slot] = nil }
    }
    var inputs = EstimationInputs(slots: slots)
    inputs.linearLongest = group.linearLongest
    inputs.scale = series.scale
    inputs.registerDifference = companions.registerDifference(scale: series.scale)
    for back in 1...Int32(max(1, group.historyDays)) {
      let day = try self.slots(record.number, series.day - back, series.step, series.scale)
      if back == 1 { inputs.before = day.last ?? nil }
      if back % 7 == 0 { inputs.sameWeekday.append(inputs.history.count) }
      inputs.history.append(day)
    }
    inputs.behind = try self.slots(record.number, series.day + 1, series.step, series.scale).first ?? nil
    if group.methods.contains(.groupProfile) { inputs.groupProfile = try groupProfile(type, series) }
    return Estimator(inputs).fill(group.methods)
  }

  private func slots(_ series: Int64, _ day: Int32, _ step: Int64, _ scale: UInt8) throws -> [Int64?] {
    let run = try writer.readings(series, days: day...day)
    if run.count == 0 { return [] }
    return DaySeries(run, day: day, instants: pipeline.store.days.instants(of: day), step: step, scale: scale).slots()
  }

  /// The mean of up to a hundred meters with the same reading type.
  private func groupProfile(_ type: ReadingType, _ day: DaySeries) throws -> [Int64] {
    var sums = [Int64](repeating: 0, count: day.slotCount)
    var counts = [Int64](repeating: 0, count: day.slotCount)
    for meter in try writer.meters(after: 0, limit: 100) where meter.number != self.meter && meter.state == .active {
      for series in try writer.series(of: meter.number) where ReadingType(series.readingType) == type {
        for (slot, value) in try slots(series.number, day.day, day.step, day.scale).enumerated() {
          guard let value, slot < sums.count else { continue }
          sums[slot] = sums[slot] &+ value
          counts[slot] += 1
        }
      }
    }
    guard counts.allSatisfy({ $0 > 0 }) else { return [] }
    return zip(sums, counts).map { Estimator.rounded($0, $1) }
  }

  private func companions(of type: ReadingType, _ day: DaySeries) throws -> Companions {
    var companions = Companions()
    let bulk = type.with(.accumulation, 1).with(.measuringPeriod, 0)
    if let register = series.first(where: { $0.type == bulk && !$0.record.isInterval }) {
      let run = try writer.readings(register.record.number, days: day.day...day.day + 1)
      func value(at stamp: Int64) -> Int64? {
        run.stamps.firstIndex(of: stamp).flatMap { DaySeries.value(run, $0, day.scale) }
      }
      if let begin = value(at: day.instants.lowerBound), let end = value(at: day.instants.upperBound) {
        companions.register = (begin, end)
      }
    }
    if type.flowDirection == 1, let reverse = series.first(where: { $0.type == type.with(.flowDirection, 19) }) {
      companions.reverse = try slots(reverse.record.number, day.day, day.step, day.scale)
    }
    if type.unit == 72, let reactive = series.first(where: { $0.type == type.with(.unit, 73) }) {
      companions.reactive = try slots(reactive.record.number, day.day, day.step, day.scale)
    }
    return companions
  }

  // MARK: Writing

  private mutating func write(
    _ run: ReadingRun, _ rowCodes: [[Int32]], _ findings: [Int64: [Finding]], _ settled: Set<Int64>,
    _ estimates: [Estimate], _ day: DaySeries, _ record: SeriesRecord, _ group: VEESettings.Group
  ) throws {
    var made: [Int64: (value: Int64, estimate: Estimate)] = [:]
    for estimate in estimates {
      report.estimated[estimate.method, default: 0] += estimate.values.count
      for (slot, value) in estimate.values { made[day.stamp(ofSlot: slot)] = (value, estimate) }
    }
    let own = Set(qualityNumbers.values).union([validated])
    var written = ReadingRun()
    var rows: [Int64: Int] = [:]
    for row in 0..<run.count { rows[run.stamps[row]] = row }
    for stamp in Set(run.stamps).union(made.keys).union(findings.keys).sorted() where !settled.contains(stamp) {
      let row = rows[stamp]
      let failed = findings[stamp] ?? []
      let known = row.map { rowCodes[$0] } ?? []
      var codes = known.filter { !own.contains($0) }
      if let estimate = made[stamp] {
        written.append(stamp, mantissa: estimate.value, scale: day.scale)
        codes = [estimated]
        try explain(failed, estimate.estimate, record, stamp, day.scale)
      } else {
        if failed.contains(where: { $0.rule.wantsEstimate }) { report.unfilled += 1 }
        for finding in failed {
          if let code = qualityNumbers[finding.rule], !codes.contains(code) { codes.append(code) }
        }
        if failed.isEmpty, group.marksValid { codes.append(validated) }
        if Set(codes) == Set(known), row != nil { continue }
        if let row {
          written.append(copying: run, row)
        } else {
          written.append(stamp, mantissa: 0, scale: ReadingRun.noValue)
        }
        try explain(failed, nil, record, stamp, day.scale)
      }
      for code in codes { written.qualities.append(.init(row: written.count - 1, code: code)) }
    }
    guard written.count > 0 else { return }
    let outcome = try writer.put(written, series: record.number, isInterval: true, days: pipeline.store.days)
    report.changed += outcome.added + outcome.changed
  }

  private func explain(
    _ findings: [Finding], _ estimate: Estimate?, _ record: SeriesRecord, _ stamp: Int64, _ scale: UInt8
  ) throws {
    var said = findings.map { Explanation(rule: $0.rule.rawValue, inputs: $0.inputs(scale: scale), version: "") }
    if let estimate { said.append(Explanation(rule: estimate.method.rawValue, inputs: estimate.inputs, version: "")) }
    for var explanation in said {
      explanation.version = pipeline.settings.version
      try writer.explain(explanation, series: record.number, at: stamp)
    }
  }

  private mutating func code(_ number: Int32) throws -> ReadingQualityType {
    if let known = codes[number] { return known }
    let code = try writer.qualityCode(number).flatMap { ReadingQualityType($0) }
    codes[number] = code ?? ReadingQualityType(system: 0, category: 0, index: 0)
    return codes[number] ?? ReadingQualityType(system: 0, category: 0, index: 0)
  }
}
