// The bus: takes messages, makes them durable, and sees to it that they reach those they are for.
import CIMModel
public import IECMessage
public import Logging

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
public actor Bus {
  nonisolated let journal: any Journal
  nonisolated let coder: any MessageCoder
  nonisolated let configuration: BusConfiguration
  nonisolated let logger: Logger
  nonisolated let lifecycle = Lifecycle()
  nonisolated let broadcast = ActivityBroadcast()
  nonisolated let nonces: NonceMemory
  /// Requests that were received earlier were sent to another run of the bus.
  nonisolated let born = Timestamp.now()

  private var router = Router()
  private var order: [ParticipantID] = []
  private var generation = 0
  var lanes: [ParticipantID: Lane] = [:]
  var calls: [ObjectIdentifier: Call] = [:]
  /// Synchronous requests under way, so that one that is sent again meanwhile waits for the same answer.
  private var underWay: [InboxKey: Promise<Result<Outcome, any Error>>] = [:]

  private var requests = RequestsUnderWay()

  /// - Parameter coder: writes what is delivered later, or came without bytes, into the journal.
  public init(
    journal: any Journal, coder: any MessageCoder, configuration: BusConfiguration = .init(), logger: Logger
  ) {
    self.journal = journal
    self.coder = coder
    self.configuration = configuration
    self.logger = logger
    nonces = NonceMemory(limit: configuration.nonceLimit, seconds: configuration.ruleContext.allowedSkew * 2)
  }

  nonisolated var name: ParticipantID { ParticipantID(configuration.name) }

  // MARK: Participants

  /// Adds a participant; what the journal still holds for it is delivered first.
  ///
  /// - Throws: `BusError` with code `.duplicateParticipant` or `.shuttingDown`.
  public func join(_ participant: any Participant) throws {
    let id = participant.id
    guard lifecycle.accepting else { throw BusError(.shuttingDown, "\(id) cannot join: the bus is stopping") }
    guard lanes[id] == nil, id != name else {
      throw BusError(.duplicateParticipant, "a participant named \(id) has joined already")
    }
    let (signal, firing) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    generation += 1
    let left = Promise<Void>()
    lanes[id] = Lane(participant: participant, generation: generation, signal: firing, left: left)
    router.add(id, participant.interests)
    order.append(id)
    lifecycle.hand(.lane(Lane.Ticket(participant: participant, generation: generation, signal: signal, left: left)))
    firing.yield()
  }

  /// Removes a participant after the delivery under way; the rest stays in the journal until it joins again.
  public func leave(_ id: ParticipantID) {
    guard let lane = lanes.removeValue(forKey: id) else { return }
    lane.left.resolve(())
    lane.signal.finish()
    router.remove(id)
    order.removeAll { $0 == id }
  }

  /// Who has joined, in that order.
  public var participants: [any Participant] { order.compactMap { lanes[$0]?.participant } }

  // MARK: What the bus tells

  /// What the bus does, as it does it, from now on until it is stopped; for any number of observers.
  ///
  /// - Parameter limit: the steps kept for an observer that falls behind; older ones are lost to it. The bus never waits.
  public nonisolated func activity(bufferingNewest limit: Int = 1_000) -> AsyncStream<Activity> {
    broadcast.observe(bufferingNewest: limit)
  }

  /// The newest dead letters, newest first.
  public nonisolated func deadLetters(limit: Int = 100) async throws -> [DeadLetter] {
    try await journal.deadLetters(limit: limit)
  }

  /// The messages of this MessageID with their deliveries, and the replies to them, in order of acceptance.
  public nonisolated func timeline(messageID: String, limit: Int = 1_000) async throws -> [JournalEntry] {
    try await journal.timeline(messageID: messageID, limit: limit)
  }

  /// The messages of this CorrelationID with their deliveries, and the replies to them, in order of acceptance.
  public nonisolated func timeline(correlationID: String, limit: Int = 1_000) async throws -> [JournalEntry] {
    try await journal.timeline(correlationID: correlationID, limit: limit)
  }

  // MARK: Admission

  func hasJoined(_ id: ParticipantID) -> Bool { lanes[id] != nil }

  func route(_ verb: Verb, _ noun: String, from sender: ParticipantID) -> Result<ParticipantID, Router.NoRoute> {
    router.server(verb, noun, from: sender)
  }

  /// What is to be done with a synchronous request.
  enum CallAdmission {
    case made(Call)
    /// The same request is under way already.
    case joined(Promise<Result<Outcome, any Error>>)
  }

  /// Finds who answers and counts the request among those under way.
  ///
  /// - Throws: `Router.NoRoute`, or `BusError` of code `.busy` with reply code 3.2.
  func admitCall(
    _ verb: Verb, _ noun: String, request: Message, from sender: ParticipantID, key: InboxKey?
  ) throws -> CallAdmission {
    if let key, let outcome = underWay[key] { return .joined(outcome) }
    let id = try router.server(verb, noun, from: sender).get()
    guard let lane = lanes[id] else { throw Router.NoRoute(code: "2.5", reason: "nobody serves \(noun)") }
    guard lane.calls < configuration.pendingRequestLimit else {
      throw BusError(
        .busy, "\(id) has \(lane.calls) requests to answer", replyCode: "3.2", retryAfter: configuration.retryAfter)
    }
    var circuit = lane.circuit
    let pause = configuration.backoff.maximum
    guard circuit.admits(.now(), threshold: configuration.outagesToOpen, pause: pause) else {
      throw BusError(
        .busy, "\(id) is out of reach: \(circuit.reason ?? "it does not answer")", replyCode: "5.1",
        retryAfter: configuration.retryAfter)
    }
    lanes[id]?.circuit = circuit
    lanes[id]?.calls += 1
    let call = Call(
      server: lane.participant, request: request, sender: sender, key: key,
      expires: .now + configuration.syncDeadline)
    calls[ObjectIdentifier(call)] = call
    if let key { underWay[key] = call.outcome }
    return .made(call)
  }

  func release(_ call: Call, _ outcome: Result<Outcome, any Error>, _ answer: Call.Answer? = nil) {
    switch answer {
    case .reply: noteSuccess(call.server.id)
    case .failed(let error as any DeliveryFailure) where error.kind == .outage: noteOutage(call.server.id, error.reason)
    case .failed, .timedOut, .stopped, nil: break
    }
    calls[ObjectIdentifier(call)] = nil
    if let key = call.key { underWay[key] = nil }
    call.outcome.resolve(outcome)
    if let lane = lanes[call.server.id] { lanes[call.server.id]?.calls = max(lane.calls - 1, 0) }
  }

  func begin(request: EntryID) -> Bool { requests.begin(request) }

  func end(requests ended: [EntryID]) {
    for entry in ended { requests.end(entry) }
  }

  /// Keeps an asynchronous request from its server.
  ///
  /// - Returns: false where its server has it already.
  func withdraw(_ request: JournalEntry) -> Bool {
    guard request.deliveries.allSatisfy({ $0.state == .pending && $0.attempts == 0 }) else { return false }
    return requests.withdraw(request.id)
  }

  /// Ends the calls whose time is over. One look at all of them now and then costs less than a timer each.
  func expireCalls() {
    let now = ContinuousClock.now
    for call in calls.values { call.expire(now) }
  }

  func stopCalls() {
    for call in calls.values { call.stop() }
  }

  /// Finds who is told of an event and keeps a place for it in their queues.
  func admitEvent(_ verb: Verb, _ noun: String, from sender: ParticipantID) throws -> [ParticipantID] {
    let targets = router.subscribers(verb, noun, from: sender)
    try reserve(targets)
    return targets
  }

  /// Keeps a place in each of these queues, or in none.
  ///
  /// - Throws: `BusError` of code `.busy` with reply code 5.1.
  func reserve(_ targets: [ParticipantID]) throws {
    for target in targets {
      if let lane = lanes[target], lane.waiting >= configuration.queueLimits[target] ?? configuration.queueLimit {
        throw BusError(
          .busy, "\(lane.waiting) messages wait for \(target)", replyCode: "5.1", retryAfter: configuration.retryAfter)
      }
    }
    keepPlaces(targets)
  }

  /// Keeps places without asking for the bound: for replies, whose request was admitted under it.
  func keepPlaces(_ targets: [ParticipantID]) {
    for target in targets { lanes[target]?.reserved += 1 }
  }

  /// Gives the places back when the commit failed.
  func cancelReservation(_ targets: [ParticipantID]) {
    for target in targets {
      guard let lane = lanes[target] else { continue }
      lanes[target]?.reserved = max(lane.reserved - 1, 0)
    }
  }

  /// Hands what was committed to the lanes of those it is for.
  func enqueue(_ item: Lane.Item, to targets: [ParticipantID]) {
    for target in targets { lanes[target]?.add(item, window: configuration.window) }
  }

  func closeLanes() {
    for lane in lanes.values { lane.signal.finish() }
  }
}
