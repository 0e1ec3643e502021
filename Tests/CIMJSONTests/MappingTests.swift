// The forms of the mapping, one by one.
import CIMCodec
import CIMJSON
import CIMModel
import CIMSchema
import Testing

@Suite("JSON mapping")
struct MappingTests {
  /// A schema, a document of "urn:t" and its JSON, which must lead back to the same document.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var schema: String
    var xml: String
    var json: String

    init(_ name: String, _ schema: String, _ xml: String, _ json: String) {
      testDescription = name
      self.schema = schema
      self.xml = xml
      self.json = json
    }
  }

  static func type(_ content: String) -> String {
    "<xs:element name='r'><xs:complexType>\(content)</xs:complexType></xs:element>"
  }

  static func sequence(_ content: String) -> String { type("<xs:sequence>\(content)</xs:sequence>") }

  static func element(_ name: String, _ type: String, _ more: String = "") -> String {
    "<xs:element name='\(name)' type='xs:\(type)' \(more)/>"
  }

  static let many = "minOccurs='0' maxOccurs='unbounded'"
  static let ab = element("a", "string") + element("b", "string")
  static let anything = "<xs:any namespace='##other' processContents='lax' minOccurs='0' maxOccurs='unbounded'/>"

  static let cases: [Case] = [
    Case(
      "one of many is an array", sequence(element("a", "string", many)), "<r><a>x</a></r>", #"{"r":{"a":["x"]}}"#),
    Case("nothing is an empty object", sequence(element("a", "string", many)), "<r/>", #"{"r":{}}"#),
    Case(
      "canonical numbers and booleans are bare",
      sequence(element("i", "integer") + element("d", "decimal") + element("f", "double") + element("b", "boolean")),
      "<r><i>-12</i><d>1.50</d><f>1.5E3</f><b>true</b></r>", #"{"r":{"i":-12,"d":1.50,"f":1.5E3,"b":true}}"#),
    Case(
      "other forms are strings",
      sequence(element("i", "integer") + element("d", "decimal") + element("f", "double") + element("b", "boolean")),
      "<r><i>007</i><d>+.5</d><f>INF</f><b>1</b></r>", #"{"r":{"i":"007","d":"+.5","f":"INF","b":"1"}}"#),
    Case(
      "more than 15 digits are a string", sequence(element("i", "integer") + element("d", "decimal")),
      "<r><i>1234567890123456</i><d>0.00123456789012345</d></r>",
      #"{"r":{"i":"1234567890123456","d":0.00123456789012345}}"#),
    Case(
      "attributes begin with @, text beside them is #text",
      "<xs:element name='r'><xs:complexType><xs:simpleContent><xs:extension base='xs:decimal'>"
        + "<xs:attribute name='unit'/><xs:attribute name='n' type='xs:int'/></xs:extension></xs:simpleContent>"
        + "</xs:complexType></xs:element>",
      "<r unit='kWh' n='2'>1.5</r>", ##"{"r":{"@unit":"kWh","@n":2,"#text":1.5}}"##),
    Case(
      "an element that is only a reference",
      sequence(
        "<xs:element name='t'><xs:complexType><xs:attribute name='ref'/></xs:complexType></xs:element>"),
      "<r><t ref='0.0.2'/></r>", #"{"r":{"t":{"@ref":"0.0.2"}}}"#),
    Case(
      "xsi:nil alone is null", sequence(element("a", "date", "nillable='true' \(many)")),
      "<r><a xsi:nil='true'/><a xsi:nil='1'/><a>2026-11-21</a></r>",
      ##"{"r":{"a":[null,{"@xsi:nil":"1"},"2026-11-21"]}}"##),
    Case(
      "a repeated choice in the order of the schema is grouped",
      type("<xs:choice maxOccurs='unbounded'>\(ab)</xs:choice>"), "<r><a>1</a><a>2</a><b>3</b></r>",
      #"{"r":{"a":["1","2"],"b":["3"]}}"#),
    Case(
      "a repeated choice in another order is a list of items",
      type("<xs:choice maxOccurs='unbounded'>\(ab)</xs:choice>"), "<r><a>1</a><b>2</b><a>3</a></r>",
      ##"{"r":{"#items":[{"a":"1"},{"b":"2"},{"a":"3"}]}}"##),
    Case(
      "a repeated sequence keeps its alternation", type("<xs:sequence maxOccurs='unbounded'>\(ab)</xs:sequence>"),
      "<r><a>1</a><b>2</b><a>3</a><b>4</b></r>", #"{"r":{"a":["1","3"],"b":["2","4"]}}"#),
    Case(
      "xs:all keeps the order of the document", type("<xs:all>\(ab)</xs:all>"), "<r><b>1</b><a>2</a></r>",
      #"{"r":{"b":"1","a":"2"}}"#),
    Case(
      "foreign elements are documents of their own", sequence(element("a", "string") + anything),
      "<r><a>1</a><v:x xmlns:v='urn:v' k='1'><v:y>2</v:y><z>3</z></v:x><v:w xmlns:v='urn:v'>4</v:w></r>",
      ##"{"r":{"a":"1","#any":[{"$namespace":"urn:v","x":{"@k":"1","#items":[{"y":"2"},{"$namespace":"urn:t","z":"3"}]}},{"$namespace":"urn:v","w":"4"}]}}"##
    ),
    Case(
      "known elements inside foreign ones keep their types",
      sequence(anything) + element("n", "int"),
      "<r><v:x xmlns:v='urn:v'><n>2</n></v:x></r>",
      ##"{"r":{"#any":[{"$namespace":"urn:v","x":{"#items":[{"$namespace":"urn:t","n":2}]}}]}}"##),
    Case(
      "what a wildcard skips has no types",
      sequence("<xs:any processContents='skip'/>") + element("n", "int"),
      "<r><n>2</n></r>", ##"{"r":{"#any":[{"$namespace":"urn:t","n":"2"}]}}"##),
    Case(
      "attributes of other namespaces are written out", type("<xs:anyAttribute processContents='lax'/>"),
      "<r xml:lang='de' v:k='1' xmlns:v='urn:v'/>", #"{"r":{"@xml:lang":"de","@{urn:v}k":"1"}}"#),
    Case(
      "mixed content without elements",
      "<xs:element name='r'><xs:complexType mixed='true'><xs:sequence>"
        + element("a", "string", "minOccurs='0'") + "</xs:sequence></xs:complexType></xs:element>",
      "<r>text</r>", ##"{"r":{"#text":"text"}}"##),
    Case(
      "two elements of one local name are told apart",
      "<xs:element name='a' type='xs:string'/>"
        + sequence("<xs:element name='a' type='xs:int' form='unqualified'/><xs:element ref='a'/>"),
      "<r><a xmlns=''>1</a><a>2</a></r>", #"{"r":{"{}a":1,"{urn:t}a":"2"}}"#),
    Case(
      "members of a substitution group have their own names",
      "<xs:element name='h' type='xs:string'/><xs:element name='m' type='xs:string' substitutionGroup='h'/>"
        + sequence("<xs:element ref='h' maxOccurs='2'/>"),
      "<r><m>1</m><h>2</h></r>", ##"{"r":{"#items":[{"m":"1"},{"h":"2"}]}}"##),
    Case(
      "xs:anyType has no types",
      "<xs:element name='r'/>", "<r><x>1</x></r>", ##"{"r":{"#items":[{"x":"1"}]}}"##),
  ]

  @Test("each form", arguments: cases)
  func forms(_ example: Case) throws {
    let schema = try schema(example.schema)
    let mapping = JSONMapping(schema: schema)
    let xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
    let xml = "<r xmlns='urn:t' \(xsi)" + example.xml.dropFirst(2)
    let element = try decoded(Array(xml.utf8), TextResolver(schema: schema))
    let wanted = #"{"$namespace":"urn:t","# + example.json.dropFirst()
    #expect(text(mapping.json(of: element)) == wanted)
    #expect(try mapping.element(from: Array(wanted.utf8)) == element)
    // The namespace need not be said where only one root has the name.
    #expect(try mapping.element(from: Array(example.json.utf8)) == element)
    #expect(try mapping.element(from: mapping.json(of: element, pretty: true)) == element)
  }

  @Test("xsi:type: the derived type's elements are known")
  func derivedType() throws {
    let schema = try schema(
      "<xs:complexType name='B'><xs:sequence>\(Self.element("a", "int"))</xs:sequence></xs:complexType>"
        + "<xs:complexType name='D'><xs:complexContent><xs:extension base='B'><xs:sequence>"
        + "\(Self.element("b", "int", Self.many))</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
        + "<xs:element name='r' type='B'/>")
    let mapping = JSONMapping(schema: schema)
    let xml = "<r xmlns='urn:t' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='D'><a>1</a><b>2</b></r>"
    let element = try decoded(Array(xml.utf8), TextResolver(schema: schema))
    let json = mapping.json(of: element)
    #expect(text(json) == #"{"$namespace":"urn:t","r":{"@xsi:type":"D","a":1,"b":[2]}}"#)
    #expect(try mapping.element(from: json) == element)
  }

  @Test("properties may stand in any order: the schema's order is restored")
  func order() throws {
    let schema = try schema(Self.sequence(Self.ab + Self.element("c", "int", Self.many)))
    let element = try JSONMapping(schema: schema).element(from: Array(#"{"r":{"c":[1,2],"b":"y","a":"x"}}"#.utf8))
    #expect(element.children.map(\.name) == ["a", "b", "c", "c"])
    _ = try decoded(XMLWriter.write(element), TextResolver(schema: schema))
  }

  @Test("a choice between sequences is found although the first alternative looks right")
  func backtracking() throws {
    let c = Self.element("c", "string")
    let schema = try schema(
      Self.type(
        "<xs:sequence><xs:sequence minOccurs='0' maxOccurs='unbounded'>\(Self.ab)</xs:sequence>\(c)"
          + "\(Self.ab)\(Self.element("d", "string"))</xs:sequence>"))
    let json = #"{"r":{"a":["1","2"],"b":["1","2"],"c":"x","d":"y"}}"#
    let element = try JSONMapping(schema: schema).element(from: Array(json.utf8))
    #expect(element.children.map(\.name) == ["a", "b", "c", "a", "b", "d"])
  }

  @Test("both the bare and the quoted form are read, and exponents are worked out exactly")
  func tolerance() throws {
    let schema = try schema(Self.sequence(Self.element("d", "decimal", Self.many)))
    let json = #"{"r":{"d":["1.5",1.5,1e-7,12.5E+2,-0.25e1,5E0,1E3]}}"#
    let element = try JSONMapping(schema: schema).element(from: Array(json.utf8))
    #expect(element.children.map(\.text) == ["1.5", "1.5", "0.0000001", "1250", "-2.5", "5", "1000"])
  }
}
