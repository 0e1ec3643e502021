// Namespace names, numbered, and the prefixes bound to them.

/// The namespaces a document has named so far, and the bindings in scope.
public struct NamespaceTable: Sendable {
  /// A namespace's number within one reader.
  public typealias ID = Int32

  /// No namespace.
  public static let none: ID = 0
  /// "http://www.w3.org/XML/1998/namespace"
  public static let xml: ID = 1
  /// "http://www.w3.org/2001/XMLSchema-instance"
  public static let xsi: ID = 2

  public private(set) var names: [String] = [
    "", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2001/XMLSchema-instance",
  ]

  struct Binding: Sendable {
    var prefix: [UInt8]
    var namespace: ID
  }

  var bindings: [Binding] = []
  /// Rises whenever the bindings in scope change, so that what was resolved before can be kept.
  public internal(set) var epoch = 0

  /// The number of a namespace name, given one if it is new.
  mutating func id(of name: String) -> ID {
    if let known = names.firstIndex(of: name) { return ID(known) }
    names.append(name)
    return ID(names.count - 1)
  }

  mutating func bind(_ prefix: some Collection<UInt8>, to namespace: ID) {
    bindings.append(Binding(prefix: Array(prefix), namespace: namespace))
    epoch += 1
  }

  mutating func truncate(to count: Int) {
    if bindings.count > count {
      bindings.removeLast(bindings.count - count)
      epoch += 1
    }
  }

  /// The namespace a prefix is bound to; nil where it is unbound. The empty prefix is `none` unless declared.
  func lookUp(_ prefix: UnsafeBufferPointer<UInt8>) -> ID? {
    var i = bindings.count
    while i > 0 {
      i -= 1
      let bound = bindings[i].prefix
      if bound.count == prefix.count {
        var same = true
        for k in 0..<prefix.count where bound[k] != prefix[k] {
          same = false
          break
        }
        if same { return bindings[i].namespace }
      }
    }
    if prefix.isEmpty { return Self.none }
    if prefix.count == 3 && prefix[0] == 0x78 && prefix[1] == 0x6D && prefix[2] == 0x6C { return Self.xml }
    return nil
  }

  /// The namespace of a prefix written as text, for QNames in content.
  public func namespace(ofPrefix prefix: some StringProtocol) -> ID? {
    let bytes = Array(prefix.utf8)
    return bytes.withUnsafeBufferPointer { lookUp($0) }
  }
}
