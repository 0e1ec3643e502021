// Numbers with a unit behind them.

enum Quantities {
  /// "1000", "64KiB", "64 MiB", "1GiB"; nil for anything else and for what does not fit.
  static func bytes(_ text: String) -> Int? {
    value(text, units: [("", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)])
  }

  /// "500ms", "30s", "2m", "1h"; nil for anything else.
  static func duration(_ text: String) -> Duration? {
    value(text, units: [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]).map { .milliseconds($0) }
  }

  private static func value(_ text: String, units: [(String, Int)]) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Int(digits), let factor = units.first(where: { $0.0 == unit })?.1 else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }
}
