// A system of the reference model on the bus, made of parts.
public import IECMessage
public import MessageBus

/// One system: its parts take the requests and events that are theirs.
public struct ReferenceSystem: Participant {
  public let id: ParticipantID
  public let parts: [any SystemPart]
  public let interests: [Interest]

  /// - Parameter parts: of a request that several of them serve, the first answers; an event goes to all it is for.
  public init(_ id: ParticipantID, _ parts: [any SystemPart]) {
    self.id = id
    self.parts = parts
    interests = parts.flatMap(\.interests)
  }

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    for part in parts where part.wants(request, .serves, from: sender) {
      return try await part.answer(request, from: sender)
    }
    return request.failure("2.9", reason: "\(id) does not serve this verb and noun", source: id.rawValue)
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    for part in parts where part.wants(event, .subscribes, from: sender) {
      try await part.receive(event, from: sender)
    }
  }

  public func receive(reply: Message, from sender: ParticipantID) async throws {
    for part in parts { try await part.receive(reply: reply, from: sender) }
  }

  /// Does something at the system.
  ///
  /// - Throws: `ActionError`, also for an action that none of its parts has.
  public func perform(_ action: ActionCall) async throws {
    for part in parts where type(of: part).actions.contains(where: { $0.name == action.name }) {
      return try await part.perform(action)
    }
    throw ActionError("\(id) has no action '\(action.name)'")
  }

  /// The value of a fact; nil where there is none.
  public func fact(_ path: FactPath) async -> String? {
    for part in parts where type(of: part).facts.contains(where: { $0.matches(path) }) {
      if let value = await part.fact(path) { return value }
    }
    return nil
  }

  /// Runs what the parts do of their own accord, until cancelled.
  public func work() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in parts { group.addTask { try await part.work() } }
      try await group.waitForAll()
    }
  }
}

extension Participant {
  /// Whether a message is one of those this participant has a role in.
  func wants(_ message: Message, _ role: Interest.Role, from sender: ParticipantID) -> Bool {
    guard let verb = message.verb else { return false }
    return interests.contains { interest in
      interest.role == role && interest.verbs.contains(verb)
        && (interest.nouns.map { $0.contains(message.noun ?? "") } ?? true)
        && (interest.senders?.contains(sender) ?? true)
    }
  }
}
