// The repair of one document: its parts in their order.
import CIMCodec
import CIMProfiles
import CIMSchema
import IECMessage

/// The state of repairing one document.
///
/// First the shape (what is the message, and of which kind), then names and namespaces by the schema's tables, then what
/// the schema cannot know (verbs, nouns, results), then values and their order.
struct RepairRun {
  let dialect: Dialect
  let words: DialectWords
  let schemas: SchemaLibrary
  let limits: ReadLimits
  let facts: CallFacts
  var log: RepairLog
  /// Elements of the SOAP Header, which may hold what the envelope lacks.
  var soapHeaders: [DocumentNode] = []
  private var views: [String: SchemaView] = [:]
  /// Nouns by their names in small letters.
  let foldedNouns: [String: String]

  init(dialect: Dialect, schemas: SchemaLibrary, limits: ReadLimits, facts: CallFacts) {
    self.dialect = dialect
    self.schemas = schemas
    self.limits = limits
    self.facts = facts
    words = DialectWords(dialect)
    foldedNouns = Dictionary(schemas.nouns.map { ($0.lowercased(), $0) }) { first, _ in first }
    log = RepairLog(limit: limits.violations)
  }

  mutating func repair(_ root: DocumentNode) -> DocumentNode {
    var root = root
    log.enter(root)
    guard root.name == "Envelope", Self.soap.contains(root.namespace) else {
      repairMessage(&root)
      return root
    }
    soapHeaders = root.children.first { $0.name == "Header" }?.children ?? []
    // Several elements in the Body are the strict reader's to refuse.
    guard let body = root.children.lastIndex(where: { $0.name == "Body" && $0.namespace == root.namespace }),
      root.children[body].children.count == 1
    else { return root }
    log.enter(root.children[body])
    log.enter(root.children[body].children[0])
    repairMessage(&root.children[body].children[0])
    return root
  }

  private static let soap = [SOAPVersion.v1_1.namespace, SOAPVersion.v1_2.namespace]

  private mutating func repairMessage(_ message: inout DocumentNode) {
    let original = (message, log)
    unwrap(&message)
    if let shape = takeShape(&message) {
      repairParts(&message, shape)
    } else if schemas.isProfile(SchemaName(message.namespace, message.name)) || isMapped(message) {
      repairBarePayload(&message)
    } else {
      // What was unwrapped is no message either: the strict reader is to judge what was sent.
      (message, log) = original
    }
  }

  /// Everything below the root of a message whose root is standard by now.
  mutating func repairParts(_ message: inout DocumentNode, _ shape: MessageShape) {
    guard let (view, type) = resolve(message) else { return }
    flattenRequest(&message)
    alignNames(&message, type, view)
    dropEmptyContent(&message)
    repairReply(&message)
    repairHeader(&message, shape)
    alignValues(&message, type, view, isEnvelope: true)
  }

  // MARK: Schemas

  /// The tables for an element that a schema declares globally; nil where none does.
  mutating func resolve(_ node: DocumentNode) -> (view: SchemaView, type: TypeReference)? {
    let name = SchemaName(node.namespace, node.name)
    guard let resolved = schemas.resolve(name) else { return nil }
    let view = views[node.namespace] ?? SchemaView(resolved.schema)
    views[node.namespace] = view
    return (view, resolved.schema.elements[Int(resolved.element)].type)
  }

  /// Whether a namespace is one of the envelope's, here or at the partner's. Envelopes of other editions, which the user's
  /// schemas may bring, are shaped otherwise and not repaired.
  func isEnvelope(_ namespace: String) -> Bool {
    namespace == Envelope.namespace || dialect.envelopeNamespaces.contains(namespace)
      || namespace == Envelope.wrapper || namespace.isEmpty && dialect.acceptsNoNamespace
  }

  /// Whether an element is the envelope's: of its namespace, or of a strongly typed one.
  func isEnvelopePart(_ node: DocumentNode) -> Bool {
    isEnvelope(node.namespace) || TypedNamespace(node.namespace) != nil
  }
}
