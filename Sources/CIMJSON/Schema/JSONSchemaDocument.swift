// JSON Schemas of the JSON that JSONMapping writes, for partners who check before they send.
public import CIMSchema

/// A JSON Schema, draft 2020-12, of the documents with one root element.
///
/// It describes the form that `JSONMapping` writes; the reader takes a little more, as bare numbers for quoted ones.
/// The XML schema stays the judge, because JSON Schema cannot say all it says: the order of "#items", the values of
/// lists, identity constraints, what stands below wildcards, xsi:type on plain values, and white space around values.
/// "format" is an annotation in this draft: a dateTime without time zone is valid, although RFC 3339 wants one.
public struct JSONSchemaDocument: Sendable {
  private let loaded: LoadedSchema
  private let root: SchemaName
  private let element: ElementDeclaration

  /// - Returns: nil where the schema has no such global element.
  public init?(schema: Schema, root: SchemaName) {
    guard let element = schema.element(root) else { return nil }
    loaded = LoadedSchema(schema)
    self.root = root
    self.element = element
  }

  /// The schema as text, indented, ending with a line end.
  public func text() -> [UInt8] {
    var builder = JSONSchemaBuilder(loaded)
    let content = builder.value(of: element, path: root.local)
    let definitions = builder.definitions()
    var document: [(String, JSONTree)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string(root.local)),
    ]
    let description = JSONSchemaBuilder.oneLine(loaded.schema.documentation)
    if !description.isEmpty { document.append(("description", .string(description))) }
    document += [
      ("type", .string("object")),
      (
        "properties",
        .object([
          (Vocabulary.namespace, .object([("const", .string(root.namespace))])),
          (root.local, content.with(JSONSchemaBuilder.description(element.documentation))),
        ])
      ),
      ("required", .strings([Vocabulary.namespace, root.local])), ("additionalProperties", .no),
      ("$defs", .object(definitions)),
    ]
    var writer = JSONWriter(pretty: true)
    JSONTree.object(document).write(to: &writer)
    return writer.bytes + [0x0A]
  }
}
