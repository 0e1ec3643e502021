// The registry: all components and what flows between them.
public import IECMessage
public import MessageBus

/// The interface reference model of one utility: its components with what they offer and consume.
///
/// Routing (`ComponentEntry.interests`), authorisation (`authorisation(of:toSend:_:)`) and contract documents come out of it.
///
/// - SeeAlso: IEC 61968-1, interface reference model
public struct InterfaceCatalogue: Sendable, Hashable {
  /// Sorted by id.
  public let entries: [ComponentEntry]

  /// - Throws: `CatalogueError` with code `.duplicateComponent`.
  public init(_ entries: [ComponentEntry]) throws(CatalogueError) {
    var seen: Set<ParticipantID> = []
    for entry in entries where !seen.insert(entry.id).inserted {
      throw CatalogueError(.duplicateComponent, "two components are named \(entry.id); give each an id of its own")
    }
    self.init(sorting: entries)
  }

  private init(sorting entries: [ComponentEntry]) {
    self.entries = entries.sorted { $0.id.rawValue < $1.id.rawValue }
  }

  /// The participants of a bus and everyone who is registered, on the bus or not.
  ///
  /// - Parameters:
  ///   - participants: what they offer and consume is taken from their interests.
  ///   - descriptions: of components that may be among the participants; those that are not are left out.
  ///   - registered: partners, whether they take part now or not; they go before `descriptions` of the same id.
  ///   - health: as the caller knows it.
  public init(
    participants: [any Participant], descriptions: [ComponentEntry] = ReferenceComponents.entries,
    registered: [ComponentEntry] = [], health: [ParticipantID: ComponentHealth] = [:]
  ) {
    let known = Dictionary(descriptions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var entries = Dictionary(registered.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for participant in participants {
      let id = participant.id
      var entry = entries[id] ?? known[id] ?? ComponentEntry(id: id)
      entry.take(participant.interests)
      entries[id] = entry
    }
    self.init(
      sorting: entries.values.map { entry in
        var entry = entry
        entry.health = health[entry.id] ?? entry.health
        return entry
      })
  }

  /// The catalogue of a running bus: who has joined is told apart from who is registered only.
  ///
  /// - Parameter health: of whom the caller knows more than the bus.
  public static func of(
    _ bus: Bus, descriptions: [ComponentEntry] = ReferenceComponents.entries, registered: [ComponentEntry] = [],
    health: [ParticipantID: ComponentHealth] = [:]
  ) async -> InterfaceCatalogue {
    let (participants, joined) = (await bus.participants, await bus.health())
    var all = Dictionary(
      registered.map { ($0.id, ComponentHealth(isJoined: false)) }, uniquingKeysWith: { first, _ in first })
    for health in joined { all[health.id] = ComponentHealth(health) }
    return InterfaceCatalogue(
      participants: participants, descriptions: descriptions, registered: registered,
      health: all.merging(health) { _, given in given })
  }

  public subscript(id: ParticipantID) -> ComponentEntry? { entries.first { $0.id == id } }

  /// The catalogue with one component only.
  ///
  /// - Throws: `CatalogueError` with code `.unknownComponent`, which names those there are.
  public func only(_ id: ParticipantID) throws(CatalogueError) -> InterfaceCatalogue {
    guard let entry = self[id] else {
      let known = entries.prefix(20).map(\.id.rawValue).joined(separator: ", ")
      throw CatalogueError(
        .unknownComponent, "no component is named '\(id)'" + (known.isEmpty ? "" : "; there are \(known)"))
    }
    return InterfaceCatalogue(sorting: [entry])
  }

  /// Components that exchange messages of this verb and noun in one direction, by id.
  public func components(_ direction: ComponentEntry.Direction, _ verb: Verb, _ noun: String) -> [ParticipantID] {
    entries.filter { entry in entry[direction].contains { $0.covers(verb, noun) } }.map(\.id)
  }

  /// Nouns that a component names, sorted; patterns for every noun name none.
  public var nouns: [String] {
    var nouns: Set<String> = []
    for entry in entries {
      for direction in ComponentEntry.Direction.allCases {
        for pattern in entry[direction] { nouns.formUnion(pattern.nouns ?? []) }
      }
    }
    return nouns.sorted()
  }
}
