// From texts to values: equality and keys.

/// A value of a simple type, to be compared with other values and kept in sets and dictionaries.
public struct ValueKey: Sendable, Hashable {
  let value: Value
}

extension SimpleType {
  /// Whether two valid texts are the same value: `1.0` and `1` for a decimal, but not for a string.
  ///
  /// - Returns: false also when one of them has not the form of the type.
  /// - SeeAlso: XML Schema Part 2, 4.2.1
  public func areEqual(_ a: String, _ b: String, namespaces: any NamespaceContext) -> Bool {
    guard let left = value(of: a, namespaces: namespaces) else { return false }
    return left == value(of: b, namespaces: namespaces)
  }

  /// The value of a valid text, for identity constraints: equal keys are equal values, whatever their types.
  ///
  /// - Returns: nil when the text is not valid.
  public func key(of text: String, namespaces: any NamespaceContext) -> ValueKey? {
    guard check(text, namespaces: namespaces) == nil else { return nil }
    return value(of: text, namespaces: namespaces).map { ValueKey(value: $0) }
  }

  /// The member of a union that accepts `text` first; the type itself when it is no union.
  ///
  /// - Returns: nil when the text is not valid.
  public func member(accepting text: String, namespaces: any NamespaceContext) -> SimpleType? {
    withBytes(of: text) { bytes in
      guard failure(of: bytes, namespaces: namespaces) == nil else { return nil }
      guard case .union(let members) = variety else { return self }
      return members.first { $0.failure(of: bytes, namespaces: namespaces) == nil }
    }
  }

  /// The value of a text that has the form of the type; facets of unions decide between members, others do not count.
  func value(of text: String, namespaces: any NamespaceContext) -> Value? {
    withBytes(of: text) { value(of: $0, namespaces: namespaces) }
  }

  func value(of text: Bytes, namespaces: any NamespaceContext) -> Value? {
    switch variety {
    case .any: return .string(Array(text))
    case .atomic(let primitive):
      return normalized(text).withUnsafeBufferPointer { text in
        form.accepts(text) ? Value(text, primitive: primitive, namespaces: namespaces) : nil
      }
    case .list(let item):
      var values: [Value] = []
      var isValid = true
      text.forEachItem { text in
        guard let value = item.value(of: text, namespaces: namespaces) else {
          isValid = false
          return false
        }
        values.append(value)
        return true
      }
      return isValid ? .list(values) : nil
    case .union(let members):
      return members.first { $0.failure(of: text, namespaces: namespaces) == nil }?
        .value(of: text, namespaces: namespaces)
    }
  }

  /// The text after white space processing.
  func normalized(_ text: Bytes) -> [UInt8] {
    switch whiteSpace {
    case .preserve: Array(text)
    case .replace: text.replaced
    case .collapse: text.collapsed
    }
  }

  /// Whether texts mean something only together with the prefixes in force.
  var needsNamespaces: Bool {
    switch variety {
    case .any: false
    case .atomic(let primitive): primitive.isQualifiedName
    case .list(let item): item.needsNamespaces
    case .union(let members): members.contains(where: \.needsNamespaces)
    }
  }
}
