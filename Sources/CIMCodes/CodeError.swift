/// What stops a code, a table or a value from being read: which part is at fault, and why.
///
/// - SeeAlso: IEC 61968-9, Annexes B to F
public struct CodeError: Error, Sendable, CustomStringConvertible {
  /// The kind of fault; an open set, codes may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    /// There is no text.
    public static let empty = Code("empty")
    /// The text is longer than any code can be.
    public static let tooLong = Code("tooLong")
    /// The number of parts belongs to no code, or not to this kind of code.
    public static let partCount = Code("partCount")
    /// A part between two dots is empty.
    public static let emptyPart = Code("emptyPart")
    /// A character that is no ASCII digit, e.g. a letter, a blank or a digit of another script.
    public static let notADigit = Code("notADigit")
    /// A sign where none is allowed.
    public static let sign = Code("sign")
    /// A number that does not fit the part.
    public static let overflow = Code("overflow")
    /// An eleven-part code of edition 1 without a translation.
    public static let edition1 = Code("edition1")
    /// A table or a row that is not there.
    public static let unknownTable = Code("unknownTable")
    /// A CSV text that cannot be read.
    public static let malformedTable = Code("malformedTable")
    /// A value that is no decimal number.
    public static let malformedValue = Code("malformedValue")
    /// A conversion that the two reading types do not allow.
    public static let notConvertible = Code("notConvertible")
    /// A result that no finite decimal number expresses.
    public static let inexact = Code("inexact")
    /// A table of interned codes that is full.
    public static let full = Code("full")
    /// A pattern that cannot be read.
    public static let malformedPattern = Code("malformedPattern")
  }

  /// The kind of fault.
  public let code: Code
  /// A plain sentence with the value at fault.
  public let message: String
  /// The part at fault in the words of the standard, e.g. "measuringPeriod"; `nil` where the fault is in no one part.
  public let field: String?
  /// What led to this error.
  public let cause: (any Error)?

  init(_ code: Code, _ message: String, field: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.field = field
    self.cause = cause
  }

  public var description: String { message }

  /// The text in quotes, cut to 40 characters, with control characters spelled out, for use in a message.
  static func quote(_ text: some StringProtocol) -> String {
    var out = "\""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == 40 {
        out += "…"
        break
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator:
        out += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: out.unicodeScalars.append(scalar)
      }
      count += 1
    }
    return out + "\""
  }
}
