// How long the intervals of a reading type are.
import CIMCodes
import MeterStore

enum IntervalLength {
  /// Minutes by the measuring period of Table C.3.
  private static let minutes: [Int: Int64] = [1: 10, 2: 15, 3: 1, 4: 1440, 5: 30, 6: 5, 7: 60, 10: 2, 14: 3, 31: 20]

  /// Of a reading type; where it does not say, the least distance between two readings of the day.
  static func microseconds(_ type: ReadingType, _ run: ReadingRun) -> Int64? {
    if let minutes = minutes[type.measuringPeriod] { return minutes * 60_000_000 }
    return zip(run.stamps, run.stamps.dropFirst()).map { $1 - $0 }.min()
  }
}
