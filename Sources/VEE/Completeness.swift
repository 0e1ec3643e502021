// What of a day has not come.
import LocalTime
import CIMCodes
public import CIMModel
public import MeterStore

/// How complete a local day is, with a list of what is missing, from which readings can be asked for again.
public struct Completeness: Sendable, Hashable {
  /// Intervals of one series that have not come.
  public struct Gap: Sendable, Hashable {
    public var meter: MeterRecord
    public var series: SeriesRecord
    /// Intervals without a number.
    public var missing: Int
    /// The begin of the first and the end of the last of them; there may be others between.
    public var from: Timestamp
    public var to: Timestamp
  }

  public let day: Int32
  /// Intervals that the day has for all series of the meters that are not held.
  public private(set) var expected = 0
  public private(set) var present = 0
  /// Series that lack something.
  public private(set) var incomplete = 0
  /// The first of them, in order of meters.
  public private(set) var gaps: [Gap] = []

  /// A series counts that had readings on the day or on one of the seven before it; estimates count as missing, since an
  /// actual value may still be had.
  ///
  /// - Parameter limit: gaps that are listed at most.
  /// - Throws: `StoreError`.
  public init(of day: Int32, in store: any ReadingStore, limit: Int = 10_000) throws {
    self.day = day
    let instants = store.days.instants(of: day)
    try store.read { reader in
      var number: Int64 = 0
      while true {
        let page = try reader.meters(after: number, limit: 1000)
        guard let end = page.last else { return }
        for meter in page where meter.state == .active {
          for series in try reader.series(of: meter.number) where series.isInterval {
            try take(reader, meter, series, instants, limit)
          }
        }
        number = end.number
      }
    }
  }

  private mutating func take(
    _ reader: any StoreReader, _ meter: MeterRecord, _ series: SeriesRecord, _ instants: Range<Int64>, _ limit: Int
  ) throws {
    guard let type = ReadingType(series.readingType) else { return }
    var run = try reader.readings(series.number, days: day...day)
    var sample = run
    var back: Int32 = 1
    while sample.count == 0, back <= 7 {
      sample = try reader.readings(series.number, days: day - back...day - back)
      back += 1
    }
    guard sample.count > 0, let step = IntervalLength.microseconds(type, sample) else { return }
    for quality in run.qualities {
      let code = try reader.qualityCode(quality.code).flatMap { ReadingQualityType($0) }
      if let code, code.category == 8 || code.usability == .missing { run.scales[quality.row] = ReadingRun.noValue }
    }
    let slots = DaySeries(run, day: day, instants: instants, step: step, scale: DaySeries.scale(of: run)).slots()
    expected += slots.count
    let missing = slots.indices.filter { slots[$0] == nil }
    present += slots.count - missing.count
    guard let first = missing.first, let last = missing.last else { return }
    incomplete += 1
    if gaps.count >= limit { return }
    gaps.append(
      Gap(
        meter: meter, series: series, missing: missing.count,
        from: Timestamp(microseconds: instants.lowerBound + Int64(first) * step),
        to: Timestamp(microseconds: instants.lowerBound + Int64(last + 1) * step)))
  }
}
