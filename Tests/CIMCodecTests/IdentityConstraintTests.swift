import CIMCodec
import CIMSchema
import Testing

@Suite("XML Schema Part 1, 3.11: identity constraints")
struct IdentityConstraintTests {
  static let x = "xmlns='urn:t' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"

  /// A root with rows of key values and of references, and with groups of the same inside.
  static func schema(_ constraints: String, group: String = "", value: String = "xs:decimal", attributes: String = "")
    -> String
  {
    """
    <xs:complexType name='Row'><xs:sequence><xs:element name='k' type='\(value)' minOccurs='0' maxOccurs='2' \(attributes)/>
    <xs:element name='sub' minOccurs='0'><xs:complexType/></xs:element></xs:sequence>
    <xs:attribute name='i' type='xs:int'/><xs:attribute name='j' default='9'/></xs:complexType>
    <xs:group name='rows'><xs:choice><xs:element name='row' type='Row'/><xs:element name='to' type='Row'/></xs:choice></xs:group>
    <xs:element name='r'><xs:complexType><xs:choice minOccurs='0' maxOccurs='unbounded'><xs:group ref='rows'/>
    <xs:element name='g'><xs:complexType><xs:choice minOccurs='0' maxOccurs='unbounded'><xs:group ref='rows'/></xs:choice></xs:complexType>\(group)</xs:element>
    <xs:any namespace='##other' processContents='lax'/></xs:choice></xs:complexType>\(constraints)</xs:element>
    """
  }

  static func constraint(_ kind: String, _ selector: String, _ fields: String...) -> String {
    "<xs:\(kind)><xs:selector xpath='\(selector)'/>" + fields.map { "<xs:field xpath='\($0)'/>" }.joined()
      + "</xs:\(kind.prefix { $0 != " " })>"
  }

  static func root(_ content: String) -> String { "<p:r xmlns:p='urn:t' \(x)>\(content)</p:r>" }

