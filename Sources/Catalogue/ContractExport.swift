// Contract documents: what a partner needs to build its side of an interface, as a folder.
public import CIMExport
public import CIMProfiles
import IECMessage
import MessageBus

/// Writes WSDLs and schemas, sample messages, a page and the catalogue itself.
///
/// The folder holds `index.html`, `catalogue.json`, `samples/{Verb}{Noun}.xml`, `WSDL/` with the generic service and the
/// strongly typed services that have a verb and noun of those exchanged, and the schemas they import.
public struct ContractExport: Sendable {
  public let catalogue: InterfaceCatalogue
  public let schemas: SchemaLibrary
  /// URL of the bus, which the WSDLs name.
  public let address: String

  /// - Parameter catalogue: hand `only(_:)` of a catalogue for the contract of one component.
  public init(_ catalogue: InterfaceCatalogue, schemas: SchemaLibrary = .standard, address: String) {
    self.catalogue = catalogue
    self.schemas = schemas
    self.address = address
  }

  /// All documents, sorted by path. The page names the messages of which no sample can be made.
  ///
  /// - Throws: `ExportError` with code `.badSchema`.
  public func documents() throws -> [ServiceCatalog.Document] {
    let services = try ServiceCatalog(schemas)
    let exchanged = exchanged(services.nouns)
    var documents: [ServiceCatalog.Document] = []
    var missing: [String] = []
    for (verb, noun) in exchanged {
      do throws(CatalogueError) {
        let bytes = try SampleMessage(verb, noun, schemas: schemas).xml()
        documents.append(.init(path: Self.path(verb, noun), text: String(decoding: bytes, as: UTF8.self)))
      } catch {
        // A user's schema may ask for what no example is known of; the rest of the contract stands.
        missing.append("\(verb.rawValue) \(noun): \(error.message)")
      }
    }
    let operations = Set(exchanged.map { $0.verb.capitalized + $0.noun })
    let wanted = services.services.filter { $0.operations.contains { operations.contains($0.name) } }
    let names = Set(([services.generic] + wanted).map { "WSDL/\($0.name).wsdl" })
    documents += try services.documents(address: address).filter { document in
      document.path.hasSuffix(".xsd") || names.contains(document.path)
    }
    documents.append(
      .init(path: "catalogue.json", text: String(decoding: CatalogueJSON.write(catalogue), as: UTF8.self)))
    documents.append(.init(path: "index.html", text: page(Set(documents.map(\.path)), wanted, missing)))
    return documents.sorted { $0.path < $1.path }
  }

  /// Writes `documents` below a folder, which is made where it is missing; files of the same names are replaced.
  ///
  /// - Throws: as `documents`, and `ExportError` with code `.notWritable`.
  public func write(to folder: String) throws { try ServiceCatalog.write(try documents(), to: folder) }

  /// Every verb and noun that a component of the catalogue exchanges and the schemas know, with the replies to requests.
  ///
  /// - Parameter all: what a pattern for every noun stands for.
  func exchanged(_ all: [String]) -> [(verb: Verb, noun: String)] {
    var verbs: [String: Set<Verb>] = [:]
    for entry in catalogue.entries {
      for direction in ComponentEntry.Direction.allCases {
        for pattern in entry[direction] {
          for noun in pattern.nouns ?? all {
            verbs[noun, default: []].formUnion(pattern.verbs)
            if pattern.verbs.contains(where: { $0.role == .request }) { verbs[noun, default: []].insert(.reply) }
          }
        }
      }
    }
    return verbs.sorted { $0.key < $1.key }.flatMap { noun, wanted -> [(verb: Verb, noun: String)] in
      // A partner may exchange nouns that no schema here describes.
      guard let known = try? SampleMessage.verbs(of: noun, in: schemas) else { return [] }
      let fitting = Set(known).union(noun == SampleMessage.operationSet ? [] : [.get])
      return Verb.allCases.filter { wanted.contains($0) && fitting.contains($0) }.map { ($0, noun) }
    }
  }

  private static func path(_ verb: Verb, _ noun: String) -> String { "samples/" + SampleMessage.fileName(verb, noun) }

  private func page(_ paths: Set<String>, _ services: [WebService], _ missing: [String]) -> String {
    var html = CatalogueHTML(catalogue)
    if let entry = catalogue.entries.first, catalogue.entries.count == 1 {
      html.title = "Interface contract of \(entry.id)"
    }
    html.sample = { verb, noun in
      let path = Self.path(verb, noun)
      return paths.contains(path) ? path : nil
    }
    html.documents = [
      ("catalogue.json", "this page for programs"), ("WSDL/Generic.wsdl", "the service for every noun"),
    ]
    html.documents += services.map { service in
      ("WSDL/\(service.name).wsdl", service.operations.map(\.name).joined(separator: ", "))
    }
    html.notes = missing.map { "No sample of \($0)" }
    return html.page()
  }
}
