// Words and advice for texts that have not the form of their type.

/// Plain words about values.
enum Wording {
  /// Characters of a found text that a message shows.
  static let maximumQuote = 60

  /// Values an enumeration lists.
  static let maximumValues = 12

  /// `text` in quotes, cut if long.
  static func quoted(_ text: some Sequence<UInt8>) -> String {
    let characters = Array(String(decoding: Array(text.prefix(maximumQuote * 4 + 4)), as: UTF8.self).unicodeScalars)
    var shown = ""
    shown.unicodeScalars.append(contentsOf: characters.prefix(maximumQuote))
    return "'\(visible(shown))\(characters.count > maximumQuote ? "…" : "")'"
  }

  /// `text` with line ends and tabs written as in programs, so that a message stays one line.
  static func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func list(_ texts: [String]) -> String {
    let shown = texts.prefix(maximumValues).map { $0.isEmpty ? "nothing at all" : quoted($0.utf8) }
    let rest = texts.count - shown.count
    if rest > 0 { return "one of \(shown.joined(separator: ", ")) or \(rest) more" }
    return shown.count == 1 ? shown[0] : "one of \(shown.joined(separator: ", "))"
  }

  /// How to write a value of `form`, given a text that is none.
  static func advice(for form: LexicalForm, _ text: [UInt8]) -> String {
    let found = String(decoding: text, as: UTF8.self)
    let isEmpty = text.isEmpty ? "it is empty; " : ""
    switch form {
    case .any, .list, .union, .string: return "write text"
    case .boolean:
      let lower = found.lowercased()
      if lower == "true" || lower == "false" { return "write \(lower), in small letters" }
      return isEmpty + "write true or false (or 1 or 0)"
    case .decimal, .integer, .float, .double: return isEmpty + number(form, found)
    case .duration:
      return isEmpty
        + "write P, then years, months and days, then T with hours, minutes and seconds, as in P1DT12H or PT15M"
    case .dateTime, .time, .date, .gYearMonth, .gYear, .gMonthDay, .gDay, .gMonth:
      return isEmpty + calendar(form, text)
    case .hexBinary: return isEmpty + "write two digits from 0-9 and A-F for each octet, as in 0FB8"
    case .base64Binary: return "write groups of four characters from A-Z a-z 0-9 + /, padded with =, as in D7g="
    case .anyURI: return "write a URI such as http://example.org/a?b#c, with %25 for a percent sign"
    case .language: return isEmpty + "write a language code such as en or de-CH"
    case .name: return isEmpty + "start with a letter, _ or :, then letters, digits and . - _ :"
    case .ncName: return isEmpty + "start with a letter or _, then letters, digits and . - _, without colon or blank"
    case .nmtoken: return isEmpty + "use letters, digits and . - _ : only, without blank"
    case .qualifiedName: return isEmpty + "write a name, or a prefix, a colon and a name, as in m:MeterReadings"
    }
  }

  private static func number(_ form: LexicalForm, _ found: String) -> String {
    let letters = found.lowercased()
    if form == .float || form == .double {
      if ["inf", "+inf", "infinity", "+infinity"].contains(letters) { return "write INF" }
      if ["-inf", "-infinity"].contains(letters) { return "write -INF" }
      if letters == "nan" { return "write NaN" }
    }
    if found.contains(",") { return "write a point before the fraction, and nothing between thousands, as in 1234.5" }
    let isDecimal = withBytes(of: found) { DecimalText($0) != nil }
    if form == .integer, isDecimal { return "write digits only, without a point, as in 12 or -3" }
    let isFloating = withBytes(of: found) { FloatingText.isValid($0) }
    if isFloating { return "write all digits, without exponent, and no INF or NaN" }
    switch form {
    case .integer: return "write digits, perhaps with a sign, as in 12 or -3"
    case .decimal: return "write digits, perhaps with a sign and a point, as in -12.5, and no unit"
    default: return "write a number such as -12.5 or 1.25E3, and no unit"
    }
  }
}
