import CIMCodec
import CIMModel
import CIMSchema
import Testing

/// Resolves the global elements of one compiled schema.
struct OneSchema: SchemaResolver {
  let schema: Schema
  func resolve(_ name: SchemaName) -> ResolvedElement? {
    schema.globalElements[name].map { ResolvedElement(schema: schema, element: $0, isProfile: false) }
  }
}

func compile(_ body: String, _ more: [String: String] = [:], attributes: String = "") throws -> Schema {
  let text = """
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t"
      elementFormDefault="qualified" \(attributes)>\(body)</xs:schema>
    """
  return try SchemaCompiler.compile(
    ["t.xsd"], from: MemorySource(["t.xsd": Array(text.utf8)].merging(more.mapValues { Array($0.utf8) }) { a, _ in a }))
}

/// The rules an instance breaks.
func rules(_ instance: String, _ schema: Schema) -> [String] {
  let document = DocumentDecoder.decode(Array(instance.utf8), resolver: OneSchema(schema: schema))
  return document.findings.map(\.violation.rule)
}

struct Case: Sendable, CustomTestStringConvertible {
  var name: String
  var schema: String
  var valid: [String]
  var invalid: [(instance: String, rule: String)]
  var testDescription: String { name }
}

@Suite("XML Schema Part 1: structures")
struct SchemaFeatureTests {
  static let x = "xmlns='urn:t' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"

