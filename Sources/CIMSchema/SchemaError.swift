// Why a schema set cannot be used.

/// A schema that is wrong or uses something this compiler does not support: named at load time, never passed over.
public struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of trouble: open, so that codes can be added.
  public struct Code: Sendable, Hashable {
    public var rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    public static let unreadable = Code("schema.unreadable")
    public static let notFound = Code("schema.not-found")
    public static let malformed = Code("schema.malformed")
    public static let unresolved = Code("schema.unresolved")
    public static let duplicate = Code("schema.duplicate")
    public static let circular = Code("schema.circular")
    public static let ambiguous = Code("schema.ambiguous")
    public static let unsupported = Code("schema.unsupported")
    public static let tooLarge = Code("schema.too-large")
  }

  public var code: Code
  public var message: String
  /// Path of the file as its source names it.
  public var file: String
  /// From 1; 0 where no line is to blame.
  public var line: Int

  public init(_ code: Code, _ message: String, file: String, line: Int) {
    self.code = code
    self.message = message
    self.file = file
    self.line = line
  }

  public var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}
