// The primitive types every atomic type comes down to.

/// A primitive type of XML Schema; the raw value is its local name.
///
/// - SeeAlso: XML Schema Part 2, 3.2
public enum Primitive: String, Sendable, Hashable, CaseIterable {
  case string, boolean, decimal, float, double
  case duration, dateTime, time, date, gYearMonth, gYear, gMonthDay, gDay, gMonth
  case hexBinary, base64Binary, anyURI, QName, NOTATION
}

extension Primitive {
  /// Whether length, minLength and maxLength may restrict the type.
  var takesLength: Bool {
    switch self {
    case .string, .hexBinary, .base64Binary, .anyURI, .QName, .NOTATION: true
    default: false
    }
  }

  /// Whether the four bounds may restrict the type.
  var isOrdered: Bool {
    switch self {
    case .decimal, .float, .double, .duration: true
    default: isCalendar
    }
  }

  /// Whether the values are instants or recurring parts of the calendar.
  var isCalendar: Bool {
    switch self {
    case .dateTime, .time, .date, .gYearMonth, .gYear, .gMonthDay, .gDay, .gMonth: true
    default: false
    }
  }

  /// Whether a value needs the prefixes in force where it is written.
  var isQualifiedName: Bool { self == .QName || self == .NOTATION }
}
