// The envelope of a message as a small tree, read beside the decoder where the whole tree would be too large.
import CIMCodec
import CIMModel
import CIMProfiles
import CIMSchema
import XMLPull

/// Builds the tree of a message without the content of its payload: what `MessageJudge` asks for and no more.
///
/// Bounds: 1 MiB of text, 64 MiB of compressed payload and 20,000 elements; what lies beyond is left out. A profile
/// without envelope is read to its root's start tag only.
struct MessageSkeleton: ~Copyable {
  private static let textLimit = 1 << 20
  private static let elementLimit = 20_000
  /// The decoder refuses larger values.
  private static let compressedLimit = 64 << 20

  private enum Role {
    case soapEnvelope
    case soapBody
    /// A message, or what wraps one: its children are kept.
    case message
    case payload
    /// Header, Request, Reply and all below.
    case kept
    /// Payload/Compressed: a value that the judge unpacks.
    case compressed
    /// The element itself stands in the tree, what is in it does not.
    case pruned
  }

  private let schemas: SchemaLibrary
  private var reader: XMLReader
  private var roles: [Role] = []
  private var open: [Element] = []
  /// Depth of open elements below a pruned one.
  private var skipped = 0
  private var textBytes = 0
  private var elements = 0
  private(set) var isDone = false
  /// Something of what is asked for was left out, because there is too much of it.
  private(set) var isCut = false
  /// From the root to the Payload.
  private(set) var payloadPath: [DetachedObjects.PathStep]?
  private(set) var hasCompressed = false
  private var root: Element?

  init(schemas: SchemaLibrary, limits: XMLLimits) {
    self.schemas = schemas
    reader = XMLReader(limits: limits)
  }

  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    if isDone { return }
    reader.feed(bytes)
    drain()
  }

  /// The tree; nil where the document is not well-formed as far as it was read.
  mutating func finish() -> Element? {
    if !isDone {
      reader.finish()
      drain()
    }
    return root
  }

  private mutating func drain() {
    do throws(XMLError) {
      while !isDone {
        switch try reader.next() {
        case .startTag: start()
        case .endTag: end()
        case .text: text()
        case .endOfDocument: isDone = true
        case .needInput: return
        }
      }
    } catch {
      // The decoder reports it.
      isDone = true
      root = nil
    }
  }

  private mutating func start() {
    let parent = roles.last
    if parent == .pruned || skipped > 0 {
      skipped += 1
      return
    }
    elements += 1
    let name = String(decoding: reader.localName, as: UTF8.self)
    let namespace = reader.namespaces.names[Int(reader.namespace)]
    var element = Element(name, in: namespace)
    if elements > Self.elementLimit { isCut = true }
    let role = elements > Self.elementLimit ? .pruned : self.role(of: name, in: namespace, parent: parent)
    if role == .payload, payloadPath == nil {
      payloadPath = (open + [element]).map { DetachedObjects.PathStep(name: $0.name, namespace: $0.namespace) }
    }
    if role == .compressed { hasCompressed = true }
    if role == .kept || parent == .kept { element.attributes = reader.elementAttributes }
    open.append(element)
    roles.append(role)
    // In a profile without envelope nothing behind its root is asked for.
    if role == .pruned && parent == nil {
      root = element
      isDone = true
    }
  }

  private func role(of name: String, in namespace: String, parent: Role?) -> Role {
    switch parent {
    case nil where name == "Envelope" && namespace.contains("soap"): return .soapEnvelope
    case nil, .soapBody: return schemas.isProfile(SchemaName(namespace, name)) ? .pruned : .message
    case .soapEnvelope: return name == "Body" && namespace == open.last?.namespace ? .soapBody : .kept
    case .message:
      if name == "Payload" { return .payload }
      // The wrapped form: Request/message/Header.
      return name == "message" ? .message : .kept
    case .payload:
      // In strongly typed messages these are elements of the typed namespace.
      guard schemas.isEnvelope(namespace) || namespace == open.last?.namespace else { return .pruned }
      return name == "Compressed" ? .compressed : name == "Format" ? .kept : .pruned
    case .kept: return .kept
    case .compressed, .pruned: return .pruned
    }
  }

  private mutating func end() {
    if skipped > 0 {
      skipped -= 1
      return
    }
    guard var element = open.popLast(), roles.popLast() != nil else { return }
    if !element.children.isEmpty { element.text = "" }
    if open.isEmpty {
      root = element
    } else if elements <= Self.elementLimit {
      open[open.count - 1].children.append(element)
    }
  }

  private mutating func text() {
    guard skipped == 0 else { return }
    switch roles.last {
    case .kept where textBytes <= Self.textLimit: break
    case .compressed where textBytes <= Self.compressedLimit: break
    case .kept, .compressed:
      isCut = true
      return
    case .pruned:
      // An object that is a text, and has no parts.
      if reader.text.contains(where: { !XMLCharacters.isSpace($0) }) { isCut = true }
      return
    default: return
    }
    textBytes += reader.text.count
    open[open.count - 1].text += String(decoding: reader.text, as: UTF8.self)
  }
}
