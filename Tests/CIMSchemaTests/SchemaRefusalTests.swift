import CIMSchema
import Testing

/// A schema of one file and why it is refused; nil where it is accepted.
struct SchemaCase: Sendable, CustomTestStringConvertible {
  var name: String
  var body: String
  var refusal: SchemaError.Code?
  var testDescription: String { name }

  init(_ name: String, _ refusal: SchemaError.Code?, _ body: String) {
    self.name = name
    self.refusal = refusal
    self.body = body
  }
}

/// Xerces gives the same verdicts, but for bounds (`.tooLarge`) and for xml:lang, which Busbar knows without an import.
/// Bounds that take seconds to reach are tried by scripts/check-limits.
@Suite("XML Schema Part 1: schemas that are refused")
struct SchemaRefusalTests {
  static let cases: [SchemaCase] = [
    SchemaCase("an attribute no schema element has", .malformed, "<xs:annotation ciao='x'/>"),
    SchemaCase(
      "a name on an anonymous type", .malformed, "<xs:element name='r'><xs:complexType name='t'/></xs:element>"),
    SchemaCase(
      "an element straight in a type", .malformed,
      "<xs:complexType name='t'><xs:element name='a'/></xs:complexType>"),
    SchemaCase(
      "attributes before the content model", .malformed,
      "<xs:complexType name='t'><xs:attribute name='a'/><xs:sequence/></xs:complexType>"),
    SchemaCase(
      "anyAttribute before an attribute", .malformed,
      "<xs:complexType name='t'><xs:anyAttribute/><xs:attribute name='a'/></xs:complexType>"),
    SchemaCase(
      "two content models", .malformed,
      "<xs:complexType name='t'><xs:sequence/><xs:sequence/></xs:complexType>"),
    SchemaCase("text between components", .malformed, "oops<xs:element name='r'/>"),
    SchemaCase("an element of another namespace", .malformed, "<x xmlns='urn:x'/>"),
    SchemaCase(
      "anything in appinfo", nil, "<xs:annotation><xs:appinfo>a<x xmlns='urn:x'>b</x></xs:appinfo></xs:annotation>"),
    SchemaCase("a misspelt boolean", .malformed, "<xs:element name='r' nillable='yes'/>"),
    SchemaCase("white space around a boolean", nil, "<xs:element name='r' nillable=' true '/>"),
    SchemaCase("a name that is none", .malformed, "<xs:element name='a:b'/>"),
    SchemaCase("default and fixed at once", .malformed, "<xs:element name='r' type='xs:int' default='1' fixed='1'/>"),
    SchemaCase(
      "a type twice", .malformed,
      "<xs:element name='r' type='xs:int'><xs:simpleType><xs:restriction base='xs:int'/></xs:simpleType></xs:element>"),
    SchemaCase(
      "a reference with a type", .malformed,
      """
      <xs:element name='a'/><xs:complexType name='t'><xs:sequence><xs:element ref='a' type='xs:int'/></xs:sequence>
      </xs:complexType>
      """),
    SchemaCase(
      "a required attribute with a default", .malformed,
      "<xs:complexType name='t'><xs:attribute name='a' default='1' use='required'/></xs:complexType>"),
    SchemaCase(
      "xs:all with an occurrence of 2", .malformed,
      "<xs:complexType name='t'><xs:all maxOccurs='2'><xs:element name='a'/></xs:all></xs:complexType>"),
    SchemaCase(
      "xs:assert, of XML Schema 1.1", .unsupported,
      "<xs:complexType name='t'><xs:sequence/><xs:assert test='true()'/></xs:complexType>"),
    SchemaCase(
      "xs:alternative, of XML Schema 1.1", .unsupported,
      "<xs:element name='r' type='xs:int'><xs:alternative test='@a' type='xs:int'/></xs:element>"),
    SchemaCase(
      "a group that contains itself and that nothing refers to", .circular,
      "<xs:group name='g'><xs:sequence><xs:group ref='g'/></xs:sequence></xs:group>"),
    SchemaCase(
      "attribute groups that contain each other", .circular,
      """
      <xs:attributeGroup name='a'><xs:attributeGroup ref='b'/></xs:attributeGroup>
      <xs:attributeGroup name='b'><xs:attributeGroup ref='a'/></xs:attributeGroup>
      """),
    SchemaCase(
      "an attribute group referred to twice", nil,
      """
      <xs:attributeGroup name='a'><xs:attribute name='x'/></xs:attributeGroup>
      <xs:attributeGroup name='b'><xs:attributeGroup ref='a'/></xs:attributeGroup>
      <xs:complexType name='t'><xs:attributeGroup ref='a'/><xs:attributeGroup ref='b'/></xs:complexType>
      """),
    SchemaCase(
      "attribute groups that double forty times", nil,
      (0..<40).map {
        """
        <xs:attributeGroup name='g\($0)'><xs:attributeGroup ref='g\($0 + 1)'/><xs:attributeGroup ref='g\($0 + 1)'/>
        </xs:attributeGroup>
        """
      }.joined() + "<xs:attributeGroup name='g40'><xs:attribute name='a'/></xs:attributeGroup>"),
    SchemaCase(
      "a pattern that repeats nothing, often", nil,
      """
      <xs:simpleType name='t'><xs:restriction base='xs:string'><xs:pattern value='((((){999}){999}){999}){999}'/>
      </xs:restriction></xs:simpleType>
      """),
    SchemaCase(
      "a chain of types, each derived from the next", .tooLarge,
      (0..<5000).map { "<xs:simpleType name='t\($0)'><xs:restriction base='t\($0 + 1)'/></xs:simpleType>" }.joined()
        + "<xs:simpleType name='t5000'><xs:restriction base='xs:int'/></xs:simpleType>"),
    SchemaCase(
      "a chain of groups, each inside the next", .tooLarge,
      (0..<5000).map { "<xs:group name='g\($0)'><xs:sequence><xs:group ref='g\($0 + 1)'/></xs:sequence></xs:group>" }
        .joined() + "<xs:group name='g5000'><xs:sequence/></xs:group>"),
    SchemaCase("a namespace that is not imported", .unresolved, "<xs:element name='r' type='o:t' xmlns:o='urn:o'/>"),
    SchemaCase(
      "the prefix xml, which needs no declaration", nil,
      "<xs:complexType name='t'><xs:attribute ref='xml:lang'/></xs:complexType>"),
    SchemaCase(
      "an element-only extension of a mixed type", .malformed,
      """
      <xs:complexType name='b' mixed='true'><xs:sequence><xs:element name='a'/></xs:sequence></xs:complexType>
      <xs:complexType name='d'><xs:complexContent><xs:extension base='b'><xs:sequence><xs:element name='c'/>
      </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
      """),
    SchemaCase(
      "complexContent that adds an attribute to simple content", nil,
      """
      <xs:complexType name='b'><xs:simpleContent><xs:extension base='xs:int'/></xs:simpleContent></xs:complexType>
      <xs:complexType name='d'><xs:complexContent><xs:extension base='b'><xs:attribute name='a'/></xs:extension>
      </xs:complexContent></xs:complexType>
      """),
  ]

