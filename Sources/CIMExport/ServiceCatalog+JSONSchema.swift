// JSON Schemas of all messages, as files.
import CIMJSON
import CIMProfiles
import CIMSchema

extension ServiceCatalog {
  /// A JSON Schema for each root: the profiles ("MeterReadings.schema.json") and the messages of the envelope
  /// ("RequestMessage.schema.json"), sorted by path.
  ///
  /// - Throws: `ExportError` with code `.badSchema` where a schema of the library cannot be compiled.
  public func jsonSchemas() throws -> [Document] {
    var roots = library.nouns.compactMap { noun in
      library.profile(noun).map { SchemaName($0.namespace, noun) }
    }
    let envelope = try compiled(SchemaLibrary.envelopeNamespace)
    roots += envelope?.globalElements.keys.filter { $0.namespace == SchemaLibrary.envelopeNamespace } ?? []
    var documents: [Document] = []
    for root in roots {
      guard let schema = try compiled(root.namespace), let document = JSONSchemaDocument(schema: schema, root: root)
      else { continue }
      documents.append(
        Document(path: "\(root.local).schema.json", text: String(decoding: document.text(), as: UTF8.self)))
    }
    return documents.sorted { $0.path < $1.path }
  }

  /// Writes `jsonSchemas()` into a folder, which is made where it is missing; files of the same names are replaced.
  ///
  /// - Throws: `ExportError` with code `.notWritable` or `.badSchema`.
  public func writeJSONSchemas(to folder: String) throws { try Self.write(try jsonSchemas(), to: folder) }

  private func compiled(_ namespace: String) throws -> Schema? {
    do throws(SchemaError) {
      return try library.schema(forNamespace: namespace)
    } catch {
      throw ExportError(.badSchema, error.description, cause: error)
    }
  }
}
