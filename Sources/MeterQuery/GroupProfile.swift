// The load profile of a group: its meters put together, interval by interval.
import CIMCodes
import CIMModel
import MeterStore

/// Sums or means over meters, one series for each reading type and kind.
///
/// A value is 3.11.0 (derived), or 3.11.1 where a meter of the group has no number there: sums are too small then. A meter
/// that is silent counts where its series is added empty, see `ReadingQuery.includesEmpty`. Means are rounded to six digits
/// behind the point.
public struct GroupProfile: Sendable {
  public enum Combination: String, Sendable, Hashable, CaseIterable { case sum, mean }

  private struct Key: Hashable {
    var readingType: String
    var isInterval: Bool
  }

  private struct Sums {
    var meters = 0
    var sums: [Int64: (sum: ExactDecimal, count: Int)] = [:]
  }

  /// Instants of one reading type at most; readings beyond are left out, and counted.
  public static let mostInstants = 10_000_000

  private let combination: Combination
  private let name: String
  private var order: [Key] = []
  private var profiles: [Key: Sums] = [:]
  public private(set) var leftOut = 0

  /// - Parameter name: what the profile is called in place of a meter.
  public init(_ combination: Combination, name: String) {
    self.combination = combination
    self.name = name
  }

  /// Adds a meter's series, once for each reading type and kind. What is no number does not count.
  public mutating func add(_ series: SeriesReadings) {
    let key = Key(readingType: series.series.readingType, isInterval: series.series.isInterval)
    if profiles[key] == nil { order.append(key) }
    var profile = profiles[key] ?? Sums()
    // Emptied meanwhile, so that the table is not copied for one meter.
    profiles[key] = Sums()
    profile.meters += 1
    for reading in series.readings {
      guard let value = reading.value.flatMap({ ExactDecimal($0) }) else { continue }
      let stamp = reading.time.microseconds
      if profile.sums.count >= Self.mostInstants, profile.sums[stamp] == nil {
        leftOut += 1
        continue
      }
      let known = profile.sums[stamp, default: (0, 0)]
      profile.sums[stamp] = (known.sum + value, known.count + 1)
    }
    profiles[key] = profile
  }

  /// The profiles in the order in which their types came; none of a type of which nobody has a number.
  public var series: [SeriesReadings] {
    order.enumerated().compactMap { place, key in
      let profile = profiles[key] ?? Sums()
      if profile.sums.isEmpty { return nil }
      var series = SeriesReadings(
        meter: MeterRecord(mRID: nil, name: name, usagePoint: nil),
        series: SeriesRecord(
          number: Int64(place + 1), meter: 0, readingType: key.readingType, isInterval: key.isInterval))
      series.readings = profile.sums.sorted { $0.key < $1.key }.map { stamp, value in
        let number = combination == .sum ? value.sum : value.sum.divided(by: value.count, places: 6)
        return .init(
          time: Timestamp(microseconds: stamp), value: number?.description,
          qualities: [value.count == profile.meters ? OwnQuality.derived : "3.11.1"])
      }
      return series
    }
  }
}
