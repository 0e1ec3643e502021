// The state of validation: one frame per open element, driven by the reader's tokens.
import CIMModel
import CIMSchema
import XMLPull

/// Walks schema tables along a document.
struct ValidationMachine {
  let resolver: any SchemaResolver
  let limits: DecodingLimits
  let buildsTree: Bool

  var frames: [Frame] = []
  /// Schemas in use; frames name them by number. Number 0 stands for none.
  var schemas: [Schema?] = [nil]
  /// Numbers of schemas by the namespace through which they were found.
  var schemaNumbers: [String: Int] = [:]
  var symbols = SymbolCache()

  /// Text of the open elements with simple or mixed content, end to end.
  var text: [UInt8] = []
  let tree = TreeBuilder()

  var findings: [DecodedDocument.Finding] = []
  var unknown: [DecodedDocument.UnknownElement] = []
  var profiles: [SchemaName] = []
  var isTruncated = false
  /// How often anything was left beside the frames: findings, unknown elements, profiles.
  var sideEffects = 0
  var nodes = PathNodes()
  var identifiers = IdentifierTable()
  var identity = IdentityTracker()
  /// Whether an identity constraint is open; all that documents without constraints pay for them.
  var isConstrained = false
  /// Declarations that elements with qualified names as their value make themselves: at the end tag the reader has
  /// forgotten them.
  var ownNamespaces: [(depth: Int, namespaces: ReaderNamespaces)] = []

  init(resolver: any SchemaResolver, limits: DecodingLimits, buildsTree: Bool) {
    self.resolver = resolver
    self.limits = limits
    self.buildsTree = buildsTree
    frames.reserveCapacity(32)
  }

  /// What an open element is held against.
  struct Frame {
    enum Rule {
      /// A complex type's automaton or xs:all.
      case complex(Schema.ComplexTypeID)
      /// Text of a simple type, no elements.
      case simple(SimpleType)
      /// xs:anyType and lax wildcards: known elements inside are checked.
      case lax
      /// A skip wildcard, or what stands below a violation: nothing is checked but profiles are still found.
      case skip
    }
    var rule: Rule
    var schema: Int
    var state: Int32
    /// Members of xs:all that have been seen.
    var seen: UInt64
    var scope: DecodedDocument.Scope
    /// Where this element's text begins in the text buffer.
    var textStart: Int
    var hasChildren: Bool
    var hasText: Bool
    var isNil: Bool
    /// A violation was found among the children: what is missing at the end may only be a consequence.
    var isDisturbed: Bool
    /// The element's place among all paths; counts its like-named siblings.
    var node: PathNodes.ID
    /// The declaration it is held against; -1 for none.
    var element: Schema.ElementID
    var name: String
    var fixed: String?
    var defaultValue: String?
    /// Where the start tag stands.
    var position: XMLPosition
  }

  // MARK: Violations

  /// Whether violations are only counted from now on: what is dropped needs neither words nor a path.
  var isFull: Bool { findings.count >= limits.violations }

  /// The path of a violation; empty for one that is dropped.
  func path(leaf: String? = nil) -> String { isFull ? "" : wholePath(leaf: leaf) }

  func wholePath(leaf: String? = nil) -> String {
    var path = ""
    for frame in frames {
      path += "/" + frame.name + nodes.suffix(frame.node)
    }
    if let leaf { path += "/" + leaf }
    return path.isEmpty ? "/" : path
  }

  mutating func report(
    _ rule: String, _ message: @autoclosure () -> String, at position: XMLPosition, path: String,
    scope: DecodedDocument.Scope,
    replyCode: String = "1.8"
  ) {
    sideEffects += 1
    // Why the reading ended is said in any case.
    guard !isFull || scope == .document else {
      isTruncated = true
      return
    }
    findings.append(
      DecodedDocument.Finding(
        violation: Violation(
          line: position.line, column: position.column, path: path, rule: rule, message: message(), replyCode: replyCode
        ),
        scope: scope))
  }

  // MARK: Another document

  /// Makes ready for another document; what was learnt of schemas, names and paths stays.
  mutating func restart() {
    frames.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    tree.restart()
    findings.removeAll()
    unknown.removeAll()
    profiles.removeAll()
    isTruncated = false
    nodes.restart()
    identifiers = IdentifierTable()
    identity = IdentityTracker()
    isConstrained = false
    ownNamespaces.removeAll()
  }

  // MARK: The result

  mutating func result(failure: XMLError?) -> DecodedDocument {
    if let failure {
      report(
        failure.code.rawValue, failure.message, at: failure.position, path: wholePath(), scope: .document,
        replyCode: failure.code.rawValue.hasPrefix("limit.") ? "3.1" : "1.8")
    } else {
      for (position, value) in identifiers.dangling {
        report(
          "cvc-id.1", "the IDREF '\(value)' names no ID in this document", at: position, path: "/", scope: .envelope)
      }
    }
    return DecodedDocument(
      root: failure == nil ? tree.root : nil, findings: findings, unknown: unknown, profiles: profiles,
      isWellFormed: failure == nil, isTruncated: isTruncated)
  }
}

/// ID and IDREF values of a document.
struct IdentifierTable {
  private var declared: Set<String> = []
  private var wanted: [(XMLPosition, String)] = []

  var isEmpty: Bool { declared.isEmpty && wanted.isEmpty }

  mutating func declare(_ value: String) -> Bool { declared.insert(value).inserted }
  mutating func want(_ value: String, at position: XMLPosition) { wanted.append((position, value)) }
  var dangling: [(XMLPosition, String)] { wanted.filter { !declared.contains($0.1) } }
}
