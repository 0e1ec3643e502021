// Takes readings of any form into a batch: decides, packs, counts.
import LocalTime
import CIMCodes
import CIMModel
import MeterStore

/// What a reading is before it is decided upon.
struct Candidate {
  var stamp: Int64?
  var mantissa: Int64 = 0
  var scale: UInt8 = ReadingRun.noValue
  /// The value where it is no number of up to 18 digits.
  var text: String?
  var codes: [Int32] = []

  var value: String? {
    text ?? (scale <= ReadingRun.mostDigits ? ExactDecimal(mantissa, scale: scale).description : nil)
  }
}

/// A reading type as the intake looks at it.
struct KnownType {
  var code: String
  var isSound: Bool
  /// Whether values are texts: identifiers, time stamps, encoded values.
  var isText: Bool
  /// Whether the unit is one of the kind of measurement: no kWh of volume.
  var isUnitFit = true
  /// What is measured: 0 where the type does not say, 1 electricity, others as in Table C.9.
  var commodity = 0

  init(_ code: String) {
    let type = ReadingType(code)
    self.code = code
    isSound = type != nil
    if let type {
      isUnitFit = !CodeTables.standard.check(type).contains {
        $0.rule == "readingType.kindUnit" || $0.rule == "readingType.energyPowerUnit"
      }
      // Electricity on the primary side of instrument transformers is electricity.
      commodity = type.commodity == 2 ? 1 : type.commodity
      // The communication infrastructure is part of every meter.
      if commodity == 3 { commodity = 0 }
    }
    isText = type.map { (90...117).contains($0.measurementKind) || [108, 114].contains($0.unit) } ?? false
  }
}

final class ReadingTaker {
  let writer: any BatchWriter
  let policy: IngestPolicy
  var days: LocalDays
  var report = IngestReport()
  var progress: FileProgress
  let own: Set<Int32>
  /// Stamps from here on are taken in.
  let oldest: Int64
  /// Stamps up to here are not in the future.
  let newest: Int64
  var packer = BlockWriter()
  private var uncommitted = 0
  private let suspect: Int32
  private let errorCode: Int32
  private var types: [String: KnownType] = [:]
  /// Of meters that this batch has added: what they measure. Others are looked up.
  private var commodities: [Int64: Int] = [:]
  /// The first meter that this batch has added.
  private var firstAdded = Int64.max
  private static let mostCommodities = 4_000_000

  init(_ writer: any BatchWriter, days: LocalDays, policy: IngestPolicy, now: Timestamp, progress: FileProgress) throws
  {
    self.writer = writer
    self.policy = policy
    self.days = days
    self.progress = progress
    own = Set(try OwnQuality.kept.map { try writer.quality($0) })
    writer.own = own
    suspect = try writer.quality(OwnQuality.suspect)
    errorCode = try writer.quality(OwnQuality.errorCode)
    newest = now.microseconds &+ policy.futureTolerance &* 1_000_000
    oldest = policy.retentionDays.map { now.microseconds &- Int64($0) &* 86_400_000_000 } ?? .min
  }

  func type(_ code: String) -> KnownType {
    if let known = types[code] { return known }
    let fresh = KnownType(code)
    // Types are few; a message that names a new one in every block must not fill the memory.
    if types.count < 65_536 { types[code] = fresh }
    return fresh
  }

  /// The meter of readings; nil where they are refused, which is counted once for all of them.
  func meter(_ record: @autoclosure () -> MeterRecord, key: UnsafeBufferPointer<UInt8>) throws -> KnownMeter? {
    func fresh() -> MeterRecord {
      var record = record()
      if policy.unknownMeters == .hold { record.state = .held }
      return record
    }
    let meter = try writer.meter(fresh(), key: key, adds: policy.unknownMeters != .reject)
    if let meter, meter.isNew {
      report.createdMeters += 1
      firstAdded = min(firstAdded, meter.number)
    }
    return meter
  }

  /// The series that readings of a type go into; nil where the meter measures something else.
  func series(_ meter: KnownMeter, _ type: KnownType, isInterval: Bool) throws -> Int64? {
    guard policy.otherCommodities == .refuse, type.commodity != 0 else {
      return try writer.series(meter: meter.number, readingType: type.code, isInterval: isInterval)
    }
    if meter.number >= firstAdded, commodities.count < Self.mostCommodities {
      let known = commodities[meter.number]
      if let known, known != type.commodity { return nil }
      if known == nil { commodities[meter.number] = type.commodity }
    } else if let known = try writer.knownSeries(
      meter: meter.number, readingType: type.code, isInterval: isInterval)
    {
      return known
    } else {
      // A new type of a known meter: what does it measure otherwise?
      for other in try writer.series(of: meter.number) {
        let commodity = self.type(other.readingType).commodity
        if commodity != 0, commodity != type.commodity { return nil }
      }
    }
    return try writer.series(meter: meter.number, readingType: type.code, isInterval: isInterval)
  }

