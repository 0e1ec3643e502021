// What stops the catalogue.

/// Why a catalogue cannot be read, or a sample cannot be made.
public struct CatalogueError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of error it is; more may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ name: String) { description = name }

    /// Two components have the same id.
    public static let duplicateComponent = Code("duplicateComponent")
    /// No component has this id.
    public static let unknownComponent = Code("unknownComponent")
    /// No profile has this noun.
    public static let unknownNoun = Code("unknownNoun")
    /// The verb does not go with the noun.
    public static let unfitVerb = Code("unfitVerb")
    /// The schema asks for something no example value is known for.
    public static let noSample = Code("noSample")
    /// A text that is no catalogue.
    public static let malformed = Code("malformed")
  }

  public var code: Code
  /// What is wrong, where, and what to do.
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
