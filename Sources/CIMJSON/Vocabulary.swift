// The names in JSON that are no names of elements: none of them can be one, as XML names begin with a letter or "_".
import CIMModel
import XMLPull

/// Property names with a meaning of their own.
enum Vocabulary {
  /// Namespace of the element that the other member names.
  static let namespace = "$namespace"
  /// Text of an element that is written as an object.
  static let text = "#text"
  /// Elements that no declaration names, as documents: an array.
  static let any = "#any"
  /// All child elements in document order: an array of objects with one member each.
  static let items = "#items"

  static let xsi = "http://www.w3.org/2001/XMLSchema-instance"
  static let xml = "http://www.w3.org/XML/1998/namespace"

  /// "@ref", "@xsi:type", "@xml:lang", "@{namespace}name".
  static func key(ofAttribute namespace: String, _ name: String) -> String {
    switch namespace {
    case "": "@" + name
    case xsi: "@xsi:" + name
    case xml: "@xml:" + name
    default: "@{\(namespace)}\(name)"
    }
  }

  /// Namespace and local name of a property that begins with "@"; nil where it is no attribute's name.
  static func attribute(ofKey key: String) -> (namespace: String, name: String)? {
    var rest = key.dropFirst()
    var namespace = ""
    if rest.first == "{" {
      guard let end = rest.lastIndex(of: "}") else { return nil }
      namespace = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
      // Nothing can be declared for the namespace of declarations.
      if namespace.isEmpty || namespace == "http://www.w3.org/2000/xmlns/" { return nil }
    } else if rest.hasPrefix("xsi:") {
      namespace = xsi
      rest = rest.dropFirst(4)
    } else if rest.hasPrefix("xml:") {
      namespace = xml
      rest = rest.dropFirst(4)
    }
    guard XMLCharacters.isNCName(rest), !(namespace.isEmpty && rest == "xmlns") else { return nil }
    return (namespace, String(rest))
  }

  static func isType(_ attribute: Element.Attribute) -> Bool { attribute.namespace == xsi && attribute.name == "type" }
  static func isNil(_ attribute: Element.Attribute) -> Bool { attribute.namespace == xsi && attribute.name == "nil" }
}
