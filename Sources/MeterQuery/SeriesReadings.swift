// Readings of one series, as they are handed out.
public import CIMModel
public import MeterStore

/// The readings of one series, oldest first.
public struct SeriesReadings: Sendable, Hashable {
  public struct Reading: Sendable, Hashable {
    /// The end of an interval, the instant of a reading.
    public var time: Timestamp
    /// Nil where there is none, only qualities.
    public var value: String?
    /// Codes of Annex D.
    public var qualities: [String]

    public init(time: Timestamp, value: String?, qualities: [String] = []) {
      self.time = time
      self.value = value
      self.qualities = qualities
    }
  }

  public var meter: MeterRecord
  public var series: SeriesRecord
  public var readings: [Reading] = []

  public init(meter: MeterRecord, series: SeriesRecord) {
    self.meter = meter
    self.series = series
  }

  /// Unpacked readings that are wanted, by their stamps and quality codes.
  init(
    _ run: ReadingRun, of meter: MeterRecord, _ series: SeriesRecord, _ reader: any StoreReader,
    where isWanted: (_ stamp: Int64, _ codes: [String]) -> Bool
  ) throws {
    self.init(meter: meter, series: series)
    var known: [Int32: String] = [:]
    var place = 0
    for row in 0..<run.count {
      var codes: [String] = []
      while place < run.qualities.count, run.qualities[place].row == row {
        let number = run.qualities[place].code
        if known[number] == nil { known[number] = try reader.qualityCode(number) ?? "?" }
        codes.append(known[number] ?? "?")
        place += 1
      }
      guard isWanted(run.stamps[row], codes) else { continue }
      readings.append(
        .init(time: Timestamp(microseconds: run.stamps[row]), value: run.text(row), qualities: codes))
    }
  }
}
