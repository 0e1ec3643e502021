// What is wrong with a configuration file, and where.

/// Why a configuration could not be read: an open code, and every problem that was found, in the order of the file.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  /// What kind of error it is. Codes may be added: compare, do not switch over all.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ name: String) { description = name }

    /// The file, or one that it names, cannot be read.
    public static let unreadable = Code("unreadable")
    /// The file is no YAML.
    public static let syntax = Code("syntax")
    /// Keys that nobody knows, values of the wrong type, values that cannot be.
    public static let invalid = Code("invalid")
    /// The file cannot be written, or not without spoiling it.
    public static let notWritable = Code("notWritable")
  }

  /// One thing that is wrong.
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    /// From 1; nil where the problem is not at one place.
    public var line: Int?
    /// From 1, in Unicode scalars.
    public var column: Int?
    /// What is wrong and what to do.
    public var message: String

    public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
      self.file = file
      self.line = line
      self.column = column
      self.message = message
    }

    /// `busbar.yaml:12:5: …`
    public var description: String {
      let place = [line, column].compactMap { $0 }.map { ":\($0)" }.joined()
      return "\(file)\(place): \(message)"
    }
  }

  public var code: Code
  public var problems: [Problem]

  public init(_ code: Code, _ problems: [Problem]) {
    self.code = code
    self.problems = problems
  }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
