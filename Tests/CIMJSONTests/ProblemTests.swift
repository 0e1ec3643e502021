// JSON that is wrong, and what is said of it.
import CIMJSON
import CIMModel
import CIMSchema
import Testing

@Suite("JSON problems")
struct ProblemTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var json: String
    var code: JSONProblem.Code
    var place: String
    var message: String
    var testDescription: String { json }

    init(_ json: String, _ code: JSONProblem.Code, _ place: String, _ message: String) {
      self.json = json
      self.code = code
      self.place = place
      self.message = message
    }
  }

  static let cases: [Case] = [
    Case("", .malformed, "1:1 $", "a value must stand here, but the end of the text does"),
    Case("[]", .noDocument, "1:1 $", "not an array"),
    Case("{}", .noDocument, "1:1 $", "names no element"),
    Case("{\"r\":{}} x", .malformed, "1:10 $", "nothing may follow the document"),
    Case("{\"r\":{\"a\":01}}", .malformed, "1:11 $.r.a", "no leading zeros"),
    Case("{\"r\":{\"a\":+1}}", .malformed, "1:11 $.r.a", "but '+' does"),
    Case("{\"r\":{\"m\":[1,]}}", .malformed, "1:14 $.r.m[1]", "a comma must not stand before the closing bracket"),
    Case("{\"r\":{\"a\":\"\\ud800x\"}}", .character, "1:12 $.r.a", "half a surrogate pair"),
    Case("{\"r\":{\"a\":\"\\udc00\\ud800\"}}", .character, "1:12 $.r.a", "half a surrogate pair"),
    Case("{\"r\":{\"a\":\"\\u0000\"}}", .character, "1:18 $.r.a", "U+0000, which XML cannot carry"),
    Case("{\"r\":{\"a\":\"\u{FFFF}\"}}", .character, "1:13 $.r.a", "U+FFFF"),
    Case("{\"r\":{\"a\":\"x\ny\"}}", .malformed, "1:13 $.r.a", "must be written as an escape"),
    Case("{\"r\":{\"a\":\"x", .malformed, "1:13 $.r.a", "the string is not closed"),
    Case("{\"r\":\n {\"a\":\"1\",\n  \"a\":\"2\"}}", .duplicate, "3:3 $.r.a", "'a' stands twice"),
    Case("{\"r\":{\"A\":\"1\"}}", .unknownProperty, "1:7 $.r", "did you mean 'a'?"),
    Case("{\"r\":{\"x\":\"1\"}}", .unknownProperty, "1:7 $.r", "known: 'a', 'm', 'n', 's', '#any', '@k'"),
    Case("{\"r\":{\"@x\":\"1\"}}", .unknownProperty, "1:7 $.r", "'@x' is not known in 'r'; known: '@k'"),
    Case("{\"r\":{\"@xmlns\":\"1\"}}", .name, "1:7 $.r", "is no name of an attribute"),
    Case("{\"r\":{\"a\":[\"1\"]}}", .wrongKind, "1:11 $.r.a", "it can stand only once here"),
    Case("{\"r\":{\"a\":{\"b\":1}}}", .unknownProperty, "1:12 $.r.a", "'b' is not known in 'a'; known: '#text'"),
    Case("{\"r\":{\"a\":null}}", .wrongKind, "1:11 $.r.a", "'a' is not nillable; leave the property out"),
    Case("{\"r\":{\"m\":\"1\"}}", .wrongKind, "1:11 $.r.m", "'m' must be an array, also of one"),
    Case("{\"r\":{\"m\":[1,[2]]}}", .wrongKind, "1:14 $.r.m[1]", "takes one value, not an array"),
    Case("{\"r\":{\"n\":1e999}}", .wrongKind, "1:11 $.r.n", "the exponent of 1e999 is too large"),
    Case("{\"r\":{\"s\":1}}", .wrongKind, "1:11 $.r.s", "'s' must be an object, not the number 1"),
    Case("{\"r\":{\"#items\":[{\"a\":1}],\"a\":1}}", .wrongKind, "1:6 $.r", "none may stand beside it"),
    Case("{\"r\":{\"#items\":[{\"q\":1}]}}", .unknownProperty, "1:18 $.r['#items'][0]", "'q' is not known"),
    Case("{\"r\":{\"#any\":[{\"x\":1}]}}", .noDocument, "1:15 $.r['#any'][0]", "\"$namespace\" is missing beside 'x'"),
    Case(
      "{\"r\":{\"#any\":[{\"$namespace\":\"u\",\"x><y\":1}]}}", .name, "1:33 $.r['#any'][0]",
      "is no name of an element"),
    Case("{\"$namespace\":1,\"r\":{}}", .wrongKind, "1:15 $", "must be a string"),
    Case("{\"q\":1}", .noDocument, "1:1 $", "\"$namespace\" is missing beside 'q'"),
    Case("{\"r\":{},\"q\":1}", .noDocument, "1:9 $", "one element per object"),
  ]

  private let mapping: JSONMapping

  init() throws {
    let content = """
      <xs:element name='r'><xs:complexType><xs:sequence><xs:element name='a' type='xs:string' minOccurs='0'/>
      <xs:element name='m' type='xs:int' minOccurs='0' maxOccurs='9'/>
      <xs:element name='n' type='xs:decimal' minOccurs='0'/>
      <xs:element name='s' minOccurs='0'><xs:complexType><xs:sequence/></xs:complexType></xs:element>
      <xs:any namespace='##other' processContents='lax' minOccurs='0'/>
      </xs:sequence><xs:attribute name='k'/></xs:complexType></xs:element>
      """
    mapping = JSONMapping(schema: try schema(content))
  }

  @Test("place, path and advice", arguments: cases)
  func problems(_ example: Case) throws {
    let problem = try #require(throws: JSONProblem.self) { try mapping.element(from: Array(example.json.utf8)) }
    #expect(problem.code == example.code)
    #expect("\(problem.line):\(problem.column) \(problem.path)" == example.place)
    #expect(problem.message.contains(example.message), "\(problem.message)")
  }

  @Test(
    "what is no UTF-8 is refused",
    arguments: [
      [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
    ] as [[UInt8]])
  func encoding(_ bad: [UInt8]) throws {
    let problem = try #require(throws: JSONProblem.self) {
      try mapping.element(from: Array("{\"r\":{\"a\":\"".utf8) + bad + Array("\"}}".utf8))
    }
    #expect(problem.code == .encoding)
    #expect(problem.column == 12)
  }

  @Test("depth and size are limited")
  func limits() throws {
    let deep = Array(String(repeating: "[", count: 100_000).utf8)
    #expect(try #require(throws: JSONProblem.self) { try mapping.element(from: deep) }.code == .depthLimit)
    let start = ##"{"r":{"#any":[{"$namespace":"u","x":"##
    let nested = String(repeating: ##"{"#items":[{"x":"##, count: 254)
    let text = start + nested + "1" + String(repeating: "}]}", count: 254) + "}]}}"
    #expect(try mapping.element(from: Array(text.utf8)).children.count == 1)
    let deeper = start + nested + ##"{"#items":[{"x":1}]}"## + String(repeating: "}]}", count: 254) + "}]}}"
    #expect(
      try #require(throws: JSONProblem.self) { try mapping.element(from: Array(deeper.utf8)) }.code == .depthLimit)
    let small = JSONMapping(schema: try schema("<xs:element name='r'/>"), limits: JSONLimits(bytes: 10))
    #expect(try small.element(from: Array("{\"r\":\"1\"}".utf8)).text == "1")
    #expect(
      try #require(throws: JSONProblem.self) { try small.element(from: Array("{\"r\":\"1234\"}".utf8)) }.code
        == .sizeLimit)
    let few = JSONMapping(schema: try schema("<xs:element name='r'/>"), limits: JSONLimits(values: 3))
    #expect(try few.element(from: Array("{\"r\":{\"@a\":1,\"@b\":2}}".utf8)).attributes.count == 2)
    let many = Array("{\"r\":{\"@a\":1,\"@b\":2,\"@c\":3}}".utf8)
    #expect(try #require(throws: JSONProblem.self) { try few.element(from: many) }.code == .sizeLimit)
  }

  @Test("escapes and surrogate pairs")
  func escapes() throws {
    let json = #"{"r":{"a":"\"\\\/\n\r\t\u00fc\uD83D\uDD0C\u20ac"}}"#
    #expect(try mapping.element(from: Array(json.utf8)).text("a") == "\"\\/\n\r\t\u{FC}\u{1F50C}\u{20AC}")
  }

  @Test("an order that cannot be right is the schema's, for the decoder to judge, and takes no time")
  func hopelessOrder() throws {
    let schema = try schema(
      "<xs:element name='r'><xs:complexType><xs:sequence>"
        + "<xs:choice minOccurs='0' maxOccurs='unbounded'><xs:element name='a' type='xs:int'/>"
        + "<xs:element name='b' type='xs:int'/></xs:choice><xs:element name='z' type='xs:int'/>"
        + "</xs:sequence></xs:complexType></xs:element>")
    let numbers = Array(repeating: "1", count: 2000).joined(separator: ",")
    let json = "{\"r\":{\"b\":[\(numbers)],\"a\":[\(numbers)]}}"
    let element = try JSONMapping(schema: schema).element(from: Array(json.utf8))
    #expect(element.children.prefix(2000).allSatisfy { $0.name == "a" })
    #expect(element.children.suffix(2000).allSatisfy { $0.name == "b" })
  }
}
