// From schema documents to tables: loading, names and the order of work.

/// Compiles a set of schema documents.
public enum SchemaCompiler {
  /// Compiles the documents at these paths together with all they include and import.
  ///
  /// - Throws: `SchemaError` with file and line at the first thing that is wrong or not supported.
  public static func compile(_ paths: [String], from source: any SchemaSource) throws(SchemaError) -> Schema {
    try compile(paths, from: source, sharing: nil)
  }

  /// The same, with documents that other compilations have read already.
  package static func compile(
    _ paths: [String], from source: any SchemaSource, sharing shared: SharedDocuments?
  ) throws(SchemaError) -> Schema {
    let build = SchemaBuild(source: source, sharing: shared)
    for path in paths { try build.load(path, chameleon: nil, requestedBy: nil) }
    try build.compileAll()
    return build.schema
  }
}

/// One schema document as it takes part in a build; a chameleon takes part once per namespace that includes it.
final class SchemaDocument {
  let root: SchemaNode
  let file: String
  let targetNamespace: String
  let isChameleon: Bool
  /// Namespaces whose components this document may refer to.
  let visibleNamespaces: Set<String>

  init(root: SchemaNode, file: String, targetNamespace: String, isChameleon: Bool) {
    self.root = root
    self.file = file
    self.targetNamespace = targetNamespace
    self.isChameleon = isChameleon
    var visible: Set<String> = [targetNamespace, SchemaName.xsd, "http://www.w3.org/XML/1998/namespace"]
    for node in root.components where node.name == "import" { visible.insert(node.attributes["namespace"] ?? "") }
    visibleNamespaces = visible
  }

  var qualifiesElements: Bool { root.attributes["elementFormDefault"] == "qualified" }
  var qualifiesAttributes: Bool { root.attributes["attributeFormDefault"] == "qualified" }

  func error(_ code: SchemaError.Code, _ message: String, _ node: SchemaNode) -> SchemaError {
    SchemaError(code, message, file: file, line: node.line)
  }
}

/// A component together with the document it stands in.
struct Definition {
  let node: SchemaNode
  let document: SchemaDocument
}

/// The state of one compilation.
final class SchemaBuild {
  let source: any SchemaSource
  private let shared: SharedDocuments?
  var schema = Schema()
  var documents: [SchemaDocument] = []
  private var loaded: Set<String> = []
  private var loadedPaths: Set<String> = []

  // Global components by name, as written.
  var elementDefinitions: [SchemaName: Definition] = [:]
  var attributeDefinitions: [SchemaName: Definition] = [:]
  var typeDefinitions: [SchemaName: Definition] = [:]
  var groupDefinitions: [SchemaName: Definition] = [:]
  var attributeGroupDefinitions: [SchemaName: Definition] = [:]
  /// Heads of substitution groups and the elements that name them.
  var substitutes: [SchemaName: [SchemaName]] = [:]

  // Work in progress.
  var simpleTypesUnderWay: Set<SchemaName> = []
  var groupsUnderWay: Set<SchemaName> = []
  var usedGroups: Set<SchemaName> = []
  /// Particles made so far: groups that refer to groups can double with every line.
  var particleCount = 0
  var complexTypeSources: [Definition] = []
  var complexTypeState: [WorkState] = []

  /// The references of redefinitions to what they replace.
  var redirections: [ObjectIdentifier: SchemaName] = [:]
  var hiddenNames: Set<SchemaName> = []
  /// Definitions that replace others.
  var replaced: Set<ObjectIdentifier> = []
  /// The files that each file includes or redefines.
  var inclusions: [String: [String]] = [:]
  var notationNames: Set<SchemaName> = []

  // Identity constraints by name and by the declaration that carries them, and the keyrefs among them.
  var constraintIDs: [SchemaName: Int32] = [:]
  var constraintRanges: [ObjectIdentifier: Range<Int32>] = [:]
  var references: [(index: Int, refer: SchemaName, node: SchemaNode, document: SchemaDocument)] = []
  var valueConstraints: [ValueConstraint] = []

  /// An error on its way through code that throws the simple types' own.
  var pendingError: SchemaError?

  /// Definitions that wait for the one they are made of; each is a stack frame or more.
  private var depth = 0
  static var maximumDepth: Int { 256 }

  enum WorkState { case waiting, underWay, done }

  init(source: any SchemaSource, sharing shared: SharedDocuments?) {
    self.source = source
    self.shared = shared
  }

