// Documents that are read once for all nouns must mean the same for each of them.
import CIMSchema
import Testing

@testable import CIMProfiles

@Suite("Schemas: documents that several nouns include")
struct SharedDocumentsTests {
  @Test("a noun's schema is the same with documents that other nouns have read")
  func same() throws {
    let source = EmbeddedProfiles.source
    let index = SchemaIndex(source)
    let shared = SharedDocuments()
    var elements = 0
    for namespace in index.paths.keys.sorted() {
      let paths = try #require(index.paths[namespace])
      let alone = try SchemaCompiler.compile(paths, from: source)
      let together = try SchemaCompiler.compile(paths, from: source, sharing: shared)
      #expect(Self.described(together) == Self.described(alone))
      elements += alone.elements.count
    }
    #expect(elements > 1000)
  }

  /// All that decoder, writers and pages take from a schema, simple types by their names.
  private static func described(_ schema: Schema) -> [String] {
    let elements = schema.elements.map {
      "\($0.name) \($0.symbol) \($0.minOccurs) \($0.maxOccurs ?? -1) \($0.documentation) \($0.status ?? "") \(type($0.type))"
    }
    let types = schema.complexTypes.map { type in
      let states = type.model.states.map { "\($0.first) \($0.count) \($0.accepts)" }
      let ways = type.model.transitions.map { "\($0.symbol) \($0.element) \($0.next)" }
      let attributes = type.attributes.map { "\($0.name) \($0.type.name ?? "") \($0.isRequired) \($0.documentation)" }
      return "\(String(describing: type.name)) \(type.documentation) \(states) \(ways) \(attributes)"
    }
    return elements + types + [schema.documentation, schema.status ?? ""]
  }

  private static func type(_ reference: TypeReference) -> String {
    switch reference {
    case .simple(let type): return "simple \(type.name ?? "")"
    case .complex(let id): return "complex \(id)"
    case .any: return "any"
    }
  }
}
