// The schedules of DERGroupDispatches and DERGroupForecasts: a curve over equal intervals.
import CIMModel

/// When the intervals of a curve are, and how they join.
///
/// - SeeAlso: IEC 61968-5
struct DERSchedule: Hashable {
  var start: Timestamp
  /// Of one interval.
  var seconds: Int64
  /// Whether values are joined by straight lines; else each holds for its interval.
  var isStraightLine: Bool
  /// TimeIntervalKind and how many of them, as they were sent.
  var unit: String
  var duration: String

  /// Reads `curveStyleKind`, `startTime`, `timeIntervalDuration` and `timeIntervalUnit`; nil where the intervals are no
  /// number of seconds, as with months, or not above 0.
  init?(_ element: Element) {
    guard let start = element.time("startTime"), let duration = element.text("timeIntervalDuration"),
      let count = Int64(duration), (1...1_000_000).contains(count), let unit = element.text("timeIntervalUnit"),
      let length = Self.units[unit]
    else { return nil }
    self.start = start
    self.duration = duration
    self.unit = unit
    seconds = count * length
    isStraightLine = element.text("curveStyleKind") == "straightLineYValues"
  }

  /// Letters count: m is a minute, M a month.
  private static let units: [String: Int64] = ["s": 1, "m": 60, "h": 3_600, "D": 86_400]

  /// When an interval begins; they are counted from 1.
  func time(ofInterval number: Int) -> Timestamp { start.adding(seconds: Int64(number - 1) * seconds) }

  func write(into element: inout Element) {
    element.append("curveStyleKind", isStraightLine ? "straightLineYValues" : "constantYValue")
    element.append("startTime", start)
    element.append("timeIntervalDuration", duration)
    element.append("timeIntervalUnit", unit)
  }
}

/// Power in W as the DER profiles write it: a number in kW.
enum DERPower {
  /// "12.500" for 12,500 W.
  static func text(_ watts: Int) -> String {
    let fraction = String(1000 + watts.magnitude % 1000).dropFirst()
    return (watts < 0 ? "-" : "") + "\(watts.magnitude / 1000).\(fraction)"
  }

  /// W of a number in a unit with a multiplier; nil for another unit than W, and for what is no such number.
  static func watts(_ text: String, multiplier: String?, unit: String?) -> Int? {
    let factors = ["none": 1.0, "k": 1e3, "M": 1e6]
    guard unit == "W", let factor = factors[multiplier ?? "none"], let value = Double(text), value.isFinite,
      abs(value * factor) < 1e12
    else { return nil }
    return Int((value * factor).rounded())
  }
}

/// The namespace of a profile of IEC 61968-5.
func derNamespace(_ noun: String) -> String { "http://iec.ch/TC57/2017/\(noun)#" }
