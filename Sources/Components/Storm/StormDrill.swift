// A storm over a fleet, told to an OMS as messages; what it makes of it beside the truth.
public import CIMModel
public import IECMessage
public import Logging
public import MessageBus
public import MeterSimulator

/// Lets a storm pass over a fleet and an OMS find out what has happened.
///
/// The OMS gets EndDeviceEvents as they come from the wire, written and read with validation, and what a utility knows
/// of its network; it asks meters through the metering system and never sees the truth. Time is simulated: the clock stands
/// while it works.
public struct StormDrill: Sendable {
  public let fleet: MeterFleet
  public let storm: Storm
  /// Seconds between two looks at what has arrived.
  public var step: Int64 = 5
  /// Meters whose events go into one message.
  public var metersPerMessage = 20
  public var analysis = OutageAnalysis.Configuration()

  /// What came of it.
  public struct Report: Sendable {
    public var score: StormScore
    /// Interruptions that were over in less than a minute.
    public var momentary: Int
    public var messages = 0
    public var bytes = 0
    public var events = 0
    public var counts: OutageAnalysis.Counts
    /// Requests in which the OMS asked meters, and messages it published.
    public var requests = 0
    public var published = 0
    /// Outages that were not closed when all was quiet.
    public var openAtEnd: Int
  }

  /// - Parameters:
  ///   - meters: size of the fleet.
  ///   - start: when it begins.
  public init(meters: Int, start: Timestamp, plan: Storm.Plan) {
    fleet = MeterFleet(count: meters, seed: plan.seed, start: start)
    storm = Storm(over: fleet, start: start, plan: plan)
  }

  /// Plays it.
  ///
  /// - Parameters:
  ///   - bus: everything goes over it, and it has to run; nil: the messages reach the OMS's decoder at once.
  ///   - progress: called now and then with the share that is done.
  public func run(
    over bus: Bus? = nil, coder: MessageXMLCoder = MessageXMLCoder(), logger: Logger,
    progress: @Sendable (Double) -> Void = { _ in }
  ) async throws -> Report {
    var struck = fleet
    let signals = storm.strike(&struck)
    let clock = UtilityClock(standingAt: fleet.start)
    let system = MeteringSystem(fleet: struck, port: NoPort(), logger: logger) { clock.now() }
    let headEnd = StormHeadEnd(system, loss: storm.plan.loss, seed: storm.plan.seed)
    var configuration = OutageManagement.Configuration()
    configuration.analysis = analysis
    configuration.analysis.outageLimit = max(10_000, fleet.count)
    configuration.publishes = true
    let oms = OutageManagement(
      hierarchy: NetworkHierarchy(of: fleet), port: bus ?? headEnd, configuration: configuration, logger: logger
    ) { clock.now() }
    if let bus {
      try await bus.join(headEnd)
      try await bus.join(oms)
    }
    var messages = 0
    var bytes = 0
    var next = 0
    // What is left open is asked again and again until it is restored: an hour after the last signal all is quiet.
    let end = (signals.last?.received ?? fleet.start).adding(seconds: 3600)
    while clock.now() < end {
      let until = nextStep(clock.now(), signals, next, await oms.nextDue)
      clock.advance(to: min(until, end))
      var events: [EndDeviceEvent] = []
      while next < signals.count, signals[next].received <= clock.now() {
        events.append(event(signals[next]))
        next += 1
      }
      for batch in events.chunked(into: metersPerMessage) {
        let message = Message.event(
          .created, EndDeviceEvents.noun, [EndDeviceEvents(Array(batch)).element], source: "MS")
        messages += 1
        if let bus {
          _ = try await bus.send(message, from: "MS", raw: nil)
        } else {
          let wire = try coder.encode(message)
          bytes += wire.count
          try await oms.receive(try coder.decode(wire), from: "MS")
        }
      }
      if bus != nil { try await arrival(of: next, at: oms) }
      await oms.catchUp()
      progress(Double(next) / Double(max(1, signals.count)))
    }
    let outages = await oms.outages
    return Report(
      score: StormScore(storm: storm, outages: outages, fleet: fleet),
      momentary: storm.interruptions.count { $0.isMomentary }, messages: messages, bytes: bytes,
      events: signals.count, counts: await oms.counts, requests: headEnd.questions, published: headEnd.published,
      openAtEnd: outages.count { $0.state != .closed })
  }

  /// The next step at which something has arrived or falls due.
  private func nextStep(_ now: Timestamp, _ signals: [PowerSignal], _ next: Int, _ due: Timestamp?) -> Timestamp {
    let arrival = next < signals.count ? signals[next].received : nil
    let first = [arrival, due].compactMap { $0 }.min() ?? now.adding(seconds: 3600)
    let steps = max(1, (first.microseconds - now.microseconds) / (step * 1_000_000) + 1)
    return now.adding(seconds: steps * step)
  }

  private func event(_ signal: PowerSignal) -> EndDeviceEvent {
    let meter = fleet[signal.meter]
    let code: DeviceCode = signal.kind == .lastGasp ? .powerFailed : .powerRestored
    return EndDeviceEvent(
      createdDateTime: signal.occurred, asset: IdentifiedObject(mRID: meter.mRID, names: [meter.name]),
      endDeviceEventType: code.description,
      usagePoint: IdentifiedObject(mRID: meter.usagePointMRID, names: [meter.usagePointName]))
  }

  /// Waits until the bus has delivered so many events, half a minute at most.
  private func arrival(of events: Int, at oms: OutageManagement) async throws {
    for _ in 0..<15_000 {
      let counts = await oms.counts
      if counts.losses + counts.restorations + counts.unknownMeters >= events { return }
      try await Task.sleep(for: .milliseconds(2))
    }
    throw BusError(.busy, "the bus has not delivered \(events) events within 30 s")
  }

  /// The metering system of a drill publishes nothing by itself.
  private struct NoPort: MessagePort {
    func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome {
      .accepted(EntryID(1))
    }
  }
}
