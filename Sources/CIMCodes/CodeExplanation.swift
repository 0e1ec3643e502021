/// A code in words: what kind it is, what each part means, and what is odd about it.
///
/// - SeeAlso: IEC 61968-9, Annexes B to F
public struct CodeExplanation: Sendable {
  /// The kinds of code; the raw values are the words in the JSON form.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case readingType, readingQuality, endDeviceEvent, endDeviceControl, replyCode
  }

  /// One part of the code.
  public struct Field: Sendable, Hashable {
    /// Name of the part, e.g. "measuringPeriod".
    public let name: String
    /// Its number; `nil` for `*`.
    public let number: Int?
    /// What the table calls the number, e.g. "fifteenMinute"; "?n" where no table has it.
    public let word: String
    /// What it means, in our words.
    public let meaning: String
    /// Whether a table has the number. Interharmonics and arguments are free numbers and always known.
    public let isKnown: Bool
  }

  /// A line on what follows from the code, e.g. "usability" and "suspect".
  public struct Remark: Sendable, Hashable {
    public let name: String
    public let text: String
  }

  /// The code in its canonical text.
  public let code: String
  /// The text that was given.
  public let input: String
  public let kind: Kind
  /// The long name.
  public let name: String
  /// Every part, in the order of the code.
  public let fields: [Field]
  /// What the rules say; cleaned input comes first.
  public let warnings: [CodeFinding]
  /// OBIS codes, e.g. "1.0.1.8.0.255"; empty where none is known.
  public let obis: [String]
  /// The fields of the Green Button (ESPI) ReadingType; empty where it cannot express the code.
  public let espi: [ESPIField]
  /// What follows from the code: usability of a quality, partners of an event, whether a request may be repeated.
  public let remarks: [Remark]

  /// Whether every part has a number that a table knows.
  public var isFullyKnown: Bool { fields.allSatisfy(\.isKnown) }
}