  static let cases: [Case] = [
    Case(
      name: "unique compares values, and lets a field be absent or nil",
      schema: schema(constraint("unique name='u'", "t:row", "t:k"), attributes: "nillable='true'"),
      valid: [
        root("<row><k>1</k></row><row><k>2</k></row>"), root("<row/><row/>"),
        root("<to><k>1</k></to><row><k>1</k></row>"),
        root("<row><k xsi:nil='true'/></row><row><k xsi:nil='true'/></row>"),
      ],
      invalid: [
        (root("<row><k>1</k></row><row><k>1.0</k></row>"), "cvc-identity-constraint.4.1"),
        (root("<row><k>1</k><k>2</k></row>"), "cvc-identity-constraint.3"),
        (root("<row><k>x</k></row><row><k>1</k></row>"), "cvc-datatype-valid.1.2.1"),
      ]),
    Case(
      name: "key wants every field",
      schema: schema(constraint("key name='u'", "t:row", "t:k", "@i")),
      valid: [root("<row i='1'><k>1</k></row><row i='2'><k>1</k></row>")],
      invalid: [
        (root("<row/>"), "cvc-identity-constraint.4.2.1.a"), (root("<row i='1'/>"), "cvc-identity-constraint.4.2.1.b"),
        (root("<row i='1'><k>1</k></row><row i='+1'><k>1.00</k></row>"), "cvc-identity-constraint.4.2.2"),
      ]),
    Case(
      name: "a field of a key may not be nillable",
      schema: schema(constraint("key name='u'", "t:row", "t:k"), attributes: "nillable='true'"),
      valid: [root("")], invalid: [(root("<row><k>1</k></row>"), "cvc-identity-constraint.4.2.3")]),
    Case(
      name: "a field must have a simple type",
      schema: schema(constraint("unique name='u'", "t:row", "t:sub")), valid: [root("<row/>")],
      invalid: [(root("<row><sub/></row>"), "cvc-id.3")]),
    Case(
      name: "defaults are values",
      schema: schema(constraint("key name='u'", "t:row", "t:k", "@j"), attributes: "default='5'"),
      valid: [root("<row><k/></row><row j='8'><k>5</k></row>")],
      invalid: [(root("<row><k/></row><row j='9'><k>5.0</k></row>"), "cvc-identity-constraint.4.2.2")]),
    Case(
      name: "keyref finds its key before or behind it",
      schema: schema(
        constraint("key name='u'", "t:row", "t:k") + constraint("keyref name='f' refer='u'", "t:to", "@i")),
      valid: [root("<to i='1'/><row><k>1.0</k></row><to i='1'/>"), root("<to/>")],
      invalid: [
        (root("<row><k>1</k></row><to i='2'/>"), "cvc-identity-constraint.4.3"),
        (root("<to i='1'/>"), "cvc-identity-constraint.4.3"),
      ]),
    Case(
      name: "a reference may be absent, but not nil",
      schema: schema(
        constraint("unique name='u'", "t:row", "t:k") + constraint("keyref name='f' refer='u'", "t:to", "t:k"),
        attributes: "nillable='true'"),
      valid: [root("<to/>"), root("<row><k>1</k></row><to><k>1</k></to>")],
      invalid: [(root("<row><k xsi:nil='1'/></row><to><k xsi:nil='1'/></to>"), "cvc-identity-constraint.4.3")]),
    Case(
      name: "keys of descendants come up, unless two of them claim one value",
      schema: schema(
        constraint("keyref name='f' refer='u'", "t:to", "@i"), group: constraint("key name='u'", "t:row", "@i")),
      valid: [root("<g><row i='1'/></g><g><row i='2'/></g><to i='1'/><to i='2'/>")],
      invalid: [
        (root("<g><row i='1'/></g><row i='2'/><to i='2'/>"), "cvc-identity-constraint.4.3"),
        (root("<g><row i='1'/></g><g><row i='1'/></g><to i='1'/>"), "cvc-identity-constraint.4.3"),
      ]),
    Case(
      name: "keys of an outer element are out of reach",
      schema: schema(
        constraint("key name='u'", ".//t:row", "@i"), group: constraint("keyref name='f' refer='u'", "t:to", "@i")),
      valid: [root("<g><row i='1'/></g>")],
      invalid: [(root("<row i='1'/><g><to i='1'/></g>"), "cvc-identity-constraint.4.3")]),
    Case(
      name: "each element has its own scope",
      schema: schema("", group: constraint("unique name='u'", "*", "@i")),
      valid: [root("<g><row i='1'/></g><g><row i='1'/></g>")],
      invalid: [(root("<g><row i='1'/><to i='1'/></g>"), "cvc-identity-constraint.4.1")]),
    Case(
      name: "paths: any depth, alternatives, wildcards and axes",
      schema: schema(constraint("unique name='u'", " .//t:row | child::t:g / t:to ", "@x|attribute::i")),
      valid: [root("<row i='1'/><to i='1'/>")],
      invalid: [
        (root("<row i='1'/><g><row i='1'/></g>"), "cvc-identity-constraint.4.1"),
        (root("<row i='1'/><g><to i='1'/></g>"), "cvc-identity-constraint.4.1"),
      ]),
    Case(
      name: "a name without prefix is in no namespace, whatever the default",
      schema: schema(constraint("unique name='u'", "row", "@i") + constraint("unique name='v'", "t:*/t:*", "@i")),
      valid: [root("<row i='1'/><row i='1'/>")],
      invalid: [(root("<g><row i='1'/><to i='1'/></g>"), "cvc-identity-constraint.4.1")]),
    Case(
      name: "values of different types differ, and union members decide",
      schema: """
        <xs:simpleType name='U'><xs:union memberTypes='xs:int xs:string'/></xs:simpleType>
        <xs:element name='r'><xs:complexType><xs:sequence><xs:element name='k' type='U' maxOccurs='unbounded'/></xs:sequence></xs:complexType>
        \(constraint("unique name='u'", "t:k", "."))</xs:element>
        """,
      valid: [root("<k>1</k><k>1.0</k><k>a</k>")], invalid: [(root("<k>1</k><k>+1</k>"), "cvc-identity-constraint.4.1")]
    ),
  ]

