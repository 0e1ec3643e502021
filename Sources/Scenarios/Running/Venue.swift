// Where a scenario is played: the bus as the runner sees it.
public import IECMessage
public import MessageBus

/// A bus, in this process or elsewhere.
public protocol Venue: Sendable {
  /// What happens from now on; the oldest steps are dropped where the observer does not keep up.
  func activity(bufferingNewest limit: Int) async throws -> AsyncStream<Activity>

  /// A journaled message; nil where it cannot be had.
  func message(_ entry: EntryID) async -> Message?

  /// The last reply to a journaled request; nil where it cannot be had.
  func reply(to entry: EntryID) async -> Message?
}

extension Bus: Venue {
  private static let messageLimit = 4 << 20

  public nonisolated func message(_ entry: EntryID) async -> Message? {
    guard let body = try? await body(of: entry, from: 0, count: Self.messageLimit) else { return nil }
    return MessageReader().read(body).message
  }

  public nonisolated func reply(to entry: EntryID) async -> Message? {
    guard let last = try? await related(to: entry, limit: 100).replies.last else { return nil }
    return await message(last.id)
  }
}

/// Systems of a scenario that are not this process's: people, or programs, act at them.
public struct Elsewhere: Sendable {
  public var systems: Set<ParticipantID>
  /// How long to wait for each step that begins there, besides the scenario's own time.
  public var patience: Duration
  /// Told what is to be done there now.
  public var prompt: @Sendable (String) async -> Void

  public init(
    _ systems: Set<ParticipantID>, patience: Duration = .seconds(60), prompt: @escaping @Sendable (String) async -> Void
  ) {
    self.systems = systems
    self.patience = patience
    self.prompt = prompt
  }

  func allowance(_ scenario: Scenario) -> Duration {
    patience * Double(scenario.steps.filter { $0.isBegun(in: systems) }.count)
  }
}

extension Scenario.Step {
  /// Whether what begins it is done at one of these systems.
  func isBegun(in systems: Set<ParticipantID>) -> Bool {
    switch trigger {
    case .actions(let actions): actions.contains { systems.contains($0.system) }
    case .send: systems.contains(from)
    case nil: false
    }
  }
}
