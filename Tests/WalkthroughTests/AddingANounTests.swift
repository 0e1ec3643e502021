import CIMCodec
import CIMExport
import CIMGenerator
import CIMJSON
import CIMModel
import CIMProfiles
import CIMSchema
import IECMessage
import SemanticRules
import Testing

/// What docs/adding-a-noun.md says, done with the files that stand in it.
@Suite("docs/adding-a-noun.md")
struct AddingANounTests {
  let page: Walkthrough
  let library: SchemaLibrary
  let namespace = "http://example.com/2026/PoleInspections#"

  init() throws {
    page = try Walkthrough("docs/adding-a-noun.md")
    library = try page.write(below: "own") { folder in
      let library = try SchemaLibrary.standard(with: [folder])
      try library.compileAll()
      return library
    }
  }

  private func file(_ name: String) throws -> String { try #require(page.files[name], "\(name) is not on the page") }

  @Test("1, 2: one schema makes the noun, with its status and the meaning of its elements")
  func schema() throws {
    #expect(!SchemaLibrary.standard.nouns.contains("PoleInspections"))
    #expect(library.nouns.count == SchemaLibrary.standard.nouns.count + 1)
    #expect(library.profile("PoleInspections")?.isOwn == true)
    let schema = try #require(try library.schema(forNamespace: namespace))
    #expect(schema.status == "provisional")
    #expect(schema.elements.contains { $0.name.local == "condition" && $0.documentation == "How the pole is." })
    #expect(schema.elements.allSatisfy { !$0.documentation.isEmpty })
  }

  @Test("3: the message is valid, and what the page changes in it is found at the path it says")
  func judge() throws {
    let text = try file("created.xml")
    let reader = MessageReader(schemas: library)
    #expect(reader.read(Array(text.utf8)).verdict == .valid)
    #expect(MessageReader().read(Array(text.utf8)).verdict != .valid)
    let wrong = reader.read(Array(text.replacing("rotten", with: "old").utf8))
    #expect(wrong.violations.map { $0.path + "\n" }.contains(try file("violation")))
  }

  @Test("4: services, typed messages, JSON and JSON Schemas follow")
  func follows() throws {
    let catalog = try ServiceCatalog(library)
    let service = try #require(catalog.service(named: "SendPoleInspections"))
    #expect(service.operations.contains { $0.name == "CreatedPoleInspections" })
    #expect(service.messageNamespace == "http://iec.ch/TC57/2011/PoleInspectionsMessage")
    #expect(catalog.wsdl(of: service, address: "http://bus", locations: .files).contains("PoleInspections.xsd"))
    let typed = try library.schema(forNamespace: service.messageNamespace)
    #expect(typed?.element(SchemaName(service.messageNamespace, "CreatedPoleInspections")) != nil)
    let read = MessageReader(schemas: library).read(Array(try file("created.xml").utf8))
    let payload = try #require(read.message?.payload?.objects.first)
    let mapping = JSONMapping(resolver: library)
    let json = mapping.json(of: payload)
    #expect(String(decoding: json, as: UTF8.self).contains(#""PoleInspection":[{"condition":"rotten""#))
    #expect(try mapping.element(from: json) == payload)
  }

  @Test("5: a row of a table requires more of a verb than the schema does")
  func required() throws {
    let rules = try RequiredByVerb(csv: try file("required.csv"), file: "required.csv")
    let text = try file("created.xml")
    let reader = MessageReader(schemas: library)
    let full = try #require(reader.read(Array(text.utf8)).message)
    #expect(rules.check(full).findings.isEmpty)
    let short = text.replacing("<inspectedDateTime>2026-11-21T09:00:00Z</inspectedDateTime>", with: "")
    let inspection = reader.read(Array(short.utf8))
    #expect(inspection.verdict == .valid)
    #expect(rules.check(try #require(inspection.message)).findings.map(\.replyCode) == ["1.7"])
  }

  @Test("6: cimgen makes a typed view of the file as it stands")
  func view() throws {
    let files = try FacadeGenerator.files(of: library)
    let view = try #require(files.first { $0.path == "Sources/Part6/Generated/PoleInspections.swift" })
    #expect(view.text.contains("public var condition: PoleConditionKind {"))
    #expect(view.text.contains("public var inspectedDateTime: Timestamp? {"))
  }
}
