// What every store of readings can do; one contract suite runs against all of them.
public import LocalTime
public import CIMModel

/// Keeps readings by series and local day, with all that they ever were.
///
/// Calls block their thread until the work is done; a service calls them from a thread of its own. One batch is written
/// at a time, others wait; readers see what is committed and wait for nobody.
public protocol ReadingStore: Sendable {
  /// The days of the utility's zone, by which readings are kept.
  var days: LocalDays { get }

  /// Writes a batch: all that the body writes, or where it throws nothing since its last `commit`.
  ///
  /// - Throws: `StoreError`, or what the body throws.
  func write<Value>(_ batch: Batch, _ body: (any BatchWriter) throws -> Value) throws -> Value

  /// Reads from one state of the store.
  func read<Value>(_ body: (any StoreReader) throws -> Value) throws -> Value
}

/// Reads one state of a store; of use only within the call that hands it out.
public protocol StoreReader: AnyObject {
  /// The meter of an mRID, a name or a usage point.
  func meter(_ key: String) throws -> MeterRecord?
  /// Meters behind a number, in order of numbers, at most `limit`.
  func meters(after number: Int64, limit: Int) throws -> [MeterRecord]
  func series(of meter: Int64) throws -> [SeriesRecord]
  /// From the first to the last day of which the store has anything; nil where it is empty.
  func storedDays() throws -> ClosedRange<Int32>?
  /// The first day from this one on of which the store has anything; nil where there is none.
  func storedDay(from day: Int32) throws -> Int32?
  /// The code of a number out of `ReadingRun.Quality`.
  func qualityCode(_ number: Int32) throws -> String?

  /// Appends the readings of a series and its days to a run, oldest first.
  ///
  /// - Parameter batch: only what this batch and those before it said; nil for all.
  func readings(_ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64?, into run: inout ReadingRun) throws

  /// The last batch that was recorded at a time or before; 0 for none.
  func batch(asOf time: Timestamp) throws -> Int64
  func batch(_ number: Int64) throws -> BatchRecord?
  /// Batches that changed a day of a series, oldest first.
  func batches(_ series: Int64, day: Int32) throws -> [BatchRecord]
  /// What was said on the reading of an instant, oldest first, each with the number of its batch.
  func explanations(_ series: Int64, at stamp: Int64) throws -> [(batch: Int64, explanation: Explanation)]
  func file(_ key: String) throws -> FileProgress?
  func refused(limit: Int) throws -> [RefusedReading]
}

/// Writes one batch; of use only within the call that hands it out.
public protocol BatchWriter: StoreReader {
  /// The batch's number.
  var batch: Int64 { get }

  /// The number of the meter with one of the record's keys; where there is none it is added, unless `adds` is false.
  ///
  /// `record` may be asked for where the meter is known, too: only `isNew` tells that it was added.
  func meter(_ record: @autoclosure () -> MeterRecord, key: UnsafeBufferPointer<UInt8>, adds: Bool) throws
    -> KnownMeter?
  /// Releases a meter that was held, or holds it.
  func setState(_ state: MeterRecord.State, of meter: Int64) throws
  /// The number of a series; nil where there is none.
  func knownSeries(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64?
  /// The number of a series, added where there is none.
  func series(meter: Int64, readingType: String, isInterval: Bool) throws -> Int64
  /// The number of a quality code, added where there is none.
  func quality(_ code: String) throws -> Int32

  /// Merges a block into a day of a series.
  ///
  /// - Parameters:
  ///   - block: what a `BlockWriter` has packed for this batch and day.
  ///   - own: codes that a reading keeps when it comes once more with the same value.
  func put(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32, own: Set<Int32>) throws -> MergeOutcome

  /// Codes that readings of queued blocks keep when they come once more with the same value.
  var own: Set<Int32> { get set }

  /// Merges a block like `put`, at the latest before something is read or committed: stores may sort what is queued, which
  /// saves time and room. Blocks of the same day and series keep their order.
  func queue(_ block: UnsafeRawBufferPointer, series: Int64, day: Int32) throws

  /// Merges all that is queued.
  ///
  /// - Returns: what became of all that was queued since this was last asked.
  func flush() throws -> MergeOutcome

  func refuse(_ reading: RefusedReading) throws
  func explain(_ explanation: Explanation, series: Int64, at stamp: Int64) throws
  func note(_ progress: FileProgress) throws

  /// Makes durable what was written so far; the batch goes on.
  func commit() throws
}

extension StoreReader {
  public func readings(_ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64? = nil) throws -> ReadingRun {
    var run = ReadingRun()
    try readings(series, days: days, upTo: batch, into: &run)
    return run
  }
}

extension BatchWriter {
  public func meter(_ record: MeterRecord, adds: Bool = true) throws -> KnownMeter? {
    try Array(record.key.utf8).withUnsafeBufferPointer { try meter(record, key: $0, adds: adds) }
  }

  /// Packs and merges a run, day by day.
  public func put(
    _ run: ReadingRun, series: Int64, isInterval: Bool, days: LocalDays, own: Set<Int32> = []
  ) throws -> MergeOutcome {
    var days = days
    var writer = BlockWriter()
    var outcome = MergeOutcome()
    var place = 0
    var row = 0
    while row < run.count {
      // An interval that ends at midnight belongs to the day that ends there.
      let day = days.day(of: run.stamps[row] - (isInterval ? 1 : 0))
      let start = row
      repeat { row += 1 } while row < run.count && days.day(of: run.stamps[row] - (isInterval ? 1 : 0)) == day
      var part = ReadingRun()
      part.append(start..<row, of: run, qualitiesFrom: &place)
      writer.pack(part, day: day, created: batch)
      outcome += try put(writer.bytes, series: series, day: day, own: own)
    }
    return outcome
  }
}