  /// Goes one definition deeper; every call is followed by `defer { ascend() }`.
  func descend(at node: SchemaNode, in document: SchemaDocument) throws(SchemaError) {
    guard depth < Self.maximumDepth else {
      throw document.error(
        .tooLarge, "more than \(Self.maximumDepth) definitions are made of one another: derive from fewer levels", node)
    }
    depth += 1
  }

  func ascend() { depth -= 1 }

  // MARK: Loading

  func load(_ path: String, chameleon: String?, requestedBy: (SchemaDocument, SchemaNode)?) throws(SchemaError) {
    let key = path + "\n" + (chameleon ?? "")
    if loaded.contains(key) { return }
    if let (document, node) = requestedBy { try descend(at: node, in: document) }
    defer { if requestedBy != nil { ascend() } }
    let root = try read(path, requestedBy)
    guard root.isXSD, root.name == "schema" else {
      throw SchemaError(
        .malformed, "this is no XML Schema: its root is {\(root.namespace)}\(root.name)", file: path, line: root.line)
    }
    if !source.isTested(path) { try SchemaGrammar.check(root, file: path) }
    let own = root.attributes["targetNamespace"]
    if let chameleon, let own, own != chameleon {
      throw SchemaError(
        .malformed, "is included for namespace '\(chameleon)' but declares '\(own)': import it instead", file: path,
        line: root.line)
    }
    if let (importer, node) = requestedBy, node.name == "import", own != node.attributes["namespace"] {
      throw importer.error(
        .malformed,
        "'\(path)' is imported for \(Self.spelled(node.attributes["namespace"])), but is of \(Self.spelled(own))", node)
    }
    if own != nil && chameleon != nil {
      // Not a chameleon after all: it counts once, however it is reached.
      if loaded.contains(path + "\n") { return }
      loaded.insert(path + "\n")
    }
    loaded.insert(key)
    let document = SchemaDocument(
      root: root, file: path, targetNamespace: own ?? chameleon ?? "", isChameleon: own == nil && chameleon != nil)
    if documents.isEmpty {
      schema.documentation = root.documentation
      schema.status = root.status
    }
    documents.append(document)
    schema.targetNamespaces.insert(document.targetNamespace)
    for node in root.components { try register(node, in: document) }
  }

  private func read(_ path: String, _ requestedBy: (SchemaDocument, SchemaNode)?) throws(SchemaError) -> SchemaNode {
    // Components are known by their nodes: a chameleon that takes part twice needs nodes of its own each time.
    let isFirst = loadedPaths.insert(path).inserted
    let shared = isFirst && requestedBy != nil && source.isTested(path) ? shared : nil
    if let known = shared?.root(path) { return known }
    guard let bytes = try source.bytes(at: path) else {
      if let (document, node) = requestedBy {
        throw document.error(.notFound, "the schema set has no file '\(path)'", node)
      }
      throw SchemaError(.notFound, "the schema set has no such file", file: path, line: 0)
    }
    let root = try SchemaNode.parse(bytes, file: path, isTested: source.isTested(path))
    shared?.keep(root, path)
    return root
  }

  private static func spelled(_ namespace: String?) -> String {
    namespace.map { "namespace '\($0)'" } ?? "no namespace"
  }

  private func register(_ node: SchemaNode, in document: SchemaDocument) throws(SchemaError) {
    switch node.name {
    case "include":
      let path = try location(of: node, in: document)
      try load(path, chameleon: document.targetNamespace, requestedBy: (document, node))
    case "import":
      // A namespace without location must come in by another document of the set.
      if let location = node.attributes["schemaLocation"], let path = SchemaPath.resolve(location, from: document.file)
      {
        try load(source.located(path), chameleon: nil, requestedBy: (document, node))
      }
    case "redefine": try redefine(node, in: document)
    case "element":
      try define(node, in: document, among: \.elementDefinitions, kind: "element")
      if let head = node.attributes["substitutionGroup"] {
        let headName = try resolve(head, at: node, in: document)
        substitutes[headName, default: []].append(try globalName(of: node, in: document))
      }
    case "attribute": try define(node, in: document, among: \.attributeDefinitions, kind: "attribute")
    case "simpleType", "complexType": try define(node, in: document, among: \.typeDefinitions, kind: "type")
    case "group": try define(node, in: document, among: \.groupDefinitions, kind: "group")
    case "attributeGroup":
      try define(node, in: document, among: \.attributeGroupDefinitions, kind: "attribute group")
    case "notation": notationNames.insert(try globalName(of: node, in: document))
    default: throw document.error(.malformed, "'\(node.name)' cannot stand at the top of a schema", node)
    }
  }

