// A fixed distance from UTC, as XML Schema writes it.

/// A fixed offset from UTC, e.g. "+03:30" or "Z". See `StampZone` for zones whose offset changes by the season.
public struct UTCOffset: Sendable, Hashable, LosslessStringConvertible {
  /// Minutes east of UTC, -840 to 840.
  public let minutes: Int

  /// - Parameter minutes: east of UTC; nil beyond 14 hours, which XML Schema does not have.
  public init?(minutes: Int) {
    guard (-840...840).contains(minutes) else { return nil }
    self.minutes = minutes
  }

  /// - Parameter text: "Z", "+03:30", "-0500" or "+04"; nil for anything else.
  public init?(_ text: String) {
    if text == "Z" || text == "z" {
      self.init(minutes: 0)
      return
    }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }.utf8.map { Int($0) - 48 }
    let isColonPlaced = !text.contains(":") || (text.utf8.count == 6 && Array(text.utf8)[3] == 0x3A)
    guard isColonPlaced, digits.allSatisfy({ (0...9).contains($0) }), digits.count == 4 || digits.count == 2 else {
      return nil
    }
    let hours = digits[0] * 10 + digits[1]
    let minutes = digits.count == 4 ? digits[2] * 10 + digits[3] : 0
    guard minutes < 60 else { return nil }
    self.init(minutes: (sign == "-" ? -1 : 1) * (hours * 60 + minutes))
  }

  /// "Z", or e.g. "+03:30".
  public var description: String {
    if minutes == 0 { return "Z" }
    func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return (minutes < 0 ? "-" : "+") + pad(abs(minutes) / 60) + ":" + pad(abs(minutes) % 60)
  }
}
