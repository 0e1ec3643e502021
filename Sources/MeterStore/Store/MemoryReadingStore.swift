// A store in memory: for tests and demonstrations.
public import LocalTime
public import CIMModel
import Synchronization

/// Readings in memory; gone with the process. Blocks are the same as on disk.
public final class MemoryReadingStore: ReadingStore {
  public let days: LocalDays
  private let now: @Sendable () -> Timestamp
  // A batch holds `writing` while its body runs, and `state` for the moment of its commits.
  private let writing = Mutex(())
  private let state = Mutex(MemoryState())

  public init(zone: ZoneRules = .utc, now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }) {
    days = LocalDays(zone)
    self.now = now
  }

  public func write<Value>(_ batch: Batch, _ body: (any BatchWriter) throws -> Value) throws -> Value {
    // Results cross no thread: the body runs on the caller's.
    nonisolated(unsafe) var result: Result<Value, any Error>?
    nonisolated(unsafe) let body = body
    writing.withLock { _ in
      var next = state.withLock { $0 }
      let recorded = max(now(), next.batches.last?.recorded ?? now())
      next.batches.append(BatchRecord(number: Int64(next.batches.count + 1), recorded: recorded, batch: batch))
      let writer = MemoryWriter(next) { committed in self.state.withLock { $0 = committed } }
      result = Result {
        let value = try body(writer)
        try writer.commit()
        return value
      }
    }
    guard let result else { throw StoreError(.storage, "the batch was not written") }
    return try result.get()
  }

  public func read<Value>(_ body: (any StoreReader) throws -> Value) throws -> Value {
    try body(MemoryReader(state.withLock { $0 }))
  }
}

struct MemoryState: Sendable {
  struct Place: Hashable {
    var series: Int64
    var day: Int32
  }

  struct Said {
    var series: Int64
    var stamp: Int64
    var batch: Int64
    var explanation: Explanation
  }

  var meters: [MeterRecord] = []
  var keys: [String: Int64] = [:]
  var series: [SeriesRecord] = []
  var seriesOfMeter: [Int64: [Int64]] = [:]
  /// Days of which there is a block.
  var days: Set<Int32> = []
  var qualities: [String] = []
  var batches: [BatchRecord] = []
  var blocks: [Place: [UInt8]] = [:]
  /// Oldest first.
  var before: [Place: [(batch: Int64, run: ReadingRun)]] = [:]
  var said: [Said] = []
  var files: [String: FileProgress] = [:]
  var refused: [RefusedReading] = []
}

class MemoryReader: StoreReader {
  var state: MemoryState

  init(_ state: MemoryState) { self.state = state }

  func meter(_ key: String) -> MeterRecord? { state.keys[key].map { state.meters[Int($0) - 1] } }

  func meters(after number: Int64, limit: Int) -> [MeterRecord] {
    Array(state.meters.dropFirst(max(0, Int(number))).prefix(limit))
  }

  func series(of meter: Int64) -> [SeriesRecord] {
    (state.seriesOfMeter[meter] ?? []).map { state.series[Int($0) - 1] }
  }

  func storedDays() -> ClosedRange<Int32>? {
    guard let first = state.days.min(), let last = state.days.max() else { return nil }
    return first...last
  }

  func storedDay(from day: Int32) -> Int32? { state.days.lazy.filter { $0 >= day }.min() }

  func qualityCode(_ number: Int32) -> String? {
    state.qualities.indices.contains(Int(number) - 1) ? state.qualities[Int(number) - 1] : nil
  }

  func readings(_ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64?, into run: inout ReadingRun) throws {
    for day in days {
      let place = MemoryState.Place(series: series, day: day)
      guard let block = state.blocks[place] else { continue }
      var state = ReadingRun()
      let header = try block.withUnsafeBytes { try BlockReader.append($0, day: day, to: &state) }
      if let batch {
        if header.created > batch { continue }
        for change in (self.state.before[place] ?? []).reversed() where change.batch > batch {
          state = BlockMerge.undo(state, with: change.run)
        }
      }
      run.append(state)
    }
  }

  func batch(asOf time: Timestamp) -> Int64 { state.batches.last { $0.recorded <= time }?.number ?? 0 }
  func batch(_ number: Int64) -> BatchRecord? { state.batches.first { $0.number == number } }

  func batches(_ series: Int64, day: Int32) throws -> [BatchRecord] {
    let place = MemoryState.Place(series: series, day: day)
    guard let block = state.blocks[place] else { return [] }
    let header = try block.withUnsafeBytes { try BlockReader.header($0) }
    return ([header.created] + (state.before[place] ?? []).map(\.batch)).compactMap { batch($0) }
  }

