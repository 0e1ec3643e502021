import CIMSchema
import Testing

@Suite("XML Schema Part 1, 4.2.2: redefine")
struct SchemaRedefineTests {
  static let base = """
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
    <xs:simpleType name="S"><xs:restriction base="xs:string"><xs:maxLength value="5"/></xs:restriction></xs:simpleType>
    <xs:complexType name="C"><xs:sequence><xs:element name="a" type="S"/></xs:sequence></xs:complexType>
    <xs:complexType name="D"><xs:complexContent><xs:extension base="C"><xs:sequence><xs:element name="d"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
    <xs:group name="G"><xs:sequence><xs:element name="g" type="S"/></xs:sequence></xs:group>
    <xs:attributeGroup name="A"><xs:attribute name="p" type="S"/><xs:attribute name="q" type="S"/></xs:attributeGroup>
    <xs:element name="r"><xs:complexType><xs:sequence><xs:group ref="G"/><xs:element name="d" type="D" minOccurs="0"/></xs:sequence>
    <xs:attributeGroup ref="A"/></xs:complexType></xs:element></xs:schema>
    """
  static let simple =
    "<xs:simpleType name='S'><xs:restriction base='S'><xs:enumeration value='ab'/></xs:restriction></xs:simpleType>"
  static let complex = """
    <xs:complexType name='C'><xs:complexContent><xs:extension base='C'><xs:sequence><xs:element name='b'/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
    """
  static let group =
    "<xs:group name='G'><xs:sequence><xs:group ref='G'/><xs:element name='h'/></xs:sequence></xs:group>"
  static let attributes =
    "<xs:attributeGroup name='A'><xs:attributeGroup ref='A'/><xs:attribute name='z'/></xs:attributeGroup>"
  static let fewer = "<xs:attributeGroup name='A'><xs:attribute name='p' use='required'/></xs:attributeGroup>"

  static let cases: [Case] = [
    Case(
      name: "nothing redefined", schema: "", valid: ["<r xmlns='urn:t' p='x'><g>x</g></r>"],
      invalid: [("<r xmlns='urn:t'><g>abcdef</g></r>", "cvc-maxLength-valid")]),
    Case(
      name: "a simple type", schema: simple, valid: ["<r xmlns='urn:t' p='ab'><g>ab</g></r>"],
      invalid: [
        ("<r xmlns='urn:t'><g>x</g></r>", "cvc-enumeration-valid"),
        ("<r xmlns='urn:t' q='x'><g>ab</g></r>", "cvc-enumeration-valid"),
      ]),
    Case(
      name: "a complex type, and what is derived from it", schema: complex,
      valid: ["<r xmlns='urn:t'><g/><d><a/><b/><d/></d></r>"],
      invalid: [("<r xmlns='urn:t'><g/><d><a/><d/></d></r>", "cvc-complex-type.2.4.a")]),
    Case(
      name: "a group", schema: group, valid: ["<r xmlns='urn:t'><g/><h/></r>"],
      invalid: [("<r xmlns='urn:t'><g/></r>", "cvc-complex-type.2.4.b")]),
    Case(
      name: "an attribute group that grows", schema: attributes, valid: ["<r xmlns='urn:t' p='1' q='2' z='3'><g/></r>"],
      invalid: [("<r xmlns='urn:t' y='3'><g/></r>", "cvc-complex-type.3.2.2")]),
    Case(
      name: "an attribute group that shrinks", schema: fewer, valid: ["<r xmlns='urn:t' p='1'><g/></r>"],
      invalid: [
        ("<r xmlns='urn:t'><g/></r>", "cvc-complex-type.4"),
        ("<r xmlns='urn:t' p='1' q='1'><g/></r>", "cvc-complex-type.3.2.2"),
      ]),
  ]

  @Test("the new definition counts everywhere, also in the redefined file", arguments: cases)
  func redefinitions(_ sample: Case) throws {
    let redefine = "<xs:redefine schemaLocation='base.xsd'>\(sample.schema)</xs:redefine>"
    let schema = try compile(redefine, ["base.xsd": Self.base])
    for instance in sample.valid { #expect(rules(instance, schema) == [], "\(instance)") }
    for (instance, rule) in sample.invalid { #expect(rules(instance, schema).first == rule, "\(instance)") }
    #expect(schema.namedComplexTypes.keys.map(\.local).sorted() == ["C", "D"])
  }

  @Test("a redefinition can be redefined by whoever includes it")
  func chain() throws {
    let middle = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:redefine schemaLocation="base.xsd">
      <xs:simpleType name='S'><xs:restriction base='S'><xs:minLength value='2'/></xs:restriction></xs:simpleType></xs:redefine></xs:schema>
      """
    let schema = try compile(
      "<xs:redefine schemaLocation='middle.xsd'>\(Self.simple)</xs:redefine>",
      ["base.xsd": Self.base, "middle.xsd": middle])
    #expect(rules("<r xmlns='urn:t'><g>ab</g></r>", schema) == [])
    #expect(rules("<r xmlns='urn:t'><g>a</g></r>", schema).count == 1)
  }

  @Test(
    "what cannot be redefined is named at load time, with its line",
    arguments: [
      ("<xs:simpleType name='S'><xs:restriction base='xs:string'/></xs:simpleType>", "schema.malformed"),
      ("<xs:complexType name='C'><xs:sequence/></xs:complexType>", "schema.malformed"),
      ("<xs:simpleType name='N'><xs:restriction base='N'/></xs:simpleType>", "schema.unresolved"),
      (
        "<xs:group name='G'><xs:sequence><xs:group ref='G'/><xs:group ref='G'/></xs:sequence></xs:group>",
        "schema.malformed"
      ),
      (
        "<xs:group name='G'><xs:sequence><xs:group ref='G' maxOccurs='2'/></xs:sequence></xs:group>", "schema.malformed"
      ),
      ("<xs:element name='r'/>", "schema.malformed"),
      (simple + "</xs:redefine><xs:redefine schemaLocation='base.xsd'>" + simple, "schema.duplicate"),
    ])
  func schemaErrors(_ body: String, _ code: String) {
    let error = #expect(throws: SchemaError.self) {
      try compile("<xs:redefine schemaLocation='base.xsd'>\(body)</xs:redefine>", ["base.xsd": Self.base])
    }
    #expect(error?.code.rawValue == code)
    #expect(error?.line ?? 0 > 0)
  }

  @Test("what is redefined cannot be defined again beside it")
  func definedAgain() {
    let error = #expect(throws: SchemaError.self) {
      try compile(
        """
        <xs:redefine schemaLocation='base.xsd'>\(Self.simple)</xs:redefine><xs:include schemaLocation='base.xsd'/>
        \(Self.simple)
        """, ["base.xsd": Self.base])
    }
    #expect(error?.code == .duplicate)
  }
}
