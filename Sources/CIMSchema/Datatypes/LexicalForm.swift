// The forms a text may take before any facet is looked at.

/// UTF-8 text that is borrowed for the time of a check.
typealias Bytes = UnsafeBufferPointer<UInt8>

/// The lexical form of a type: its primitive, or one of the builtin restrictions that have a form of their own.
enum LexicalForm: UInt8, Sendable {
  case any, list, union
  case string, language, name, ncName, nmtoken
  case boolean, decimal, integer, float, double
  case duration, dateTime, time, date, gYearMonth, gYear, gMonthDay, gDay, gMonth
  case hexBinary, base64Binary, anyURI, qualifiedName

  var isAtomic: Bool { rawValue > LexicalForm.union.rawValue }

  /// Whether a text of this form is valid as soon as it is characters.
  var acceptsAnyText: Bool { self == .string || self == .any }

  /// Whether white space between other characters is no error at once.
  var allowsInnerSpace: Bool { self == .string || self == .anyURI || self == .base64Binary }

  /// Whether equal values are equal texts, so that an enumeration is a table of texts.
  var comparesAsText: Bool {
    switch self {
    case .any, .string, .language, .name, .ncName, .nmtoken, .anyURI: true
    default: false
    }
  }

  init(_ primitive: Primitive) {
    self =
      switch primitive {
      case .string: .string
      case .boolean: .boolean
      case .decimal: .decimal
      case .float: .float
      case .double: .double
      case .duration: .duration
      case .dateTime: .dateTime
      case .time: .time
      case .date: .date
      case .gYearMonth: .gYearMonth
      case .gYear: .gYear
      case .gMonthDay: .gMonthDay
      case .gDay: .gDay
      case .gMonth: .gMonth
      case .hexBinary: .hexBinary
      case .base64Binary: .base64Binary
      case .anyURI: .anyURI
      case .QName, .NOTATION: .qualifiedName
      }
  }
}

extension LexicalForm {
  /// The calendar type of this form, or nil.
  var calendar: Primitive? {
    switch self {
    case .dateTime: .dateTime
    case .time: .time
    case .date: .date
    case .gYearMonth: .gYearMonth
    case .gYear: .gYear
    case .gMonthDay: .gMonthDay
    case .gDay: .gDay
    case .gMonth: .gMonth
    default: nil
    }
  }

  /// Whether `text`, white space already processed, has this form.
  ///
  /// A qualified name is checked for its form only, not for its prefix. Allocates for years, fractions and durations
  /// beyond 18 digits only.
  func accepts(_ text: Bytes) -> Bool {
    switch self {
    case .any, .list, .union, .string: true
    case .language: LanguageTag.isValid(text)
    case .name: NameCharacters.isName(text)
    case .ncName: NameCharacters.isNCName(text)
    case .nmtoken: NameCharacters.isNMTOKEN(text)
    case .boolean: BooleanText.value(of: text) != nil
    case .decimal: DecimalText(text) != nil
    case .integer: DecimalText.isInteger(text)
    case .float, .double: FloatingText.isValid(text)
    case .duration: DurationValue(text) != nil
    case .dateTime, .time, .date, .gYearMonth, .gYear, .gMonthDay, .gDay, .gMonth:
      calendar.map { (try? CalendarValue(text, as: $0)) != nil } ?? false
    case .hexBinary: BinaryText.hexLength(text) != nil
    case .base64Binary: BinaryText.base64Length(text) != nil
    case .anyURI: URIReference.isValid(text)
    case .qualifiedName: NameCharacters.isQualifiedName(text)
    }
  }
}