  func explanations(_ series: Int64, at stamp: Int64) -> [(batch: Int64, explanation: Explanation)] {
    state.said.filter { $0.series == series && $0.stamp == stamp }.map { ($0.batch, $0.explanation) }
  }

  func file(_ key: String) -> FileProgress? { state.files[key] }
  func refused(limit: Int) -> [RefusedReading] { Array(state.refused.prefix(limit)) }
}

final class MemoryWriter: MemoryReader, BatchWriter {
  let batch: Int64
  var own: Set<Int32> = []
  private var queued = MergeOutcome()
  private var update = BlockUpdate()
  private let publish: (MemoryState) -> Void

  init(_ state: MemoryState, publish: @escaping (MemoryState) -> Void) {
    batch = Int64(state.batches.count)
    self.publish = publish
    super.init(state)
  }

  func commit() throws { publish(state) }

  func meter(
    _ record: @autoclosure () -> MeterRecord, key: UnsafeBufferPointer<UInt8>, adds: Bool
  ) throws -> KnownMeter? {
    let text = String(decoding: key, as: UTF8.self)
    if let known = meter(text) { return KnownMeter(known) }
    guard adds else { return nil }
    var fresh = record()
    if let known = fresh.keys.lazy.compactMap({ key in
      self.meter(key).flatMap { fresh.canBe($0, foundBy: key) ? $0 : nil }
    })
    .first {
      state.keys[text] = known.number
      return KnownMeter(known)
    }
    fresh.number = Int64(state.meters.count + 1)
    state.meters.append(fresh)
    // What another meter is found by already stays that one's.
    for key in fresh.keys where state.keys[key] == nil { state.keys[key] = fresh.number }
    var known = KnownMeter(fresh)
    known.isNew = true
    return known
  }

  func setState(_ new: MeterRecord.State, of meter: Int64) {
    if state.meters.indices.contains(Int(meter) - 1) { state.meters[Int(meter) - 1].state = new }
  }

  func knownSeries(meter: Int64, readingType: String, isInterval: Bool) -> Int64? {
    series(of: meter).first { $0.readingType == readingType && $0.isInterval == isInterval }?.number
  }

  func series(meter: Int64, readingType: String, isInterval: Bool) -> Int64 {
    if let known = knownSeries(meter: meter, readingType: readingType, isInterval: isInterval) { return known }
    let number = Int64(state.series.count + 1)
    state.series.append(
      SeriesRecord(number: number, meter: meter, readingType: readingType, isInterval: isInterval))
    state.seriesOfMeter[meter, default: []].append(number)
    return number
  }

  func quality(_ code: String) -> Int32 {
    if let known = state.qualities.firstIndex(of: code) { return Int32(known + 1) }
    state.qualities.append(code)
    return Int32(state.qualities.count)
  }

  func put(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32, own: Set<Int32>) throws -> MergeOutcome {
    let place = MemoryState.Place(series: series, day: day)
    guard let old = state.blocks[place] else {
      state.blocks[place] = Array(block)
      state.days.insert(day)
      return MergeOutcome(added: try BlockReader.header(block).count)
    }
    let kept = state.before[place] ?? []
    let step = try old.withUnsafeBytes { old in
      try update.merge(old: old, new: block, day: day, batch: batch, own: own) {
        kept.last.flatMap { $0.batch == batch ? $0.run : nil }
      }
    }
    guard step != .nothing else { return update.outcome }
    var writer = BlockWriter()
    writer.pack(update.merged, day: day, created: update.created, changed: update.created == batch ? nil : batch)
    state.blocks[place] = Array(writer.bytes)
    for fresh in update.kept {
      state.before[place] = kept.filter { $0.batch != fresh.batch } + [(fresh.batch, fresh.run)]
    }
    return update.outcome
  }

  func queue(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32) throws {
    queued += try put(block, series: series, day: day, own: own)
  }

  func flush() -> MergeOutcome {
    defer { queued = MergeOutcome() }
    return queued
  }

  func refuse(_ reading: RefusedReading) {
    // A peer must not fill the memory with what is refused.
    if state.refused.count < 100_000 { state.refused.append(reading) }
  }

  func explain(_ explanation: Explanation, series: Int64, at stamp: Int64) {
    state.said.append(.init(series: series, stamp: stamp, batch: batch, explanation: explanation))
  }

  func note(_ progress: FileProgress) { state.files[progress.key] = progress }
}
