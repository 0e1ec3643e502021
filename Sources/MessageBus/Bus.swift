// The bus: takes messages, makes them durable, and sees to it that they reach those they are for.
import CIMModel
public import IECMessage
public import Logging
import Synchronization

/// The integration bus: routing by verb and noun, request/reply, publish/subscribe, retry and dead letters.
///
/// A message is acknowledged - `send` returns - only after the journal's commit. Deliveries are made by `run()`, at
/// least once each; what was pending when the process ended is resumed at the next start, in its order. Messages that
/// several senders send at the same moment may be delivered in either order.
///
/// Bounds: `BusConfiguration.queueLimit` undelivered messages and `pendingRequestLimit` synchronous requests per
/// participant; every call of a participant has a deadline (30 s) at which it is cancelled.
///
/// - SeeAlso: IEC 61968-100, 5.2 and 5.3 (exchange patterns); IEC 61968-9, Annex B (reply codes)
public final class Bus: Sendable {
  let journal: any Journal
  let coder: any MessageCoder
  let attachments: Attachments
  let configuration: BusConfiguration
  let logger: Logger
  let name: ParticipantID
  let lifecycle = Lifecycle()
  let broadcast = ActivityBroadcast()
  let nonces: NonceMemory
  /// Requests that were received earlier were sent to another run of the bus.
  let born = Timestamp.now()

  /// A lock and not an actor: every step is short, and none waits.
  let state: Mutex<BusState>

  /// - Parameter coder: writes what is delivered later, or came without bytes, into the journal.
  public init(
    journal: any Journal, coder: any MessageCoder, configuration: BusConfiguration = .init(), logger: Logger
  ) {
    self.journal = journal
    self.coder = coder
    attachments = Attachments(coder: coder, bytes: configuration.attachedBytes)
    self.configuration = configuration
    self.logger = logger
    name = ParticipantID(configuration.name)
    state = Mutex(BusState(configuration))
    nonces = NonceMemory(limit: configuration.nonceLimit, seconds: configuration.ruleContext.allowedSkew * 2)
  }

  // MARK: Participants

  /// Adds a participant; what the journal still holds for it is delivered first.
  ///
  /// - Throws: `BusError` with code `.duplicateParticipant` or `.shuttingDown`.
  public func join(_ participant: any Participant) async throws {
    let id = participant.id
    guard lifecycle.accepting else { throw BusError(.shuttingDown, "\(id) cannot join: the bus is stopping") }
    lifecycle.hand(.lane(try state.withLock { try $0.join(participant, as: id) }))
  }

  /// Removes a participant after the delivery under way; the rest stays in the journal until it joins again.
  public func leave(_ id: ParticipantID) async {
    guard let lane = state.withLock({ $0.leave(id) }) else { return }
    lane.left.resolve(())
    lane.signal.finish()
  }

  /// Who has joined, in that order.
  public var participants: [any Participant] {
    get async { state.withLock { $0.joined }.map(\.participant) }
  }

  // MARK: What the bus tells

  /// What the bus does, as it does it, from now on until it is stopped; for any number of observers.
  ///
  /// - Parameter limit: the steps kept for an observer that falls behind; older ones are lost to it. The bus never waits.
  public func activity(bufferingNewest limit: Int = 1_000) -> AsyncStream<Activity> {
    broadcast.observe(bufferingNewest: limit)
  }

  /// The newest dead letters, newest first.
  public func deadLetters(limit: Int = 100) async throws -> [DeadLetter] {
    try await journal.deadLetters(limit: limit)
  }

  /// The messages of this MessageID with their deliveries, and the replies to them, in order of acceptance.
  public func timeline(messageID: String, limit: Int = 1_000) async throws -> [JournalEntry] {
    try await journal.timeline(messageID: messageID, limit: limit)
  }

  /// The messages of this CorrelationID with their deliveries, and the replies to them, in order of acceptance.
  public func timeline(correlationID: String, limit: Int = 1_000) async throws -> [JournalEntry] {
    try await journal.timeline(correlationID: correlationID, limit: limit)
  }

  // MARK: Synchronous requests

  func release(_ call: Call, _ outcome: Result<Outcome, any Error>, _ answer: Call.Answer? = nil) {
    switch answer {
    case .reply: noteSuccess(call.serverID)
    case .failed(let error as any DeliveryFailure) where error.kind == .outage: noteOutage(call.serverID, error.reason)
    case .failed, .timedOut, .stopped, nil: break
    }
    state.withLock { $0.release(call) }
    call.outcome.resolve(outcome)
  }

  /// Ends the calls whose time is over. One look at all of them now and then costs less than a timer each.
  func expireCalls() {
    let now = ContinuousClock.now
    for call in state.withLock({ $0.callsUnderWay }) { call.expire(now) }
  }

  func stopCalls() {
    for call in state.withLock({ $0.callsUnderWay }) { call.stop() }
  }
}
