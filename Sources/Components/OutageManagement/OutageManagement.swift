// Outage management: from last gasps to outages that others are told of.
public import CIMModel
public import IECMessage
public import Logging
public import MessageBus

/// Outage management (OMS) of the reference model.
///
/// Subscribes to `created EndDeviceEvents` and takes losses (26.0.85, one phase 26.25.85, edition 1's 26.9.185)
/// and restorations (216 of each) out of them; `OutageAnalysis` makes outages of these. `run()` asks meters for their voltage where the evidence is
/// thin and publishes `created`, `changed` and `closed UnplannedOutages` and `PubOutages`. Events of other kinds are
/// passed over, those of meters it does not know are counted. Without a network it learns meters from their events, and what
/// feeds their usage points from `UsagePointConfig`: the transformer, else the location.
///
/// Known limits: an outage within a larger one is found when the larger one is restored, not before; a network that is
/// switched over needs a new table.
///
/// - SeeAlso: IEC 61968-9, 5.2.2 (Figures 5 to 8); IEC 61968-3
public actor OutageManagement: Participant {
  /// The numbers an OMS works by.
  public struct Configuration: Sendable {
    /// How it finds outages; by default with hold-off and questions.
    public var analysis = OutageAnalysis.Configuration()
    /// Meters asked with one message.
    public var metersPerQuestion = 50
    /// Whether it publishes outages.
    public var publishes = false
    /// Outages told of with one message.
    public var outagesPerMessage = 20
    /// Says how far the public may rely on the figures.
    public var disclaimer = "Found in messages of meters; figures may change."

    public init() {}

    /// Decides at once, so that who watches sees what comes of what.
    public static var immediate: Configuration {
      var configuration = Configuration()
      configuration.analysis = .immediate
      return configuration
    }
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]

  let port: any MessagePort
  let configuration: Configuration
  let logger: Logger
  private var analysis: OutageAnalysis
  private let now: @Sendable () -> Timestamp
  private let wake: AsyncStream<Void>.Continuation
  private let work: AsyncStream<Void>

  /// - Parameters:
  ///   - hierarchy: the meters it knows; without any it learns them from their events.
  ///   - port: the bus.
  ///   - now: the time of the simulation.
  public init(
    id: ParticipantID = "OMS", hierarchy: NetworkHierarchy, port: any MessagePort,
    configuration: Configuration = .init(), logger: Logger = Logger(label: "OMS"),
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.port = port
    self.logger = logger
    var configuration = configuration
    let learns = hierarchy.meterCount == 0
    if learns { configuration.analysis.learningLimit = 1_000_000 }
    interests =
      [.subscribes([.created], [EndDeviceEvents.noun])]
      + (learns ? [.subscribes([.created, .changed], ["UsagePointConfig"])] : [])
    self.configuration = configuration
    analysis = OutageAnalysis(network: hierarchy, configuration: configuration.analysis)
    analysis.keepsChanges = configuration.publishes
    self.now = now
    (work, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Asks meters and publishes outages until cancelled. To be called once.
  ///
  /// - Parameter tick: returns when it is time to look for what is due; by default every second.
  public func run(
    tick: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(1)) }
  ) async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { [self] in
          for await _ in work { await follow() }
        }
        group.addTask { [self] in
          while !Task.isCancelled {
            try await tick()
            await lookForDue()
          }
        }
        try await group.waitForAll()
      }
    } catch is CancellationError {}
  }

  /// All outages that are kept, in the order of their detection.
  public var outages: [Outage] { analysis.outages }

  /// Those that are not closed, in the order of their detection.
  public var openOutages: [Outage] { analysis.openOutages }

  /// Outages that were closed, kept or not.
  public var closedCount: Int { analysis.counts.closed }

  /// Events of meters that are not in the network.
  public var unknownMeterEvents: Int { analysis.counts.unknownMeters }

  public var counts: OutageAnalysis.Counts { analysis.counts }

  /// When something falls due next; nil where nothing does.
  public var nextDue: Timestamp? { analysis.nextDue }

  /// Does all that is due by now, as `run` does every second; for who puts the clock forward.
  public func catchUp() async {
    analysis.advance(to: now())
    await follow()
  }

  public func receive(_ message: Message, from sender: ParticipantID) async throws {
    if message.noun == "UsagePointConfig" { return learn(message) }
    let time = now()
    analysis.correlationID = message.correlation
    for event in EndDeviceEvents(objects: message.payload?.objects ?? []).endDeviceEvents {
      guard let code = DeviceCode(event.endDeviceEventType), let asset = event.asset else { continue }
      if DeviceCode.powerLosses.contains(where: { $0.matches(code) }) {
        analysis.lost(
          asset, usagePoint: event.usagePoint?.identifiers.first, at: event.createdDateTime, now: time)
      } else if DeviceCode.powerReturns.contains(where: { $0.matches(code) }) {
        analysis.restored(asset, at: event.createdDateTime, now: time)
      }
    }
    analysis.advance(to: time)
    if analysis.hasQuestions || analysis.hasChanges { wake.yield() }
  }

  /// What feeds usage points: the transformer, else the location, and the region above.
  private func learn(_ message: Message) {
    for point in (message.payload?.objects ?? []).flatMap({ $0.all("UsagePoint") }) {
      let near = ["Equipments", "UsagePointLocation", "ServiceLocation"].lazy
        .compactMap { point[$0].flatMap { IdentifiedObject($0).identifiers.first } }.first
      guard let near else { continue }
      let devices = [near] + (point.text("outageRegion").map { [$0] } ?? [])
      analysis.add(usagePoint: IdentifiedObject(point).identifiers, devices: devices)
    }
  }

  private func lookForDue() {
    analysis.advance(to: now())
    if analysis.hasQuestions || analysis.hasChanges { wake.yield() }
  }

  /// Asks and publishes until nothing is left to do at once.
  private func follow() async {
    while !Task.isCancelled {
      let questions = analysis.takeQuestions(limit: max(1, configuration.metersPerQuestion))
      if !questions.isEmpty {
        let answers = await ask(questions)
        let time = now()
        for (question, answer) in zip(questions, answers) { analysis.answer(question, answer, now: time) }
        analysis.advance(to: time)
      }
      let changes = analysis.takeChanges(limit: max(1, configuration.outagesPerMessage))
      await publish(changes)
      if questions.isEmpty, changes.isEmpty { return }
    }
  }
}
