// Readings of one type out of those of another.
import CIMCodes
import CIMModel
import MeterStore

extension SeriesReadings {
  /// What a register counted between one reading and the next: accumulation 4, stamped at the later one.
  ///
  /// Each is made of two readings: it has the qualities of both, and 3.11.0 (derived).
  ///
  /// - Parameter digits: of the register before the point, beyond which it begins at 0 again. A difference below zero
  ///   has no value and 3.5.258 where this is nil, and where it would be more than half of the register's range, as after
  ///   a reset or an exchange of the meter.
  /// - Returns: nil where the readings are of no register (accumulation 1).
  public func deltas(digits: Int? = nil) -> SeriesReadings? {
    guard let type = ReadingType(series.readingType), type.accumulation == 1 else { return nil }
    var result = self
    result.series.readingType = type.with(.accumulation, 4).description
    result.series.isInterval = true
    result.readings = []
    let range = digits.flatMap { (1...18).contains($0) ? ExactDecimal(1).scaled(byPowerOfTen: $0) : nil }
    for (earlier, later) in zip(readings, readings.dropFirst()) {
      guard let begin = earlier.value.flatMap({ ExactDecimal($0) }), let end = later.value.flatMap({ ExactDecimal($0) })
      else { continue }
      var difference: ExactDecimal? = end - begin
      if end < begin {
        difference = range.map { end - begin + $0 }
        if let range, let counted = difference, counted < 0 || range < counted + counted { difference = nil }
      }
      var codes = earlier.qualities
      for code in later.qualities + [difference == nil ? OwnQuality.suspect : OwnQuality.derived]
      where !codes.contains(code) {
        codes.append(code)
      }
      result.readings.append(Reading(time: later.time, value: difference?.description, qualities: codes))
    }
    return result
  }

  /// Forward less reverse, instant by instant: flow direction 4. Instants that only one of them has are left out.
  ///
  /// - Returns: nil unless this is of direction 1 and the other the same of direction 19.
  public func net(reverse: SeriesReadings) -> SeriesReadings? {
    guard let type = ReadingType(series.readingType), type.flowDirection == 1,
      ReadingType(reverse.series.readingType) == type.with(.flowDirection, 19)
    else { return nil }
    var result = self
    result.series.readingType = type.with(.flowDirection, 4).description
    result.readings = []
    var others = reverse.readings[...]
    for reading in readings {
      others = others.drop { $0.time < reading.time }
      guard let other = others.first, other.time == reading.time else { continue }
      guard let forward = reading.value.flatMap({ ExactDecimal($0) }),
        let back = other.value.flatMap({ ExactDecimal($0) })
      else { continue }
      var codes = reading.qualities
      for code in other.qualities + [OwnQuality.derived] where !codes.contains(code) { codes.append(code) }
      result.readings.append(Reading(time: reading.time, value: (forward - back).description, qualities: codes))
    }
    return result
  }

  /// The same quantities at another power of ten: Wh for kWh.
  ///
  /// - Parameter multiplier: -30 to 30, as in Table C.18.
  /// - Returns: nil where the reading type is no code or the multiplier out of range.
  public func scaled(toMultiplier multiplier: Int) -> SeriesReadings? {
    guard let type = ReadingType(series.readingType), (-30...30).contains(multiplier),
      (-30...30).contains(type.multiplier)
    else { return nil }
    var result = self
    result.series.readingType = type.with(.multiplier, multiplier).description
    for place in result.readings.indices {
      guard let value = result.readings[place].value.flatMap({ ExactDecimal($0) }) else { continue }
      result.readings[place].value = value.scaled(byPowerOfTen: type.multiplier - multiplier).description
    }
    return result
  }
}
