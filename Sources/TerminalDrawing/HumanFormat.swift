// Numbers as people read them. The same in every locale, so that output can be compared.

/// Numbers as people read them.
public enum HumanFormat {
  /// A count with its thousands apart: "12,345".
  public static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  /// A size in decimal units: "999 B", "1.2 kB", "340 MB".
  public static func bytes(_ value: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var (size, unit) = (Double(value.magnitude), 0)
    // 999.5 would round to four digits, so it counts in the next unit.
    while size >= (unit == 0 ? 1000 : 999.5) && unit < units.count - 1 {
      size /= 1000
      unit += 1
    }
    return (value < 0 ? "-" : "") + (unit == 0 ? String(value.magnitude) : threeDigits(size)) + " " + units[unit]
  }

  /// A rate: "140/s", "0.25/s", "12,345/s".
  public static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite else { return "?/s" }
    if perSecond.magnitude >= 99.5 { return count(Int(min(max(perSecond.rounded(), -1e15), 1e15))) + "/s" }
    let hundredths = Int((perSecond * 100).rounded())
    if hundredths == 0 && perSecond > 0 { return "<0.01/s" }
    if hundredths % 10 == 0 || perSecond.magnitude >= 9.95 { return threeDigits(perSecond) + "/s" }
    let sign = hundredths < 0 ? "-" : ""
    let rest = hundredths.magnitude % 100
    return "\(sign)\(hundredths.magnitude / 100).\(rest < 10 ? "0" : "")\(rest)/s"
  }

  /// A length of time with two figures or two units, whichever is shorter: "850 µs", "1.8 ms", "12.4 s", "2 min 5 s",
  /// "3 h 20 min", "5 d 2 h".
  public static func duration(_ value: Duration, style: DrawingStyle = .plain) -> String {
    let sign = value < .zero ? "-" : ""
    let whole = Int64(clamping: value.components.seconds.magnitude)
    let attoseconds = Int64(clamping: value.components.attoseconds.magnitude)
    // 59.95 s would be 60.0 s with one decimal.
    if whole >= 60 || (whole == 59 && attoseconds >= 950_000_000_000_000_000) {
      return sign + inTwoUnits(attoseconds >= 500_000_000_000_000_000 && whole < .max ? whole + 1 : whole)
    }
    let nanoseconds = whole * 1_000_000_000 + attoseconds / 1_000_000_000
    let micro = style.boxDrawing ? "µs" : "us"
    switch nanoseconds {
    case 0: return "0 s"
    case ..<1000: return sign + "\(nanoseconds) ns"
    case ..<999_500: return sign + oneDecimal(nanoseconds, unit: 1000) + " " + micro
    case ..<999_500_000: return sign + oneDecimal(nanoseconds, unit: 1_000_000) + " ms"
    default: return sign + oneDecimal(nanoseconds, unit: 1_000_000_000, below: 60) + " s"
    }
  }

  private static func inTwoUnits(_ seconds: Int64) -> String {
    let (large, largeName, small, smallName): (Int64, String, Int64, String) =
      switch seconds {
      case ..<3600: (seconds / 60, "min", seconds % 60, "s")
      case ..<86_400: (seconds / 3600, "h", seconds % 3600 / 60, "min")
      default: (seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
      }
    let first = count(Int(large)) + " " + largeName
    return small == 0 ? first : first + " \(small) \(smallName)"
  }

  /// A number of units with one decimal below `below`, without it above.
  private static func oneDecimal(_ value: Int64, unit: Int64, below: Int64 = 100) -> String {
    let tenths = (value + unit / 20) / (unit / 10)
    if tenths >= below * 10 || (tenths % 10 == 0 && tenths < 10 * below && value % unit == 0) {
      return String((value + unit / 2) / unit)
    }
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// At most three digits: "1.2", "12.3", "340".
  private static func threeDigits(_ value: Double) -> String {
    if value.magnitude >= 99.95 { return String(Int(value.rounded())) }
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let text = "\(sign)\(tenths.magnitude / 10)"
    return tenths % 10 == 0 ? text : text + ".\(tenths.magnitude % 10)"
  }
}
