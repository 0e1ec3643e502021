// Changes that people make.
import LocalTime
import CIMCodes
public import CIMModel
public import MeterStore

/// An edit of one reading: nothing is lost by it, and it says who and why.
public struct ReadingEdit: Sendable, Hashable {
  public enum Change: Sendable, Hashable {
    /// Another value: quality 3.7.0, or 3.7.1 where there was none.
    case value(ExactDecimal)
    /// The value stays and is not to be used: 3.7.3.
    case reject
  }

  public var series: SeriesRecord
  public var time: Timestamp
  public var change: Change
  /// Why, in words.
  public var reason: String

  public init(series: SeriesRecord, time: Timestamp, change: Change, reason: String) {
    self.series = series
    self.time = time
    self.change = change
    self.reason = reason
  }

  /// Makes edits, all of them or none.
  ///
  /// - Throws: `StoreError` with code `.limit` where a reading to be rejected is not there.
  public static func apply(_ edits: [ReadingEdit], to store: any ReadingStore, author: String) throws -> MergeOutcome {
    try store.write(Batch(kind: "edit", source: "\(edits.count) edits", author: author)) { writer in
      var outcome = MergeOutcome()
      for edit in edits { outcome += try edit.apply(writer, store.days) }
      return outcome
    }
  }

  private func apply(_ writer: any BatchWriter, _ days: LocalDays) throws -> MergeOutcome {
    var finder = days
    let stamp = time.microseconds
    let day = finder.day(of: stamp - (series.isInterval ? 1 : 0))
    let known = try writer.readings(series.number, days: day...day)
    let row = known.stamps.firstIndex(of: stamp)
    var run = ReadingRun()
    let code: String
    switch change {
    case .value(let number):
      run.append(stamp, number: number)
      code = row == nil ? OwnQuality.added : OwnQuality.edited
    case .reject:
      guard let row else {
        throw StoreError(.limit, "there is no reading of \(time.xmlText) to reject")
      }
      run.append(copying: known, row)
      code = OwnQuality.rejected
    }
    run.qualities.append(.init(row: 0, code: try writer.quality(code)))
    try writer.explain(
      Explanation(rule: EstimationMethod.manual.rawValue, inputs: reason, version: ""), series: series.number, at: stamp
    )
    return try writer.put(run, series: series.number, isInterval: series.isInterval, days: days)
  }
}
