// What a decoded message is: a tree of named elements in document order. Decoding, encoding, diff and equality are
// written once over this tree and the schema tables; typed views read and write it by the CIM's own names.

/// One element of a message: its expanded name, its attributes, and either text or child elements.
///
/// Elements are values: a copy shares its children until one of the two is changed.
public struct Element: Sendable, Hashable {
  /// Shared by the elements that a decoder makes of like start tags.
  private var tag: StartTag
  /// Namespace URI, empty for none.
  public var namespace: String {
    get { tag.namespace }
    set { tag = StartTag(name, in: newValue, attributes: attributes) }
  }
  /// Local name as the profile spells it, e.g. "MeterReading" or "mRID".
  public var name: String {
    get { tag.name }
    set { tag = StartTag(newValue, in: namespace, attributes: attributes) }
  }
  /// Attributes in document order, without namespace declarations.
  public var attributes: [Attribute] {
    get { tag.attributes }
    set { tag = StartTag(tag, attributes: newValue) }
  }
  /// The text of an element with simple content, as it stands on the wire after white space processing; empty otherwise.
  public var text: String
  /// Child elements in document order; empty for simple content.
  public var children: [Element]

  /// An attribute: expanded name and value.
  public struct Attribute: Sendable, Hashable {
    public var namespace: String
    public var name: String
    public var value: String

    public init(namespace: String = "", name: String, value: String) {
      self.namespace = namespace
      self.name = name
      self.value = value
    }
  }

  public init(
    _ name: String, in namespace: String, attributes: [Attribute] = [], text: String = "", children: [Element] = []
  ) {
    self.init(StartTag(name, in: namespace, attributes: attributes), text: text, children: children)
  }

  /// An element that shares its name and attributes with others.
  package init(_ tag: StartTag, text: String, children: [Element]) {
    self.tag = tag
    self.text = text
    self.children = children
  }

  /// The first child of this local name, or nil.
  public subscript(name: String) -> Element? {
    for child in children where child.name == name { return child }
    return nil
  }

  /// All children of this local name, in document order.
  public func all(_ name: String) -> [Element] { children.filter { $0.name == name } }

  /// The element reached by following first children of these names; nil where one is absent.
  public func at(_ path: String...) -> Element? {
    var here: Element? = self
    for step in path { here = here?[step] }
    return here
  }

  /// The text of the first child of this name, or nil where it is absent.
  public func text(_ name: String) -> String? { self[name]?.text }

  /// The value of an attribute without namespace, e.g. the `ref` of a ReadingType reference.
  public func attribute(_ name: String) -> String? {
    for attribute in attributes where attribute.name == name && attribute.namespace.isEmpty { return attribute.value }
    return nil
  }
}

extension Element {
  /// A leaf in the same namespace as this element.
  public mutating func append(_ name: String, _ text: String) {
    children.append(Element(name, in: namespace, text: text))
  }

  /// A leaf in the same namespace, left out when the value is nil: how optional properties are written.
  public mutating func append(_ name: String, _ text: String?) {
    if let text { append(name, text) }
  }

  /// A child in the same namespace whose content is built by `body`.
  public mutating func append(_ name: String, _ body: (inout Element) -> Void) {
    var child = Element(name, in: namespace)
    body(&child)
    children.append(child)
  }

  /// An empty child that names another object by its `ref` attribute, as the profiles do for ReadingType and its kin.
  public mutating func append(_ name: String, ref: String) {
    children.append(Element(name, in: namespace, attributes: [Attribute(name: "ref", value: ref)]))
  }
}