  @Test("valid instances pass, and each invalid one breaks its rule", arguments: cases)
  func constraints(_ sample: Case) throws {
    let schema = try compile(sample.schema, attributes: "xmlns:t='urn:t'")
    for instance in sample.valid { #expect(rules(instance, schema) == [], "\(instance)") }
    for (instance, rule) in sample.invalid { #expect(rules(instance, schema) == [rule], "\(instance)") }
  }

  @Test("a dangling reference is shown where it stands, once for each value")
  func place() throws {
    let schema = try compile(
      Self.schema(
        Self.constraint("key name='u'", "t:row", "@i") + Self.constraint("keyref name='f' refer='u'", ".//t:to", "@i")),
      attributes: "xmlns:t='urn:t'")
    let text = Self.root("<g>\n<to i='1'/>\n  <to i='2'/><to i='2'/></g><row i='1'/>")
    let found = DocumentDecoder.decode(Array(text.utf8), resolver: OneSchema(schema: schema)).findings.map(\.violation)
    #expect(found.map(\.line) == [3])
    #expect(found.map(\.column) == [3])
    #expect(found.map(\.path) == ["/r/g/to[2]"])
    #expect(found.first?.message == "'f' refers to '2', but nothing inside 'r' has this value as its 'u'")
  }

  @Test("a qualified name may use a prefix that its own element declares")
  func ownPrefix() throws {
    let schema = try compile(
      Self.schema(Self.constraint("key name='u'", "t:row", "t:k"), value: "xs:QName"), attributes: "xmlns:t='urn:t'")
    func row(_ name: String, _ namespace: String) -> String {
      "<row><k xmlns:n='\(namespace)'>\(name)</k></row>"
    }
    #expect(rules(Self.root(row("n:a", "urn:a") + row("n:a", "urn:b")), schema) == [])
    #expect(
      rules(Self.root(row("n:a", "urn:t") + row("p:a", "urn:b")), schema) == ["cvc-identity-constraint.4.2.2"])
    #expect(rules(Self.root(row("n:a", "urn:a") + "<row><k>n:a</k></row>"), schema) == ["UndeclaredPrefix"])
  }

  @Test("the number of values held is limited, and said to be")
  func limit() throws {
    let schema = try compile(
      Self.schema(
        Self.constraint("key name='u'", "t:row", "@i") + Self.constraint("keyref name='f' refer='u'", "t:to", "@i")),
      attributes: "xmlns:t='urn:t'")
    let rows = (1...20).map { "<row i='\($0)'/>" }.joined()
    func rules(_ limit: Int) -> [String] {
      DocumentDecoder.decode(
        Array(Self.root(rows + "<to i='20'/>").utf8), resolver: OneSchema(schema: schema),
        limits: DecodingLimits(identityValues: limit)
      ).findings.map(\.violation.rule)
    }
    #expect(rules(20) == [])
    #expect(rules(19) == ["limit.identity"])
  }

  @Test(
    "what is wrong with a constraint is named at load time, with its line",
    arguments: [
      ("<xs:key name='k'><xs:selector xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key><xs:selector xpath='.'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='@a'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='/a'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='a//b'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='..'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='a[1]'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='a|'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='q:a'/><xs:field xpath='.'/></xs:key>", "schema.malformed"),
      ("<xs:key name='k'><xs:selector xpath='a'/><xs:field xpath='@b/c'/></xs:key>", "schema.malformed"),
      ("<xs:keyref name='k' refer='n'><xs:selector xpath='a'/><xs:field xpath='.'/></xs:keyref>", "schema.unresolved"),
      ("<xs:keyref name='k' refer='k'><xs:selector xpath='a'/><xs:field xpath='.'/></xs:keyref>", "schema.malformed"),
      (
        "<xs:key name='k'><xs:selector xpath='a'/><xs:field xpath='.'/></xs:key><xs:key name='k'><xs:selector xpath='a'/><xs:field xpath='.'/></xs:key>",
        "schema.duplicate"
      ),
      (
        "<xs:key name='k'><xs:selector xpath='a'/><xs:field xpath='.'/></xs:key><xs:keyref name='f' refer='k'><xs:selector xpath='a'/><xs:field xpath='.'/><xs:field xpath='@b'/></xs:keyref>",
        "schema.malformed"
      ),
    ])
  func schemaErrors(_ constraint: String, _ code: String) {
    let error = #expect(throws: SchemaError.self) {
      try compile("<xs:element name='a'><xs:complexType><xs:sequence/></xs:complexType>\(constraint)</xs:element>")
    }
    #expect(error?.code.rawValue == code)
    #expect(error?.line ?? 0 > 0)
  }
}
