// The attributes of a tree's elements.
package import CIMModel
package import XMLPull

extension XMLReader {
  /// The attributes of the start tag that was read last, as a tree has them: without declarations of namespaces.
  package var elementAttributes: [Element.Attribute] {
    var attributes: [Element.Attribute] = []
    for i in 0..<attributeCount where !attributeIsDeclaration(i) {
      let namespace = attributeNamespace(i)
      let local = String(decoding: attributeLocalName(i), as: UTF8.self)
      // Where a sender keeps its schemas is its own affair, and nothing is ever fetched from there.
      if namespace == NamespaceTable.xsi && local.hasSuffix("chemaLocation") { continue }
      attributes.append(
        Element.Attribute(
          namespace: namespaces.names[Int(namespace)], name: local,
          value: String(decoding: attributeValue(i), as: UTF8.self)))
    }
    return attributes
  }
}