  static let cases: [Case] = [
    Case(
      name: "sequence with bounds",
      schema: """
        <xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int" minOccurs="2" maxOccurs="3"/>
        <xs:element name="b" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
        """,
      valid: ["<r \(x)><a>1</a><a>2</a></r>", "<r \(x)><a>1</a><a>2</a><a>3</a><b/></r>"],
      invalid: [
        ("<r \(x)><a>1</a></r>", "cvc-complex-type.2.4.b"), ("<r \(x)><a>1</a><b/></r>", "cvc-complex-type.2.4.a"),
        ("<r \(x)><a>1</a><a>2</a><a>3</a><a>4</a></r>", "cvc-complex-type.2.4.a"),
        ("<r \(x)><a>x</a><a>2</a></r>", "cvc-datatype-valid.1.2.1"),
      ]),
    Case(
      name: "choice, repeated",
      schema: """
        <xs:element name="r"><xs:complexType><xs:choice minOccurs="1" maxOccurs="unbounded"><xs:element name="a"/>
        <xs:element name="b"/></xs:choice></xs:complexType></xs:element>
        """,
      valid: ["<r \(x)><a/><b/><a/></r>"],
      invalid: [("<r \(x)/>", "cvc-complex-type.2.4.b"), ("<r \(x)><c/></r>", "cvc-complex-type.2.4.a")]),
    Case(
      name: "a repeated group of optional parts",
      schema: """
        <xs:element name="r"><xs:complexType><xs:sequence minOccurs="0" maxOccurs="3"><xs:element name="a" minOccurs="0"/>
        <xs:element name="b" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
        """,
      valid: ["<r \(x)/>", "<r \(x)><a/><b/><a/><b/><a/><b/></r>", "<r \(x)><b/><b/><b/></r>"],
      invalid: [("<r \(x)><b/><b/><b/><b/></r>", "cvc-complex-type.2.4.d")]),
    Case(
      name: "all",
      schema: """
        <xs:element name="r"><xs:complexType><xs:all><xs:element name="a"/><xs:element name="b" minOccurs="0"/></xs:all>
        </xs:complexType></xs:element>
        """,
      valid: ["<r \(x)><a/></r>", "<r \(x)><b/><a/></r>"],
      invalid: [("<r \(x)><b/></r>", "cvc-complex-type.2.4.b"), ("<r \(x)><a/><a/></r>", "cvc-complex-type.2.4.d")]),
    Case(
      name: "groups and attribute groups",
      schema: """
        <xs:group name="g"><xs:sequence><xs:element name="a"/></xs:sequence></xs:group>
        <xs:attributeGroup name="ag"><xs:attribute name="n" type="xs:int" use="required"/></xs:attributeGroup>
        <xs:element name="r"><xs:complexType><xs:group ref="g" maxOccurs="2"/><xs:attributeGroup ref="ag"/></xs:complexType></xs:element>
        """,
      valid: ["<r n='1' \(x)><a/><a/></r>"],
      invalid: [
        ("<r \(x)><a/></r>", "cvc-complex-type.4"), ("<r n='x' \(x)><a/></r>", "cvc-datatype-valid.1.2.1"),
        ("<r n='1' m='2' \(x)><a/></r>", "cvc-complex-type.3.2.2"),
      ]),
    Case(
      name: "extension, restriction and xsi:type",
      schema: """
        <xs:complexType name="B"><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>
        <xs:complexType name="D"><xs:complexContent><xs:extension base="B"><xs:sequence><xs:element name="b"/></xs:sequence>
        <xs:attribute name="k"/></xs:extension></xs:complexContent></xs:complexType>
        <xs:complexType name="X"><xs:sequence/></xs:complexType>
        <xs:complexType name="A" abstract="true"><xs:complexContent><xs:extension base="B"/></xs:complexContent></xs:complexType>
        <xs:element name="r" type="B"/><xs:element name="noext" type="B" block="extension"/>
        """,
      valid: ["<r \(x)><a/></r>", "<r xsi:type='D' k='1' \(x)><a/><b/></r>"],
      invalid: [
        ("<r xsi:type='D' \(x)><a/></r>", "cvc-complex-type.2.4.b"), ("<r xsi:type='X' \(x)/>", "cvc-elt.4.3"),
        ("<r xsi:type='Q' \(x)><a/></r>", "cvc-elt.4.2"), ("<r xsi:type='p:D' \(x)><a/></r>", "cvc-elt.4.1"),
        ("<noext xsi:type='D' \(x)><a/></noext>", "cvc-elt.4.3"), ("<r xsi:type='A' \(x)><a/></r>", "cvc-type.2"),
      ]),
    Case(
      name: "simple content",
      schema: """
        <xs:complexType name="Q"><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="unit" fixed="kWh"/></xs:extension>
        </xs:simpleContent></xs:complexType>
        <xs:complexType name="P"><xs:simpleContent><xs:restriction base="Q"><xs:minInclusive value="0"/></xs:restriction></xs:simpleContent></xs:complexType>
        <xs:element name="q" type="Q"/><xs:element name="p" type="P"/>
        """,
      valid: ["<q unit='kWh' \(x)>-1.5</q>", "<p \(x)>0</p>"],
      invalid: [
        ("<q unit='MWh' \(x)>1</q>", "cvc-attribute.4"), ("<q \(x)>one</q>", "cvc-datatype-valid.1.2.1"),
        ("<p \(x)>-1</p>", "cvc-minInclusive-valid"), ("<q \(x)><z/></q>", "cvc-complex-type.2.2"),
      ]),
    Case(
      name: "substitution groups",
      schema: """
        <xs:element name="head" type="xs:string" abstract="true"/><xs:element name="one" substitutionGroup="head"/>
        <xs:element name="two" substitutionGroup="one"/>
        <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
        """,
      valid: ["<r \(x)><one/><two/></r>"],
      invalid: [("<r \(x)><head/></r>", "cvc-complex-type.2.4.a"), ("<head \(x)/>", "cvc-elt.2")]),
    Case(
      name: "wildcards",
      schema: """
        <xs:element name="k" type="xs:int"/>
        <xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a"/><xs:any namespace="##other" processContents="lax" minOccurs="0"/>
        </xs:sequence><xs:anyAttribute namespace="##other" processContents="skip"/></xs:complexType></xs:element>
        <xs:element name="s"><xs:complexType><xs:sequence><xs:any namespace="##targetNamespace" processContents="strict"/></xs:sequence></xs:complexType></xs:element>
        """,
      valid: [
        "<r \(x)><a/><z xmlns='urn:z'><y/></z></r>", "<r \(x) p:q='1' xmlns:p='urn:p'><a/></r>", "<s \(x)><k>1</k></s>",
      ],
      invalid: [
        ("<r \(x)><a/><k>1</k></r>", "cvc-complex-type.2.4.a"),
        ("<r \(x)><a/><z xmlns=''/></r>", "cvc-complex-type.2.4.a"),
        ("<s \(x)><k>x</k></s>", "cvc-datatype-valid.1.2.1"), ("<s \(x)><u/></s>", "cvc-complex-type.2.4.c"),
        ("<r \(x) q='1'><a/></r>", "cvc-complex-type.3.2.2"),
      ]),
    Case(
      name: "nillable, default and fixed",
      schema: """
        <xs:element name="n" type="xs:int" nillable="true"/><xs:element name="d" type="xs:int" default="5"/>
        <xs:element name="f" type="xs:decimal" fixed="1.50"/>
        """,
      valid: ["<n xsi:nil='true' \(x)/>", "<d \(x)/>", "<f \(x)>1.5</f>", "<f \(x)/>"],
      invalid: [
        ("<n \(x)/>", "cvc-datatype-valid.1.2.1"), ("<n xsi:nil='1' \(x)>5</n>", "cvc-elt.3.2.1"),
        ("<d xsi:nil='true' \(x)/>", "cvc-elt.3.1"),
        ("<f \(x)>2</f>", "cvc-elt.5.2.2.2.2"),
      ]),
    Case(
      name: "mixed and empty content",
      schema: """
        <xs:element name="m"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
        <xs:element name="e"><xs:complexType><xs:attribute name="ref"/></xs:complexType></xs:element>
        """,
      valid: ["<m \(x)>a<b/>c</m>", "<e ref='1' \(x)/>", "<e \(x)></e>", "<e \(x)><!-- c --></e>"],
      invalid: [
        ("<e \(x)>t</e>", "cvc-complex-type.2.1"), ("<e \(x)> </e>", "cvc-complex-type.2.1"),
        ("<e \(x)><b/></e>", "cvc-complex-type.2.1"),
      ]),
    Case(
      name: "identifiers",
      schema: """
        <xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" maxOccurs="unbounded"><xs:complexType>
        <xs:attribute name="id" type="xs:ID"/><xs:attribute name="to" type="xs:IDREF"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
        """,
      valid: ["<r \(x)><a to='q'/><a id='q'/></r>"],
      invalid: [("<r \(x)><a id='q'/><a id='q'/></r>", "cvc-id.2"), ("<r \(x)><a to='w'/></r>", "cvc-id.1")]),
  ]

