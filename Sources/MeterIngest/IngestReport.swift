// What became of a file.
public import MeterStore

/// Counters of what was taken in, and of all that was not as it should be.
public struct IngestReport: Sendable, Hashable {
  /// MeterReading elements, or runs of CSV lines of one meter and type.
  public var meterReadings = 0
  /// Readings that came, taken in or not.
  public var readings = 0
  /// What became of those taken in.
  public var outcome = MergeOutcome()
  /// Meter readings or lines passed over because an earlier run had stored them already.
  public var resumed = 0
  /// Whether the file had been taken in whole before; then nothing was read.
  public var wasComplete = false
  public var createdMeters = 0
  /// Readings of meters that wait to be released.
  public var held = 0
  /// Readings by why they were refused: "unknownMeter", "noMeter", "noTimeStamp", "badReadingType", "future",
  /// "olderThanRetention", "otherCommodity", "duplicate", "badLine".
  public var refused: [String: Int] = [:]
  /// Readings with a stamp in the future that were taken in as suspect.
  public var future = 0
  /// Readings of one instant and message with different values.
  public var duplicates = 0
  /// Values that are no number where the reading type wants one, "NaN" among them; quality 3.5.257.
  public var notNumbers = 0
  /// Readings whose type has a unit that its kind of measurement has not; quality 3.5.258.
  public var unitMisfits = 0
  /// Numbers of more than 18 digits, kept exactly.
  public var longNumbers = 0
  /// Values without a column of their own that stayed in the message: names, sources, events.
  public var details = 0
  /// Why the document is not valid from some place on; nil where all of it is.
  public var breach: String?

  public init() {}

  public var refusedCount: Int { refused.values.reduce(0, +) }
}
