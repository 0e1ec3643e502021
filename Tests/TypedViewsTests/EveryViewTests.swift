import CIMCodec
import CIMModel
import CIMProfiles
import CIMSchema
import TypedViews
import Testing

@Suite("IEC 61968-3 to -9: typed views of all profiles")
struct EveryViewTests {
  @Test("there is a view for every profile, and no other")
  func complete() {
    #expect(everyNoun.map { $0.noun }.sorted() == SchemaLibrary.standard.nouns)
    for view in everyNoun { #expect(view.namespace == SchemaLibrary.standard.profile(view.noun)?.namespace) }
  }

  @Test("a new payload is a valid document where nothing is required in it", arguments: everyNoun.indices)
  func empty(_ index: Int) throws {
    let view = everyNoun[index]
    let schema = try #require(try SchemaLibrary.standard.schema(forNamespace: view.namespace))
    let element = Element(view.noun, in: view.namespace)
    #expect(view.init(unchecked: element).violations().isEmpty == !isFilled(view.noun, view.namespace, schema))
  }

  /// Whether a payload has to hold something.
  private func isFilled(_ noun: String, _ namespace: String, _ schema: Schema) -> Bool {
    guard case .complex(let id) = schema.element(SchemaName(namespace, noun))?.type,
      case .sequence(let members, _, _) = schema.complexTypes[Int(id)].particle
    else { return false }
    return members.contains { if case .element(_, let min, _) = $0 { min > 0 } else { false } }
  }

  @Test(
    "whatever a profile allows is read by the accessors, and set by them in any order gives the same document",
    arguments: everyNoun.indices, 0..<3)
  func everything(_ index: Int, _ choice: Int) throws {
    let view = everyNoun[index]
    let schema = try #require(try SchemaLibrary.standard.schema(forNamespace: view.namespace))
    let sample = SampleDocument(schema: schema, choice: choice)
    let root = try sample.root(SchemaName(view.namespace, view.noun))
    let xml = XMLWriter.write(root)
    let result = try view.roundTrip(xml)
    #expect(result.violations == [])
    // Judged outside of the macro, which would take minutes to work out how two long documents differ.
    let isSame = hasRepeatedChoice.contains(view.noun) || (result.isEqual && result.copy == xml)
    #expect(isSame, "\(String(decoding: result.copy, as: UTF8.self))")
  }

  /// Their functions come in any order; a copy sorts them by name of the property.
  private let hasRepeatedChoice: Set = ["EndDeviceConfig", "MeterConfig"]
}