  @Test("valid instances pass, and each invalid one breaks its rule", arguments: cases)
  func structures(_ sample: Case) throws {
    let schema = try compile(sample.schema)
    for instance in sample.valid { #expect(rules(instance, schema) == [], "\(instance)") }
    for (instance, rule) in sample.invalid { #expect(rules(instance, schema).first == rule, "\(instance)") }
  }

  @Test("an included file without namespace takes that of whoever includes it")
  func chameleon() throws {
    let common = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"><xs:complexType name="C"><xs:sequence>
      <xs:element name="a" type="S"/></xs:sequence></xs:complexType><xs:simpleType name="S"><xs:restriction base="xs:string">
      <xs:enumeration value="x"/></xs:restriction></xs:simpleType></xs:schema>
      """
    let schema = try compile(
      "<xs:include schemaLocation='sub/../c.xsd'/><xs:element name='r' type='C'/>", ["c.xsd": common])
    #expect(rules("<r xmlns='urn:t'><a>x</a></r>", schema) == [])
    #expect(rules("<r xmlns='urn:t'><a>y</a></r>", schema) == ["cvc-enumeration-valid"])
  }

  @Test("an imported namespace keeps its own names, and files may name each other in a circle")
  func imports() throws {
    let other = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:o" elementFormDefault="qualified">
      <xs:import namespace="urn:t" schemaLocation="t.xsd"/><xs:element name="e" type="xs:boolean"/></xs:schema>
      """
    let schema = try compile(
      """
      <xs:import namespace="urn:o" schemaLocation="o.xsd"/>
      <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="o:e"/></xs:sequence></xs:complexType></xs:element>
      """, ["o.xsd": other], attributes: "xmlns:o='urn:o'")
    #expect(rules("<r xmlns='urn:t'><e xmlns='urn:o'>true</e></r>", schema) == [])
    #expect(rules("<r xmlns='urn:t'><e>true</e></r>", schema) == ["cvc-complex-type.2.4.a"])
  }

  @Test(
    "what is wrong with a schema is named at load time, with its line",
    arguments: [
      ("<xs:element name='a' type='nope'/>", "schema.unresolved"),
      ("<xs:element name='a'/><xs:element name='a'/>", "schema.duplicate"),
      ("<xs:include schemaLocation='gone.xsd'/>", "schema.not-found"),
      ("<xs:include schemaLocation='http://e.org/x.xsd'/>", "schema.not-found"),
      ("<xs:redefine schemaLocation='gone.xsd'/>", "schema.not-found"),
      ("<xs:element name='a' default='x' type='xs:int'/>", "schema.malformed"),
      ("<xs:element name='a' default='1' fixed='1' type='xs:int'/>", "schema.malformed"),
      (
        "<xs:element name='a' fixed='x'><xs:complexType><xs:sequence/></xs:complexType></xs:element>",
        "schema.malformed"
      ),
      ("<xs:element name='a' fixed='x' type='xs:ID'/>", "schema.malformed"),
      ("<xs:attribute name='a' fixed='2020-13-01' type='xs:date'/>", "schema.malformed"),
      (
        "<xs:attributeGroup name='g'><xs:attribute name='a' default='1' use='required'/></xs:attributeGroup><xs:complexType name='T'><xs:attributeGroup ref='g'/></xs:complexType>",
        "schema.malformed"
      ),
      ("<xs:element name='a' type='xs:NOTATION'/>", "schema.malformed"),
      ("<xs:attribute name='a' type='xs:NOTATION'/>", "schema.malformed"),
      (
        "<xs:simpleType name='n'><xs:restriction base='xs:NOTATION'><xs:enumeration value='gif'/></xs:restriction></xs:simpleType>",
        "schema.unresolved"
      ),
      (
        "<xs:simpleType name='s'><xs:restriction base='xs:string'><xs:maxLength value='5' fixed='true'/></xs:restriction></xs:simpleType><xs:simpleType name='t'><xs:restriction base='s'><xs:maxLength value='4'/></xs:restriction></xs:simpleType>",
        "schema.malformed"
      ),
      (
        "<xs:complexType name='A'><xs:complexContent><xs:extension base='A'/></xs:complexContent></xs:complexType>",
        "schema.circular"
      ),
      (
        "<xs:group name='g'><xs:sequence><xs:group ref='g'/></xs:sequence></xs:group><xs:element name='r'><xs:complexType><xs:group ref='g'/></xs:complexType></xs:element>",
        "schema.circular"
      ),
      ("<xs:simpleType name='s'><xs:restriction base='s'/></xs:simpleType>", "schema.circular"),
      (
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='a' minOccurs='0'/><xs:element name='a'/></xs:sequence></xs:complexType></xs:element>",
        "schema.ambiguous"
      ),
      (
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:any minOccurs='0'/><xs:element name='a'/></xs:sequence></xs:complexType></xs:element>",
        "schema.ambiguous"
      ),
      (
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='a' minOccurs='3' maxOccurs='2'/></xs:sequence></xs:complexType></xs:element>",
        "schema.malformed"
      ),
      (
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='a' maxOccurs='1000000'/></xs:sequence></xs:complexType></xs:element>",
        "schema.too-large"
      ),
      (
        "<xs:simpleType name='s'><xs:restriction base='xs:int'><xs:minInclusive value='x'/></xs:restriction></xs:simpleType>",
        "schema.malformed"
      ),
      ("<xs:bogus/>", "schema.malformed"), ("<xs:element/>", "schema.malformed"),
    ])
  func schemaErrors(_ body: String, _ code: String) {
    let error = #expect(throws: SchemaError.self) { try compile(body) }
    #expect(error?.code.rawValue == code)
    #expect(error?.line ?? 0 > 0)
  }

  @Test("a document written from its tree is the same tree")
  func roundTrip() throws {
    let schema = try compile("<xs:element name='r'/>")
    let text =
      "<r xmlns='urn:t' k='&quot;&lt;&#10;'><a xmlns='urn:o' xmlns:p='urn:p' p:q='1'>x &amp; y]]&gt;</a><b/>&#13;</r>"
    let first = DocumentDecoder.decode(Array(text.utf8), resolver: OneSchema(schema: schema))
    let root = try #require(first.root)
    let again = DocumentDecoder.decode(XMLWriter.write(root), resolver: OneSchema(schema: schema))
    #expect(again.root == root)
  }
}
