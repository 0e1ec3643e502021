// Content models nobody would write by hand: whatever they are, JSON keeps every valid order.
import CIMCodec
import CIMJSON
import CIMModel
import CIMSchema
import Testing

@Suite("JSON round trips of random content models")
struct RandomSchemaTests {
  /// A content model over five names, and a wildcard.
  private static func particle(depth: Int, _ random: inout SeededGenerator) -> String {
    let bounds = [
      "", "", " minOccurs='0'", " maxOccurs='unbounded'", " minOccurs='0' maxOccurs='unbounded'", " maxOccurs='3'",
    ]
    let occurrence = bounds.randomElement(using: &random) ?? ""
    let kind =
      depth == 0 ? Int.random(in: 0...1, using: &random) : Int.random(in: depth > 2 ? 2...5 : 0...5, using: &random)
    switch kind {
    case 0...1 where Int.random(in: 0..<12, using: &random) == 0:
      return "<xs:any namespace='##other' processContents='lax'\(occurrence)/>"
    case 0...1:
      let name = ["a", "b", "c", "d", "e"].randomElement(using: &random) ?? "a"
      return "<xs:element name='\(name)' type='xs:\(name == "a" ? "int" : "string")'\(occurrence)/>"
    default:
      let group = kind < 4 ? "sequence" : "choice"
      let parts = (0..<Int.random(in: 1...4, using: &random)).map { _ in particle(depth: depth - 1, &random) }
      return "<xs:\(group)\(occurrence)>\(parts.joined())</xs:\(group)>"
    }
  }

  @Test("every instance comes back, and only those that the JSON Schema expects have items")
  func roundTrips() throws {
    var compiled = 0
    var items = 0
    for seed in 1...600 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      let model = Self.particle(depth: 3, &random)
      let content = "<xs:element name='r'><xs:complexType>\(model)</xs:complexType></xs:element>"
      // Most of what chance writes is ambiguous, which XML Schema forbids.
      guard let schema = try? schema(content) else { continue }
      compiled += 1
      let mapping = JSONMapping(schema: schema)
      let document = try #require(JSONSchemaDocument(schema: schema, root: SchemaName("urn:t", "r")))
      let expectsItems = text(document.text()).contains("\"#items\"")
      for number in 1...8 as ClosedRange<UInt64> {
        var generator = InstanceGenerator(schema, seed: seed &* 1000 &+ number)
        generator.payloads = [Element("p", in: "urn:p", text: "x")]
        let made = generator.instance(of: SchemaName("urn:t", "r"))
        let instance = try #require(made)
        guard DocumentDecoder.decode(XMLWriter.write(instance), resolver: TextResolver(schema: schema)).findings.isEmpty
        else { continue }
        let element = try decoded(XMLWriter.write(instance), TextResolver(schema: schema))
        let json = mapping.json(of: element)
        #expect(try mapping.element(from: json) == element, "\(content)\n\(text(json))")
        if text(json).hasPrefix("{\"$namespace\":\"urn:t\",\"r\":{\"#items\"") {
          items += 1
          #expect(expectsItems, "\(content)\n\(text(json))")
        }
      }
    }
    // The test must have something to bite on.
    #expect(compiled > 100, "\(compiled) content models")
    #expect(items > 50, "\(items) with items")
  }
}
