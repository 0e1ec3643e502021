// Who has joined the bus, what waits for whom, and which requests are under way.
import CIMModel
import IECMessage

/// What a bus knows beside its journal; guarded by the lock of `Bus`, so that nothing here waits.
struct BusState: Sendable {
  private let configuration: BusConfiguration
  private var router = Router()
  private var order: [ParticipantID] = []
  private var generation = 0
  private var lanes: [ParticipantID: Lane] = [:]
  private var calls: [ObjectIdentifier: Call] = [:]
  /// Synchronous requests under way, so that one that is sent again meanwhile waits for the same answer.
  private var underWay: [InboxKey: Promise<Result<Outcome, any Error>>] = [:]
  private var requests = RequestsUnderWay()
  /// Whether anything that waits is urgent, or can wait: if not, nobody asks for the priority of what came before. Nil
  /// until the journal has been asked.
  var usesPriorities: Bool?

  init(_ configuration: BusConfiguration) {
    self.configuration = configuration
    if !configuration.priorities.isEmpty { usesPriorities = true }
  }

  // MARK: Participants

  /// - Throws: `BusError` with code `.duplicateParticipant`.
  mutating func join(_ participant: any Participant, as id: ParticipantID) throws -> Lane.Ticket {
    guard lanes[id] == nil, id.rawValue != configuration.name else {
      throw BusError(.duplicateParticipant, "a participant named \(id) has joined already")
    }
    let (signal, firing) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    generation += 1
    let left = Promise<Void>()
    let lane = Lane(participant: participant, generation: generation, signal: firing, left: left)
    lanes[id] = lane
    firing.yield()
    router.add(id, participant.interests)
    order.append(id)
    return Lane.Ticket(
      participant: participant, id: id, generation: generation, signal: signal, left: left,
      overtaking: lane.overtaking)
  }

  /// - Returns: the lane that was removed.
  mutating func leave(_ id: ParticipantID) -> Lane? {
    guard let lane = lanes.removeValue(forKey: id) else { return nil }
    router.remove(id)
    order.removeAll { $0 == id }
    return lane
  }

  /// Their lanes, in the order of joining.
  var joined: [Lane] { order.compactMap { lanes[$0] } }

  func hasJoined(_ id: ParticipantID) -> Bool { lanes[id] != nil }

  func route(_ verb: Verb, _ noun: String, from sender: ParticipantID) -> Result<ParticipantID, Router.NoRoute> {
    router.server(verb, noun, from: sender)
  }

  // MARK: Synchronous requests

  /// What is to be done with a synchronous request.
  enum CallAdmission {
    case made(Call)
    /// The same request is under way already.
    case joined(Promise<Result<Outcome, any Error>>)
  }

  /// Finds who answers and counts the request among those under way.
  ///
  /// - Throws: `Router.NoRoute`, or `BusError` of code `.busy` with reply code 3.2 or 5.1.
  mutating func admitCall(
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
      server: lane.participant, id: id, request: request, sender: sender, key: key,
      expires: .now + configuration.syncDeadline)
    calls[ObjectIdentifier(call)] = call
    if let key { underWay[key] = call.outcome }
    return .made(call)
  }

  mutating func release(_ call: Call) {
    calls[ObjectIdentifier(call)] = nil
    if let key = call.key { underWay[key] = nil }
    if let index = lanes.index(forKey: call.serverID) {
      lanes.values[index].calls = max(lanes.values[index].calls - 1, 0)
    }
  }

  /// The synchronous requests under way.
  var callsUnderWay: [Call] { Array(calls.values) }

  // MARK: Asynchronous requests

  /// - Returns: false where the request was withdrawn.
  mutating func begin(request: EntryID) -> Bool { requests.begin(request) }

  mutating func end(requests ended: [EntryID]) {
    for entry in ended { requests.end(entry) }
  }

  /// - Returns: false where its server has it already.
  mutating func withdraw(_ request: EntryID) -> Bool { requests.withdraw(request) }

  // MARK: Places in queues

  /// Finds who is told of an event and keeps a place for it in their queues.
  ///
  /// - Throws: `BusError` of code `.busy` with reply code 5.1.
  mutating func admitEvent(_ verb: Verb, _ noun: String, from sender: ParticipantID) throws -> [ParticipantID] {
    let targets = router.subscribers(verb, noun, from: sender)
    try reserve(targets)
    return targets
  }

  /// Keeps a place in each of these queues, or in none.
  ///
  /// - Throws: `BusError` of code `.busy` with reply code 5.1.
  mutating func reserve(_ targets: [ParticipantID]) throws {
    for target in targets {
      // In place: a lane is a large value to copy.
      guard let index = lanes.index(forKey: target) else { continue }
      let waiting = lanes.values[index].waiting
      if waiting >= configuration.queueLimits[target] ?? configuration.queueLimit {
        throw BusError(
          .busy, "\(waiting) messages wait for \(target)", replyCode: "5.1", retryAfter: configuration.retryAfter)
      }
    }
    keepPlaces(targets)
  }

  /// Keeps places without asking for the bound: for replies, whose request was admitted under it.
  mutating func keepPlaces(_ targets: [ParticipantID]) {
    for target in targets {
      if let index = lanes.index(forKey: target) { lanes.values[index].reserved += 1 }
    }
  }

  /// Gives the places back when the commit failed.
  mutating func cancelReservation(_ targets: [ParticipantID]) {
    for target in targets {
      guard let lane = lanes[target] else { continue }
      lanes[target]?.reserved = max(lane.reserved - 1, 0)
    }
  }

  /// Hands what was committed to the lanes of those it is for.
  mutating func enqueue(_ item: Lane.Item, to targets: [ParticipantID]) {
    let (window, bytes) = (configuration.window, configuration.windowBytes)
    if item.priority != .normal { usesPriorities = true }
    for target in targets {
      if let index = lanes.index(forKey: target) { lanes.values[index].add(item, window: window, bytes: bytes) }
    }
  }

  // MARK: Lanes

  /// Changes the lane that a worker was handed; nothing where its participant has left since.
  ///
  /// - Returns: what `change` returned; nil where there is no such lane any more.
  mutating func withLane<Value>(_ ticket: Lane.Ticket, _ change: (inout Lane) -> Value) -> Value? {
    guard let index = lanes.index(forKey: ticket.id), lanes.values[index].generation == ticket.generation else {
      return nil
    }
    return change(&lanes.values[index])
  }

  /// - Returns: whether the participant had been out of reach.
  mutating func noteSuccess(_ id: ParticipantID) -> Bool {
    guard let index = lanes.index(forKey: id) else { return false }
    let threshold = configuration.outagesToOpen
    lanes.values[index].lastSuccess = .now()
    return lanes.values[index].circuit.succeed(threshold: threshold)
  }

  /// - Returns: how long to leave the participant alone, and whether its circuit has just opened.
  mutating func noteOutage(_ id: ParticipantID, _ reason: String) -> (pause: Duration, isNew: Bool) {
    guard var circuit = lanes[id]?.circuit else { return (configuration.backoff.maximum, false) }
    let pause = configuration.backoff.pause(afterAttempts: circuit.outages + 1)
    let isNew = circuit.fail(reason, at: .now(), pause: pause, threshold: configuration.outagesToOpen)
    lanes[id]?.circuit = circuit
    return (pause, isNew)
  }
}
