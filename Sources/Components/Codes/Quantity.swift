// What a simulated meter can measure, out of the reading type code.

/// A quantity of a simulated meter, as a reading type code names it.
///
/// - SeeAlso: IEC 61968-9, Annex C
struct Quantity: Hashable {
  enum Measure: Hashable {
    /// Dial reading of energy.
    case register
    /// Energy of intervals of so many seconds.
    case interval(seconds: Int)
    case voltage
    case power
  }

  enum Direction: Int { case forward = 1, reverse = 19 }

  var measure: Measure
  var direction: Direction
  /// Power of ten of the unit, e.g. 3 for kWh.
  var multiplier: Int

  enum Failure: Error {
    /// No reading type code at all (reply code 2.6).
    case malformed
    /// Not one a simulated meter has (reply code 2.10).
    case unsupported
  }

  /// Reads an mRID such as "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0".
  static func parse(_ code: String) -> Result<Quantity, Failure> {
    let parts = code.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard parts.count == 18, code.split(separator: ".", omittingEmptySubsequences: false).count == 18,
      parts.enumerated().allSatisfy({ $0.offset == 15 || $0.element >= 0 })
    else { return .failure(.malformed) }
    let multiplier = parts[15]
    // Macro period, aggregate, harmonics, arguments, tariff buckets and currency are those of a plain value.
    guard parts[0] == 0, parts[1] == 0, parts[5] == 1, parts[7...13].allSatisfy({ $0 == 0 }), parts[17] == 0,
      (-3...6).contains(multiplier)
    else { return .failure(.unsupported) }
    switch (parts[2], parts[3], parts[4], parts[6], parts[14], parts[16]) {
    case (0, 1, let flow, 12, 0, 72):
      guard let direction = Direction(rawValue: flow) else { return .failure(.unsupported) }
      return .success(Quantity(measure: .register, direction: direction, multiplier: multiplier))
    case (let period, 4, let flow, 12, 0, 72):
      guard let minutes = periods[period], let direction = Direction(rawValue: flow) else {
        return .failure(.unsupported)
      }
      let measure = Measure.interval(seconds: minutes * 60)
      return .success(Quantity(measure: measure, direction: direction, multiplier: multiplier))
    case (0, 12, 0, 54, 0, 29), (0, 12, 0, 54, 128, 29):
      return .success(Quantity(measure: .voltage, direction: .forward, multiplier: multiplier))
    case (0, 12, 4, 37, 0, 38):
      return .success(Quantity(measure: .power, direction: .forward, multiplier: multiplier))
    default: return .failure(.unsupported)
    }
  }

  /// Minutes by measuring period (Table C.3).
  private static let periods = [1: 10, 2: 15, 3: 1, 4: 1440, 5: 30, 6: 5, 7: 60, 10: 2, 14: 3]

  /// The text of a count of units of ten to the power of `power`, e.g. Wh with 0 or mV with -3, in this quantity's unit.
  /// Exact: no digit is lost or made up.
  func text(_ count: Int64, power: Int) -> String {
    let shift = multiplier - power
    let digits = String(count.magnitude)
    let sign = count < 0 ? "-" : ""
    if shift <= 0 { return count == 0 ? "0" : sign + digits + String(repeating: "0", count: -shift) }
    let padded = String(repeating: "0", count: max(0, shift + 1 - digits.utf8.count)) + digits
    return sign + padded.dropLast(shift) + "." + padded.suffix(shift)
  }
}

/// Reading types the components ask for of their own accord.
public enum ReadingTypeCode {
  /// Dial reading of energy delivered to the customer, kWh.
  public static let registerForward = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  /// Dial reading of energy received from the customer, kWh.
  public static let registerReverse = "0.0.0.1.19.1.12.0.0.0.0.0.0.0.0.3.72.0"
  /// Energy delivered in fifteen minutes, kWh.
  public static let quarterHourForward = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  /// Energy received in fifteen minutes, kWh.
  public static let quarterHourReverse = "0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.3.72.0"
  /// Voltage to neutral on phase A, V.
  public static let voltage = "0.0.0.12.0.1.54.0.0.0.0.0.0.0.128.0.29.0"
  /// Net power, W.
  public static let power = "0.0.0.12.4.1.37.0.0.0.0.0.0.0.0.0.38.0"
}
