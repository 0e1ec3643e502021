// What a start tag says, as one reference: a document has few different ones and many elements.

/// An element's expanded name and its attributes. Elements that begin alike share one, so that making an element costs
/// one retain, and an element takes 32 bytes.
package final class StartTag: Sendable {
  package let namespace: String
  package let name: String
  package let attributes: [Element.Attribute]

  package init(_ name: String, in namespace: String, attributes: [Element.Attribute] = []) {
    self.namespace = namespace
    self.name = name
    self.attributes = attributes
  }

  /// The same with other attributes.
  package convenience init(_ other: StartTag, attributes: [Element.Attribute]) {
    self.init(other.name, in: other.namespace, attributes: attributes)
  }
}

extension StartTag: Hashable {
  package static func == (a: StartTag, b: StartTag) -> Bool {
    a === b || a.name == b.name && a.namespace == b.namespace && a.attributes == b.attributes
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(namespace)
    hasher.combine(name)
    hasher.combine(attributes)
  }
}
