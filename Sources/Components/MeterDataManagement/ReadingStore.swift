// The readings an MDM keeps, in memory.
import CIMModel

/// Values by meter and reading type, each series in order of time and bounded.
///
/// A value with the time stamp of one that is there replaces it: the newest statement holds. A series that is full drops
/// its oldest value; a store that is full takes no new meter.
struct ReadingStore {
  /// Values per meter and reading type: three weeks of quarter hours.
  let valuesPerSeries: Int
  let meterLimit: Int
  /// Number of values kept.
  private(set) var count = 0
  /// Values not kept because the store held `meterLimit` meters, or because they had no time stamp.
  private(set) var refused = 0

  private var meters: [StoredMeter] = []
  private var index: [String: Int] = [:]

  private struct StoredMeter {
    var meter: IdentifiedObject
    var usagePoint: IdentifiedObject?
    var series: [String: Series] = [:]
  }

  private struct Series {
    var isInterval: Bool
    var values: [Value] = []
  }

  private struct Value {
    var time: Timestamp
    var text: String
    var qualities: [String]
  }

  init(valuesPerSeries: Int = 2_016, meterLimit: Int = 200_000) {
    self.valuesPerSeries = max(1, valuesPerSeries)
    self.meterLimit = meterLimit
  }

  /// Number of meters with values.
  var meterCount: Int { meters.count }

  /// Every meter with values.
  var allMeters: [IdentifiedObject] { meters.map(\.meter) }

  mutating func insert(_ reading: MeterReading) {
    guard let meter = reading.meter, let position = position(of: meter, reading.usagePoint) else {
      refused += reading.valueCount
      return
    }
    for block in reading.intervalBlocks {
      for value in block.intervalReadings {
        insert(value.timeStamp, value.value, value.qualities, block.readingType, isInterval: true, position)
      }
    }
    for value in reading.readings {
      insert(value.timeStamp, value.value, value.qualities, value.readingType, isInterval: false, position)
    }
  }

  private mutating func position(of meter: IdentifiedObject, _ usagePoint: IdentifiedObject?) -> Int? {
    for identifier in meter.identifiers {
      if let known = index[identifier] { return known }
    }
    guard meters.count < meterLimit, !meter.identifiers.isEmpty else { return nil }
    meters.append(StoredMeter(meter: meter, usagePoint: usagePoint))
    for identifier in meter.identifiers { index[identifier] = meters.count - 1 }
    for identifier in usagePoint?.identifiers ?? [] { index[usagePointKey(identifier)] = meters.count - 1 }
    return meters.count - 1
  }

  private func usagePointKey(_ identifier: String) -> String { "usage point " + identifier }

  private mutating func insert(
    _ time: Timestamp?, _ text: String, _ qualities: [String], _ type: String, isInterval: Bool, _ position: Int
  ) {
    guard let time else {
      refused += 1
      return
    }
    let value = Value(time: time, text: text, qualities: qualities)
    var series = meters[position].series[type] ?? Series(isInterval: isInterval)
    // Emptied meanwhile, so that the array is not copied for one value.
    meters[position].series[type] = nil
    defer { meters[position].series[type] = series }
    guard let last = series.values.last, time <= last.time else {
      series.values.append(value)
      count += 1
      trim(&series)
      return
    }
    var (low, high) = (0, series.values.count)
    while low < high {
      let middle = (low + high) / 2
      if series.values[middle].time < time { low = middle + 1 } else { high = middle }
    }
    if series.values[low].time == time {
      series.values[low] = value
    } else {
      series.values.insert(value, at: low)
      count += 1
      trim(&series)
    }
  }

  private mutating func trim(_ series: inout Series) {
    guard series.values.count > valuesPerSeries else { return }
    series.values.removeFirst(series.values.count - valuesPerSeries)
    count -= 1
  }

  /// The meter an object names, by its own identifiers.
  func meter(_ object: IdentifiedObject) -> IdentifiedObject? {
    object.identifiers.lazy.compactMap { index[$0] }.first.map { meters[$0].meter }
  }

  /// The meter of a usage point.
  func meter(ofUsagePoint object: IdentifiedObject) -> IdentifiedObject? {
    object.identifiers.lazy.compactMap { index[usagePointKey($0)] }.first.map { meters[$0].meter }
  }

  /// The values of one meter in some periods.
  ///
  /// - Parameters:
  ///   - types: reading types; empty: all there are.
  ///   - limit: values at most.
  /// - Returns: nil where there are none.
  func reading(
    of object: IdentifiedObject, types: [String], during periods: [DateTimeInterval], limit: Int
  ) -> MeterReading? {
    guard let position = object.identifiers.lazy.compactMap({ self.index[$0] }).first else { return nil }
    let stored = meters[position]
    var reading = MeterReading(meter: stored.meter, usagePoint: stored.usagePoint)
    var left = limit
    for type in types.isEmpty ? stored.series.keys.sorted() : types {
      guard let series = stored.series[type] else { continue }
      let values = series.values.lazy.filter { value in
        periods.contains { series.isInterval ? $0.containsInterval(endingAt: value.time) : $0.contains(value.time) }
      }.prefix(max(0, left))
      if series.isInterval {
        let block = Array(
          values.map { IntervalReading(timeStamp: $0.time, value: $0.text, qualities: $0.qualities) })
        if !block.isEmpty { reading.intervalBlocks.append(IntervalBlock(readingType: type, intervalReadings: block)) }
        left -= block.count
      } else {
        let registers = Array(
          values.map { Reading(timeStamp: $0.time, value: $0.text, readingType: type, qualities: $0.qualities) })
        reading.readings += registers
        left -= registers.count
      }
    }
    if periods.count == 1 { reading.valuesInterval = periods[0] }
    return reading.valueCount > 0 ? reading : nil
  }
}
