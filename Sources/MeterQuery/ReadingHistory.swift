// Why a value is what it is: every state it had, who made it so, and by which rule.
import LocalTime
public import CIMModel
public import MeterStore

/// All that the store knows of one reading.
public struct ReadingHistory: Sendable {
  /// A state of the reading.
  public struct State: Sendable {
    public var batch: BatchRecord
    /// Nil value and no qualities: there was no reading.
    public var value: String?
    public var qualities: [String]
    /// What rules or people said when they made it so.
    public var explanations: [Explanation]
  }

  public var series: SeriesRecord
  public var time: Timestamp
  /// Oldest first; the last is what holds now.
  public var states: [State]

  /// - Returns: nil where the series never had a reading of this time.
  /// - Throws: `StoreError`.
  public init?(of series: SeriesRecord, at time: Timestamp, in store: any ReadingStore) throws {
    var days = store.days
    let day = days.day(of: time.microseconds - (series.isInterval ? 1 : 0))
    let states: [State] = try store.read { reader in
      let said = try reader.explanations(series.number, at: time.microseconds)
      var states: [State] = []
      for batch in try reader.batches(series.number, day: day) {
        let run = try reader.readings(series.number, days: day...day, upTo: batch.number)
        let row = run.stamps.firstIndex(of: time.microseconds)
        let codes = try run.qualities.filter { $0.row == row }.compactMap { try reader.qualityCode($0.code) }
        let own = said.filter { $0.batch == batch.number }.map(\.explanation)
        let state = State(batch: batch, value: row.flatMap { run.text($0) }, qualities: codes, explanations: own)
        if states.isEmpty && row == nil && own.isEmpty { continue }
        if let last = states.last, last.value == state.value, last.qualities == codes, own.isEmpty { continue }
        states.append(state)
      }
      return states
    }
    if states.isEmpty { return nil }
    self.series = series
    self.time = time
    self.states = states
  }
}
