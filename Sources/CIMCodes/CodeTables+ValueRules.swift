// What form a value has by its reading type, and whether a text has it.
import CIMModel

/// The form of a value.
public enum ValueForm: String, Sendable, Hashable {
  /// An XML Schema decimal.
  case decimal
  /// ISO 8601 date and time.
  case timestamp
  /// Free text: identifiers and encoded values.
  case text
}

extension CodeTables {
  /// The form values of a reading type have: text for identifiers and codes, ISO 8601 for timestamps, decimal else.
  ///
  /// - SeeAlso: IEC 61968-9, Tables C.10 and C.22
  public func valueForm(of type: ReadingType) -> ValueForm {
    if type.unit == 108 { return .timestamp }
    if type.unit == 114 || type.unit == 118 || ReadingTypeRule.isIdentifier(type.measurementKind) { return .text }
    if [7, 165].contains(type.measurementKind), type.unit == 0 { return .timestamp }
    return .decimal
  }

  /// Checks the text of a value against its reading type.
  ///
  /// - Returns: `reject` findings where the text has not the form, `warn` and `note` for odd values; empty where well.
  public func checkValue(_ value: String, of type: ReadingType) -> [CodeFinding] {
    let clause = "IEC 61968-9, Annex C"
    switch valueForm(of: type) {
    case .text:
      return value.isEmpty
        ? [CodeFinding(.warn, "value.empty", clause, "the value of \(longName(of: type)) is empty", field: "value")]
        : []
    case .timestamp:
      guard let hasZone = ISO8601Text.check(value) else {
        return [
          CodeFinding(
            .reject, "value.timestamp", clause,
            "\(CodeError.quote(value)) is no ISO 8601 date and time, as \(longName(of: type)) needs", field: "value")
        ]
      }
      return hasZone
        ? []
        : [
          CodeFinding(
            .warn, "value.timestampZone", clause, "\(CodeError.quote(value)) has no time zone", field: "value")
        ]
    case .decimal: break
    }
    let number: ExactDecimal
    do throws(CodeError) {
      number = try ExactDecimal(value: value)
    } catch {
      return [
        CodeFinding(
          .reject, "value.decimal", clause, "\(error.message), as \(longName(of: type)) needs", field: "value")
      ]
    }
    return signFindings(of: number, value, type)
  }

  private func signFindings(of number: ExactDecimal, _ value: String, _ type: ReadingType) -> [CodeFinding] {
    guard number.isNegative else { return [] }
    let clause = "IEC 61968-9, Table C.7"
    if ReadingTypeRule.powerFactors.contains(type.measurementKind), [2, 3].contains(type.flowDirection) {
      return [
        CodeFinding(
          .warn, "value.powerFactorSign", clause,
          "\(value) is negative; lagging or leading takes the place of the sign, a signed power factor has flow 0",
          field: "value", suggestion: type.with(.flowDirection, 0).description)
      ]
    }
    if type.flowDirection == 19 {
      return [
        CodeFinding(
          .warn, "value.reverseSign", clause, "\(value) is negative; reverse flow counts positive", field: "value")
      ]
    }
    if [1, 9, 13].contains(type.accumulation), type.measurementKind == 12, type.flowDirection != 4 {
      return [
        CodeFinding(.warn, "value.dialSign", clause, "\(value) is negative; a dial shows no sign", field: "value")
      ]
    }
    return []
  }
}

enum ISO8601Text {
  /// Checks a date and time in the extended form of XML Schema, e.g. "2026-03-29T02:00:00+02:00", or a date alone.
  ///
  /// - Returns: whether it has a time zone; `nil` where the text is none.
  static func check(_ text: String) -> Bool? {
    guard text.utf8.count <= 64 else { return nil }
    var bytes = Array(text.utf8)[...]

    func number(_ count: Int) -> Int? {
      guard bytes.count >= count else { return nil }
      var value = 0
      for byte in bytes.prefix(count) {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      bytes = bytes.dropFirst(count)
      return value
    }
    func take(_ character: Unicode.Scalar) -> Bool {
      guard bytes.first == UInt8(ascii: character) else { return false }
      bytes = bytes.dropFirst()
      return true
    }

    guard let year = number(4), take("-"), let month = number(2), (1...12).contains(month), take("-"),
      let day = number(2)
    else { return nil }
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    guard (1...days).contains(day) else { return nil }
    if bytes.isEmpty { return false }
    guard take("T"), let hour = number(2), take(":"), let minute = number(2), minute < 60 else { return nil }
    var second = 0
    if take(":") {
      guard let value = number(2), value < 60 else { return nil }
      second = value
      if take(".") {
        guard number(1) != nil else { return nil }
        while number(1) != nil {}
      }
    }
    guard hour < 24 || (hour == 24 && minute == 0 && second == 0) else { return nil }
    if bytes.isEmpty { return false }
    if take("Z") { return bytes.isEmpty ? true : nil }
    guard take("+") || take("-"), let zoneHour = number(2), zoneHour <= 14, take(":"), let zoneMinute = number(2),
      zoneMinute < 60, bytes.isEmpty
    else { return nil }
    return true
  }
}
