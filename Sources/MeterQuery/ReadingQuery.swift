// Which readings somebody wants, and what the store has of them.
import LocalTime
public import CIMCodes
public import CIMModel
public import MeterStore

/// A question for readings of some meters and types in a period, as they are or as they were known at a time.
public struct ReadingQuery: Sendable {
  /// mRIDs, names or usage points; empty asks for all meters, which is for small stores.
  public var meters: [String] = []
  /// Nil: all types.
  public var readingTypes: ReadingTypePattern?
  /// Intervals that end after it, instants from it on.
  public var from: Timestamp
  /// Intervals that end by it, instants before it.
  public var to: Timestamp
  /// What was known at this time; nil is now.
  public var asOf: Timestamp?
  /// Only readings with all of these codes; empty: whatever their qualities.
  public var qualities: [String] = []
  /// Readings of meters that wait to be released, too.
  public var includesHeld = false
  /// Series of matching types that have no such readings, too: a sum without them must not pass for whole.
  public var includesEmpty = false

  /// Years between `from` and `to` at most.
  public static let longestPeriod: Int32 = 20 * 366

  public init(meters: [String], from: Timestamp, to: Timestamp) {
    self.meters = meters
    self.from = from
    self.to = to
  }

  /// Hands over one series after another, so that many meters need little memory.
  ///
  /// - Throws: `StoreError` with code `.unknownMeter` for a meter that is not there, `.limit` for a period that is none
  ///   or too long; or what `body` throws.
  public func run(on store: any ReadingStore, _ body: (SeriesReadings) throws -> Void) throws {
    var days = store.days
    let first = days.day(of: from.microseconds) - 1
    let last = days.day(of: to.microseconds)
    guard from <= to, last - first <= Self.longestPeriod else {
      throw StoreError(
        .limit,
        "a period goes from its begin to a later end, over at most 20 years; this one is \(from.xmlText) to \(to.xmlText)"
      )
    }
    try store.read { reader in
      guard let stored = try reader.storedDays() else {
        for key in meters { _ = try meter(key, reader) }
        return
      }
      // Days before and behind all that there is need not be asked for.
      let days = max(first, stored.lowerBound)...max(max(first, stored.lowerBound), min(last, stored.upperBound))
      let batch = try asOf.map { try reader.batch(asOf: $0) }
      for key in meters {
        try run(reader, try meter(key, reader), days, batch, body)
      }
      guard meters.isEmpty else { return }
      var number: Int64 = 0
      while true {
        let page = try reader.meters(after: number, limit: 1000)
        guard let end = page.last else { return }
        for meter in page { try run(reader, meter, days, batch, body) }
        number = end.number
      }
    }
  }

  private func meter(_ key: String, _ reader: any StoreReader) throws -> MeterRecord {
    guard let meter = try reader.meter(key) else {
      throw StoreError(.unknownMeter, "there is no meter \(key): look it up with 'busbar readings meters'")
    }
    return meter
  }

  private func run(
    _ reader: any StoreReader, _ meter: MeterRecord, _ days: ClosedRange<Int32>, _ batch: Int64?,
    _ body: (SeriesReadings) throws -> Void
  ) throws {
    guard meter.state == .active || includesHeld else { return }
    for series in try reader.series(of: meter.number) {
      if let readingTypes {
        guard let type = ReadingType(series.readingType), readingTypes.matches(type) else { continue }
      }
      let all = try reader.readings(series.number, days: days, upTo: batch)
      let readings = try SeriesReadings(all, of: meter, series, reader) { stamp, codes in
        let isWithin =
          series.isInterval
          ? stamp > from.microseconds && stamp <= to.microseconds
          : stamp >= from.microseconds && stamp < to.microseconds
        return isWithin && qualities.allSatisfy { codes.contains($0) }
      }
      if includesEmpty || !readings.readings.isEmpty { try body(readings) }
    }
  }
}