  private func compile(_ files: [String: String]) throws(SchemaError) -> Schema {
    try SchemaCompiler.compile(["a.xsd"], from: MemorySource(files.mapValues { Array($0.utf8) }))
  }

  @Test("each is refused for its reason, and its neighbours are accepted", arguments: cases)
  func refusal(_ example: SchemaCase) {
    let text = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\(example.body)</xs:schema>"
    var found: SchemaError?
    do throws(SchemaError) { _ = try compile(["a.xsd": text]) } catch { found = error }
    #expect(found?.code == example.refusal, "\(found.map(\.description) ?? "accepted")")
    if let found { #expect(found.line > 0, "an error names its line") }
  }

  @Test("an import says the namespace that the file has")
  func importOfAnother() {
    let xs = "xmlns:xs='http://www.w3.org/2001/XMLSchema'"
    let other = "<xs:schema \(xs) targetNamespace='urn:b'/>"
    for (namespace, isRight) in [("namespace='urn:b'", true), ("namespace='urn:c'", false), ("", false)] {
      let own = "<xs:schema \(xs) targetNamespace='urn:a'><xs:import \(namespace) schemaLocation='b.xsd'/></xs:schema>"
      var found: SchemaError?
      do throws(SchemaError) { _ = try compile(["a.xsd": own, "b.xsd": other]) } catch { found = error }
      #expect((found == nil) == isRight, "\(namespace)")
    }
  }
}
