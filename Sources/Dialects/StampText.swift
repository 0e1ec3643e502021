// Times as partners write them, turned into xs:dateTime.
import CIMModel

/// Reads a stamp in one of the forms that are found in practice, and writes it as xs:dateTime.
///
/// Forms: ISO 8601 with a blank for the T, without seconds, with a comma before the fraction, with "+0330", "+03", "UTC"
/// or "GMT" for a zone, with white space inside; and, where the order of their numbers is known, dates with slashes, dots
/// or hyphens and a clock of 12 or 24 hours. Ranges (month 13) are not checked here.
struct StampText {
  let dateOrder: Dialect.DateOrder?
  let zone: StampZone?
  let marksLocalTimeAsUTC: Bool

  init(_ dialect: Dialect) {
    dateOrder = dialect.dateOrder
    zone = dialect.zone
    marksLocalTimeAsUTC = dialect.marksLocalTimeAsUTC
  }

  /// - Returns: xs:dateTime; nil where the text is in no known form. Longer than 64 bytes is none.
  func standard(_ text: String) -> String? {
    guard text.utf8.count <= 64 else { return nil }
    var scanner = StampScanner(text)
    scanner.skipBlanks()
    guard let date = isoDate(&scanner) ?? namedOrderDate(&scanner) else { return nil }
    _ = scanner.take("T") || scanner.take("t")
    scanner.skipBlanks()
    guard var hour = scanner.number(1...2), scanner.take(":"), let minute = scanner.number(2...2) else { return nil }
    var clock = ":" + pad(minute, 2) + ":"
    var second = 0
    if scanner.take(":") {
      guard let number = scanner.number(2...2) else { return nil }
      second = number
      clock += pad(second, 2)
      if scanner.take(".") || scanner.take(",") {
        let fraction = scanner.digits(limit: 18)
        if !fraction.isEmpty { clock += "." + fraction }
      }
    } else {
      clock += "00"
    }
    scanner.skipBlanks()
    if let isAfternoon = scanner.halfOfDay() {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
      scanner.skipBlanks()
    }
    let local = Int64(date.day) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    guard let suffix = suffix(scanner.rest, atLocal: local) else { return nil }
    return date.text + "T" + pad(hour, 2) + clock + suffix
  }

  private func suffix(_ rest: String, atLocal local: Int64) -> String? {
    switch rest {
    case "": return zone?.suffix(atLocal: local) ?? ""
    case "Z", "z": return marksLocalTimeAsUTC ? zone?.suffix(atLocal: local) ?? "Z" : "Z"
    case "UTC", "GMT", "utc", "gmt": return "Z"
    // As it stands: "+00:00" is not to become "Z" for nothing.
    default: return UTCOffset(rest).map { rest.utf8.count == 6 ? rest : $0.description }
    }
  }

  /// A date as it is written, and its days since 1970-01-01; months and days beyond the calendar's are taken as they come.
  private struct DateText {
    let text: String
    let day: Int

    init(_ year: Int, _ month: Int, _ day: Int) {
      text = pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2)
      let isDate = (1...12).contains(month) && (1...31).contains(day) && year > 0
      self.day = isDate ? CivilDate(year: year, month: month, day: day).daysSinceEpoch : 0
    }
  }

  private func isoDate(_ scanner: inout StampScanner) -> DateText? {
    var own = scanner
    guard let year = own.number(4...4), own.take("-"), let month = own.number(2...2), own.take("-"),
      let day = own.number(2...2), own.atDateEnd
    else { return nil }
    scanner = own
    return DateText(year, month, day)
  }

  private func namedOrderDate(_ scanner: inout StampScanner) -> DateText? {
    guard let dateOrder, let first = scanner.number(1...2), let separator = scanner.separator(),
      let second = scanner.number(1...2), scanner.separator() == separator, let year = scanner.number(4...4),
      scanner.atDateEnd
    else { return nil }
    let (month, day) = dateOrder == .monthFirst ? (first, second) : (second, first)
    return DateText(year, month, day)
  }
}

private func pad(_ value: Int, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// A place in a short text.
private struct StampScanner {
  private let bytes: [UInt8]
  private var place = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  var atDateEnd: Bool { next == 0x54 || next == 0x74 || next.map(Self.isBlank) == true }

  /// All that follows, without blanks at its end.
  var rest: String {
    var end = bytes.count
    while end > place, Self.isBlank(bytes[end - 1]) { end -= 1 }
    return String(decoding: bytes[min(place, end)..<end], as: UTF8.self)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  mutating func skipBlanks() {
    while let byte = next, Self.isBlank(byte) { place += 1 }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = next, UInt32(byte) == character.value else { return false }
    place += 1
    return true
  }

  mutating func separator() -> UInt8? {
    guard let byte = next, [0x2F, 0x2E, 0x2D].contains(byte) else { return nil }
    place += 1
    return byte
  }

  mutating func digits(limit: Int) -> String {
    let start = place
    while let byte = next, byte &- 0x30 < 10, place - start < limit { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  mutating func number(_ width: ClosedRange<Int>) -> Int? {
    let text = digits(limit: width.upperBound)
    return width.contains(text.utf8.count) ? Int(text) : nil
  }

  /// Whether "PM" (true) or "AM" (false) follows, in any case and with or without dots; nil where neither does.
  mutating func halfOfDay() -> Bool? {
    let text = rest.filter { $0 != "." }.uppercased()
    guard text.hasPrefix("AM") || text.hasPrefix("PM") else { return nil }
    place += rest.hasPrefix("a.m.") || rest.hasPrefix("p.m.") ? 4 : 2
    return text.hasPrefix("PM")
  }
}