  // MARK: One by one

  /// Decides on each reading and takes in what is to be.
  func take(
    _ candidates: [Candidate], meter: KnownMeter, key: @autoclosure () -> String, type: KnownType, isInterval: Bool
  ) throws {
    report.readings += candidates.count
    guard type.isSound else {
      for candidate in candidates { try refuse(candidate, key(), type, "badReadingType", "2.6") }
      return
    }
    guard let series = try self.series(meter, type, isInterval: isInterval) else {
      for candidate in candidates { try refuse(candidate, key(), type, "otherCommodity", "2.10") }
      return
    }
    if !type.isUnitFit { report.unitMisfits += candidates.count }
    if meter.state == .held { report.held += candidates.count }
    var kept: [Candidate] = []
    kept.reserveCapacity(candidates.count)
    for var candidate in candidates {
      guard let stamp = candidate.stamp else {
        try refuse(candidate, key(), type, "noTimeStamp", "5.8")
        continue
      }
      if stamp < oldest {
        try refuse(candidate, key(), type, "olderThanRetention", "5.7")
        continue
      }
      if stamp > newest {
        guard policy.future == .suspect else {
          try refuse(candidate, key(), type, "future", "5.3")
          continue
        }
        report.future += 1
        mark(&candidate, suspect)
      }
      if !type.isUnitFit { mark(&candidate, suspect) }
      if let text = candidate.text, !type.isText {
        if ExactDecimal(text) == nil {
          report.notNumbers += 1
          mark(&candidate, errorCode)
        } else {
          report.longNumbers += 1
        }
      }
      kept.append(candidate)
    }
    guard !kept.isEmpty else { return }
    report.outcome += try writer.put(
      try run(kept, key(), type), series: series, isInterval: isInterval, days: days, own: own)
  }

  /// The readings in order, each instant once.
  private func run(_ candidates: [Candidate], _ meter: String, _ type: KnownType) throws -> ReadingRun {
    // A stable order: of one instant the one that came later stands behind.
    let order = candidates.indices.sorted {
      ((candidates[$0].stamp ?? 0), $0) < ((candidates[$1].stamp ?? 0), $1)
    }
    var single: [Candidate] = []
    single.reserveCapacity(order.count)
    for index in order {
      var candidate = candidates[index]
      guard let last = single.last, last.stamp == candidate.stamp else {
        single.append(candidate)
        continue
      }
      if last.value != candidate.value {
        report.duplicates += 1
        try refuse(policy.duplicates == .first ? candidate : last, meter, type, "duplicate", "5.3")
        if policy.duplicates == .suspect { mark(&candidate, suspect) }
      }
      if policy.duplicates != .first { single[single.count - 1] = candidate }
    }
    var run = ReadingRun()
    for candidate in single {
      let stamp = candidate.stamp ?? 0
      if let text = candidate.text {
        run.append(stamp, text: text)
      } else {
        run.append(stamp, mantissa: candidate.mantissa, scale: candidate.scale)
      }
      for code in candidate.codes { run.qualities.append(.init(row: run.count - 1, code: code)) }
    }
    return run
  }

  private func mark(_ candidate: inout Candidate, _ code: Int32) {
    if !candidate.codes.contains(code) { candidate.codes.append(code) }
  }

  func refuse(
    _ candidate: Candidate, _ meter: String, _ type: KnownType, _ reason: String, _ replyCode: String
  ) throws {
    report.refused[reason, default: 0] += 1
    try writer.refuse(
      RefusedReading(
        meter: meter, readingType: type.code, stamp: candidate.stamp.map { Timestamp(microseconds: $0) },
        value: candidate.value, reason: reason, replyCode: replyCode))
  }

  // MARK: Progress

  /// Counts what is done with, and commits where enough has come together.
  func advance(by count: Int, readings: Int) throws {
    progress.done += Int64(count)
    progress.readings += Int64(readings)
    report.meterReadings += count
    uncommitted += readings
    guard uncommitted >= policy.readingsPerCommit else { return }
    uncommitted = 0
    report.outcome += try writer.flush()
    try writer.note(progress)
    try writer.commit()
  }

  /// The last word on the file; the commit is the caller's.
  func finish(breach: String?) throws {
    report.outcome += try writer.flush()
    report.breach = breach
    progress.state = breach == nil ? .complete : .broken
    try writer.note(progress)
  }
}
