// A JSON text as a tree. Numbers stay as they were written: nothing goes through binary floating point.

/// A JSON value with the place where it begins.
package struct JSONNode {
  package enum Value {
    case null
    case bool(Bool)
    /// The token, verbatim.
    case number(String)
    case string(String)
    case array([JSONNode])
    /// In the order of the text; names are unique.
    case object([Member])
  }

  package struct Member {
    package var name: String
    package var offset: Int
    package var node: JSONNode
  }

  package var value: Value
  /// Bytes before it.
  package var offset: Int

  /// For messages: what was found.
  package var kind: String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let token): "the number \(token.prefix(40))"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