  func location(of node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> String {
    guard let location = node.attributes["schemaLocation"] else {
      throw document.error(.malformed, "'\(node.name)' needs a schemaLocation", node)
    }
    guard let path = SchemaPath.resolve(location, from: document.file) else {
      throw document.error(
        .notFound, "'\(location)' lies outside the schema set; nothing is fetched: put the file into the set", node)
    }
    let located = source.located(path)
    inclusions[document.file, default: []].append(located)
    return located
  }

  private func define(
    _ node: SchemaNode, in document: SchemaDocument,
    among table: ReferenceWritableKeyPath<SchemaBuild, [SchemaName: Definition]>, kind: String
  ) throws(SchemaError) {
    let name = try globalName(of: node, in: document)
    if let other = self[keyPath: table][name] {
      throw document.error(
        .duplicate, "the \(kind) '\(name.local)' is defined twice, first in \(other.document.file):\(other.node.line)",
        node)
    }
    self[keyPath: table][name] = Definition(node: node, document: document)
  }

  func globalName(of node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> SchemaName {
    guard let name = node.attributes["name"] else {
      throw document.error(.malformed, "a global '\(node.name)' needs a name", node)
    }
    return SchemaName(document.targetNamespace, name)
  }

  // MARK: Names

  /// A QName in a schema document.
  func resolve(_ text: String, at node: SchemaNode, in document: SchemaDocument) throws(SchemaError) -> SchemaName {
    if !redirections.isEmpty, let hidden = redirections[ObjectIdentifier(node)] { return hidden }
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x80 }
    let trimmed = isPlain ? text : text.split { $0 == " " || $0.isNewline || $0 == "\t" }.joined()
    let name: SchemaName
    if let colon = trimmed.utf8.firstIndex(of: 0x3A) {
      let (prefix, local) = (String(trimmed[..<colon]), String(trimmed[trimmed.utf8.index(after: colon)...]))
      guard !local.utf8.contains(0x3A) else {
        throw document.error(.malformed, "'\(trimmed)' is no qualified name", node)
      }
      // The prefix xml is bound without a declaration (Namespaces in XML, 3).
      let known = prefix == "xml" ? "http://www.w3.org/XML/1998/namespace" : node.prefixes[prefix]
      guard let namespace = known else {
        throw document.error(.unresolved, "the prefix of '\(trimmed)' is not declared", node)
      }
      name = SchemaName(namespace, local)
    } else {
      // A chameleon's own names live in the namespace that included it.
      let namespace = node.prefixes[""] ?? ""
      name = SchemaName(namespace.isEmpty && document.isChameleon ? document.targetNamespace : namespace, trimmed)
    }
    // A name that another document happens to bring in would resolve today and not tomorrow (src-resolve.4).
    let isVisible = name.namespace == document.targetNamespace || document.visibleNamespaces.contains(name.namespace)
    guard isVisible else {
      throw document.error(
        .unresolved,
        "'\(trimmed)' is of \(Self.spelled(name.namespace.isEmpty ? nil : name.namespace)), which this file does not import",
        node)
    }
    return name
  }

  func symbol(_ name: SchemaName) -> Schema.Symbol {
    if let known = schema.symbolIDs[name] { return known }
    let id = Schema.Symbol(schema.symbols.count)
    schema.symbols.append(name)
    schema.symbolIDs[name] = id
    return id
  }

  // MARK: Order of work

  func compileAll() throws(SchemaError) {
    for name in typeDefinitions.keys.sorted() { _ = try typeReference(name, usedBy: nil) }
    for name in attributeDefinitions.keys.sorted() {
      if let definition = attributeDefinitions[name] {
        schema.globalAttributes[name] = try attribute(definition.node, in: definition.document, isGlobal: true)
      }
    }
    for name in elementDefinitions.keys.sorted() { _ = try globalElement(name, usedBy: nil) }
    try compileUnusedGroups()
    // Defining a type may ask for further anonymous ones: the list grows while it is worked off.
    var next = 0
    while next < complexTypeSources.count {
      try defineComplexType(Schema.ComplexTypeID(next))
      next += 1
    }
    try compileContentModels()
    try resolveKeyReferences()
    try checkValueConstraints()
    forgetRedefined()
  }
}
