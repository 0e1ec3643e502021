// Why the schemas of a user cannot be used.
public import CIMSchema

/// Everything that is wrong with the user's schemas; none of them is used then.
public struct SchemaSetError: Error, Sendable, Hashable, CustomStringConvertible {
  /// At least one; one per namespace that does not compile.
  public var errors: [SchemaError]

  public init(_ errors: [SchemaError]) { self.errors = errors }

  /// A line for each error, with file and line, and what to do.
  public var description: String {
    let all = errors.map(\.description).joined(separator: "\n")
    let these = errors.count == 1 ? "this schema" : "these schemas"
    return all + "\nmend \(these), or take the file out of the folder that --schemas names"
  }
}
