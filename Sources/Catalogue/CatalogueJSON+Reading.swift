// Reading a catalogue that another program, or a colleague, has written.
import CIMJSON
import CIMModel
import IECMessage
import MessageBus

extension CatalogueJSON {
  /// Components of one catalogue.
  static let most = 10_000

  /// Reads what `write` writes. `gaps`, and what is said of a function beside its code, follow from the rest and are
  /// passed over; a key that is not known is an error, so that a misspelt one is found.
  ///
  /// Bounds: 16 MiB of text, 10,000 components.
  ///
  /// - Throws: `CatalogueError` with code `.malformed` and line and column, or `.duplicateComponent`.
  public static func read(_ bytes: [UInt8]) throws(CatalogueError) -> InterfaceCatalogue {
    do {
      let root = try JSONReader.read(bytes, limits: JSONLimits(bytes: 16 << 20, depth: 16, values: 1_000_000))
      let object = try Members(root, "the catalogue", ["format", "components", "gaps"])
      let version = try object.required("format")
      guard case .number(let text) = version.value, text == String(format) else {
        throw Members.refuse("format is \(version.kind); this version reads \(format)", version)
      }
      let items = try object.array("components")
      guard items.count <= most else {
        throw Members.refuse("there are \(items.count) components; at most \(most) are read", root)
      }
      var entries: [ComponentEntry] = []
      for item in items { entries.append(try component(item)) }
      return try InterfaceCatalogue(entries)
    } catch let error as LocatedProblem {
      let problem = error.located(in: bytes)
      throw CatalogueError(
        .malformed, "the catalogue cannot be read: line \(problem.line), column \(problem.column): \(problem.message)")
    } catch let error as CatalogueError {
      throw error
    } catch {
      throw CatalogueError(.malformed, "the catalogue cannot be read: \(error)")
    }
  }

  private static func component(_ node: JSONNode) throws -> ComponentEntry {
    let keys = ["id", "name", "vendor", "functions", "address", "state", "health"]
    let object = try Members(node, "a component", keys + ComponentEntry.Direction.allCases.map(\.rawValue))
    let id = try object.required("id")
    let text = try Members.string(id)
    guard !text.isEmpty else { throw Members.refuse("the id is empty", id) }
    var entry = ComponentEntry(
      id: ParticipantID(text), name: try object.string("name"), vendor: try object.string("vendor"),
      address: try object.string("address"))
    for item in try object.array("functions") {
      let function = try Members(item, "a function", ["code", "name", "parent", "part", "evidence"])
      entry.functions.append(try Members.string(function.required("code")))
    }
    if let state = object["state"] { entry.state = try Members.word(state) }
    if let health = object["health"] { entry.health = try self.health(health) }
    for direction in ComponentEntry.Direction.allCases {
      entry[direction] = try object.array(direction.rawValue).map(pattern)
    }
    return entry
  }

  private static func health(_ node: JSONNode) throws -> ComponentHealth {
    let object = try Members(node, "health", ["joined", "backlog", "lastDelivery", "circuit", "reason"])
    let joined = try object.required("joined")
    guard case .bool(let isJoined) = joined.value else {
      throw Members.refuse("joined is \(joined.kind); write true or false", joined)
    }
    var health = ComponentHealth(isJoined: isJoined)
    if let node = object["backlog"] {
      guard case .number(let text) = node.value, let count = Int(text), count >= 0 else {
        throw Members.refuse("backlog is \(node.kind); write a whole number", node)
      }
      health.backlog = count
    }
    if let node = object["lastDelivery"] {
      let text = try Members.string(node)
      guard let time = Timestamp(xmlText: text, zoneOffsetMinutes: nil) else {
        throw Members.refuse("'\(text.prefix(40))' is no instant; write it as 2026-01-01T00:00:00Z", node)
      }
      health.lastDelivery = time
    }
    if let node = object["circuit"] {
      guard let circuit = ParticipantHealth.Circuit(rawValue: try Members.string(node)) else {
        throw Members.refuse("circuit is neither open nor closed", node)
      }
      health.circuit = circuit
    }
    health.reason = try object.string("reason")
    return health
  }

  private static func pattern(_ node: JSONNode) throws -> MessagePattern {
    let object = try Members(node, "a pattern", ["verbs", "nouns", "from"])
    var verbs: [Verb] = []
    for item in try object.array("verbs") { verbs.append(try Members.word(item)) }
    if verbs.isEmpty { throw Members.refuse("a pattern needs verbs", node) }
    let nouns = object["nouns"] == nil ? nil : try object.array("nouns").map(Members.string)
    let senders = object["from"] == nil ? nil : try object.array("from").map { ParticipantID(try Members.string($0)) }
    return MessagePattern(verbs, nouns, from: senders)
  }
}

/// The members of a JSON object, by name.
private struct Members {
  private let node: JSONNode
  private let members: [JSONNode.Member]
  private let what: String

  /// - Parameter keys: those that may stand there.
  init(_ node: JSONNode, _ what: String, _ keys: [String]) throws {
    guard case .object(let members) = node.value else {
      throw Self.refuse("\(what) must be an object, not \(node.kind)", node)
    }
    for member in members where !keys.contains(member.name) {
      let near = Spelling.nearest(to: member.name, among: keys).map { "; did you mean '\($0)'?" }
      throw LocatedProblem(
        code: .unknownProperty, message: "'\(member.name.prefix(80))' is not known in \(what)" + (near ?? ""),
        offset: member.offset, path: "$")
    }
    self.node = node
    self.members = members
    self.what = what
  }

  subscript(name: String) -> JSONNode? { members.first { $0.name == name }?.node }

  func required(_ name: String) throws -> JSONNode {
    guard let node = self[name] else { throw Self.refuse("\(what) needs '\(name)'", node) }
    return node
  }

  func string(_ name: String) throws -> String? { try self[name].map(Self.string) }

  /// Empty where the member is absent.
  func array(_ name: String) throws -> [JSONNode] {
    guard let node = self[name] else { return [] }
    guard case .array(let items) = node.value else {
      throw Self.refuse("'\(name)' must be an array, not \(node.kind)", node)
    }
    return items
  }

  static func string(_ node: JSONNode) throws -> String {
    guard case .string(let text) = node.value else { throw refuse("\(node.kind) stands where a string must", node) }
    return text
  }

  /// One of an enumeration's words.
  static func word<Word: RawRepresentable & CaseIterable>(_ node: JSONNode) throws -> Word
  where Word.RawValue == String {
    let text = try string(node)
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw refuse("'\(text.prefix(40))' is none of \(words)", node)
    }
    return word
  }

  static func refuse(_ message: String, _ node: JSONNode) -> LocatedProblem {
    LocatedProblem(code: .wrongKind, message: message, offset: node.offset, path: "$")
  }
}
