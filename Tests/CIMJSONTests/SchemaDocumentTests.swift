// JSON Schemas out of XML schemas; whether validators agree is for scripts/oracle/check-json.
import CIMJSON
import CIMProfiles
import CIMSchema
import Testing

@Suite("JSON Schema documents")
struct SchemaDocumentTests {
  /// A schema, its root's type and what must stand in the JSON Schema, white space apart.
  private func document(_ content: String) throws -> String {
    let schema = try schema(content)
    let document = try #require(JSONSchemaDocument(schema: schema, root: SchemaName("urn:t", "r")))
    return text(document.text()).filter { !$0.isWhitespace }
  }

  private func sequence(_ content: String) -> String {
    "<xs:element name='r'><xs:complexType><xs:sequence>\(content)</xs:sequence></xs:complexType></xs:element>"
  }

  @Test("arrays with their bounds, and what is required")
  func arrays() throws {
    let text = try document(
      sequence(
        "<xs:element name='a' type='xs:string'/><xs:element name='m' type='xs:string' minOccurs='2' maxOccurs='3'/>"))
    #expect(text.contains(#""a":{"type":"string"}"#))
    #expect(text.contains(#""m":{"type":"array","items":{"type":"string"},"minItems":2,"maxItems":3}"#))
    #expect(text.contains(#""required":["a","m"]"#))
    #expect(text.contains(#""additionalProperties":false"#))
    #expect(!text.contains("#items"))
  }

  @Test("a choice is one of its alternatives")
  func choices() throws {
    let ab = "<xs:element name='a' type='xs:string'/><xs:element name='b' type='xs:string'/>"
    #expect(
      try document(sequence("<xs:choice>\(ab)</xs:choice>")).contains(
        #""allOf":[{"oneOf":[{"required":["a"]},{"required":["b"]}]}]"#))
    #expect(
      try document(sequence("<xs:choice minOccurs='0'>\(ab)</xs:choice>")).contains(
        #"{"oneOf":[{"required":["a"]},{"required":["b"]},{"not":{"anyOf":[{"required":["a"]},{"required":["b"]}]}}]}"#)
    )
    #expect(
      try document(sequence("<xs:choice maxOccurs='unbounded'>\(ab)</xs:choice>")).contains(
        ##""if":{"required":["#items"]}"##))
  }

  @Test("values: numbers with bounds, enumerations, patterns that mean the same")
  func values() throws {
    func type(_ base: String, _ facets: String) -> String {
      sequence(
        "<xs:element name='a'><xs:simpleType><xs:restriction base='xs:\(base)'>\(facets)</xs:restriction>"
          + "</xs:simpleType></xs:element>")
    }
    #expect(
      try document(type("integer", "<xs:minInclusive value='1'/><xs:maxExclusive value='9'/>")).contains(
        #""a":{"type":["integer","string"],"pattern":"^[+-]?[0-9]+$","minimum":1,"exclusiveMaximum":9}"#))
    #expect(
      try document(type("string", "<xs:enumeration value='x'/><xs:enumeration value='y'/>")).contains(
        #""a":{"type":"string","enum":["x","y"]}"#))
    #expect(
      try document(type("string", "<xs:pattern value='(a|b)\\d\\-[^x\\-.].^'/>")).contains(
        #""pattern":"^(?:(?:a|b)\\d-[^x\\-.][^\\n\\r]\\^)$""#))
    #expect(try !document(type("string", "<xs:pattern value='\\p{Lu}\\i'/>")).contains("pattern\":\"^(?"))
    #expect(try document(type("dateTime", "")).contains(#""format":"date-time""#))
  }

  @Test("every profile and message has a JSON Schema that our own reader takes for JSON")
  func profiles() throws {
    let library = SchemaLibrary.standard
    var roots = library.nouns.compactMap { noun in library.profile(noun).map { SchemaName($0.namespace, noun) } }
    let messages = ["RequestMessage", "ResponseMessage", "EventMessage", "FaultMessage", "Message"]
    roots += messages.map { SchemaName(SchemaLibrary.envelopeNamespace, $0) }
    for root in roots {
      let schema = try #require(try library.schema(forNamespace: root.namespace))
      let document = try #require(JSONSchemaDocument(schema: schema, root: root))
      let bytes = document.text()
      Dump.write(bytes, as: root.local + ".schema")
      // It is no message, but it must be well-formed to be refused for that.
      let problem = try #require(throws: JSONProblem.self) {
        try JSONMapping(resolver: library).element(from: bytes)
      }
      #expect(problem.code == .noDocument, "\(root.local): \(problem)")
    }
  }
}
