// Outage management: from last gasps to outages.
public import CIMModel
public import IECMessage
public import MessageBus

/// Outage management (OMS) of the reference model.
///
/// Subscribes to `created EndDeviceEvents`. Last gasps (26.0.85) are grouped by transformer; when enough of its meters
/// have told, it is an outage, and `run()` asks one neighbour for a reading to see how far it goes. Restorations
/// (26.0.216) close it. Events of other kinds are passed over, those of meters it does not know are counted.
///
/// Known limits: momentary interruptions are not filtered, and outages of several transformers are not joined to one of
/// their feeder.
///
/// - SeeAlso: IEC 61968-9, 5.2.2 (Figures 5 to 8)
public actor OutageManagement: Participant {
  /// The numbers an OMS works by.
  public struct Configuration: Sendable {
    /// Share of a transformer's meters that have to tell of it before it is an outage, 0 to 1.
    public var outageShare = 0.5
    /// Meters that have to tell at least, where the transformer has as many.
    public var minimumMeters = 2
    /// Share of the meters without power that have to tell of its return before the outage is closed, 0 to 1.
    public var closingShare = 0.5
    /// Closed outages kept; the oldest give way.
    public var outageLimit = 10_000

    public init() {}
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest] = [.subscribes([.created], [EndDeviceEvents.noun])]
  /// Outages that were closed, kept or not.
  public private(set) var closedCount = 0
  /// Events of meters that are not in the hierarchy.
  public private(set) var unknownMeterEvents = 0

  private let hierarchy: NetworkHierarchy
  private let port: any MessagePort
  private let configuration: Configuration
  private let now: @Sendable () -> Timestamp
  /// By transformer; bounded by the hierarchy.
  private var open: [String: Outage] = [:]
  /// In the order of their closing.
  private var closed: [Outage] = []
  /// Meters without power by transformer, while there is no outage yet; bounded by the hierarchy.
  private var gasps: [String: [String: Timestamp]] = [:]
  private var number = 0
  /// Outages whose neighbours are to be asked, with the CorrelationID of what told of them; bounded by
  /// the hierarchy.
  private var unverified: [(outage: Outage, correlationID: String?)] = []
  private let wake: AsyncStream<Void>.Continuation
  private let work: AsyncStream<Void>

  /// - Parameters:
  ///   - hierarchy: the meters it knows.
  ///   - port: the bus.
  ///   - now: the time of the simulation.
  public init(
    id: ParticipantID = "OMS", hierarchy: NetworkHierarchy, port: any MessagePort,
    configuration: Configuration = .init(), now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.hierarchy = hierarchy
    self.port = port
    self.configuration = configuration
    self.now = now
    (work, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Asks neighbours until cancelled, one question at a time. To be called once.
  public func run() async throws {
    for await _ in work {
      while !unverified.isEmpty {
        let (outage, correlationID) = unverified.removeFirst()
        await verify(outage, correlationID)
      }
    }
  }

  /// All outages that are kept, in the order of their detection.
  public var outages: [Outage] { (closed + open.values).sorted { $0.number < $1.number } }

  /// Those that are not closed, in the order of their detection.
  public var openOutages: [Outage] { open.values.sorted { $0.number < $1.number } }

  public func receive(_ message: Message, from sender: ParticipantID) async throws {
    var touched: [String] = []
    for event in EndDeviceEvents(objects: message.payload?.objects ?? []).endDeviceEvents {
      guard let code = DeviceCode(event.endDeviceEventType), let asset = event.asset else { continue }
      let failed = DeviceCode.powerFailed.matches(code)
      guard failed || DeviceCode.powerRestored.matches(code) else { continue }
      guard let place = hierarchy.place(of: asset), let meter = place.meter.identifiers.first else {
        unknownMeterEvents += 1
        continue
      }
      if failed {
        lost(meter, place, at: event.createdDateTime)
        if !touched.contains(place.transformer) { touched.append(place.transformer) }
      } else {
        restored(meter, place, at: event.createdDateTime)
      }
    }
    for transformer in touched { decide(transformer, message.correlation) }
  }

  // MARK: Last gasps

  private func lost(_ meter: String, _ place: NetworkHierarchy.Place, at time: Timestamp) {
    guard open[place.transformer] != nil else {
      gasps[place.transformer, default: [:]][meter] = time
      return
    }
    open[place.transformer]?.metersOut.insert(meter)
    open[place.transformer]?.metersRestored.remove(meter)
  }

  private func decide(_ transformer: String, _ correlationID: String?) {
    guard let told = gasps[transformer], open[transformer] == nil else { return }
    let members = hierarchy.meters(onTransformer: transformer)
    let share = Int((Double(members.count) * configuration.outageShare).rounded(.up))
    guard told.count >= max(1, share, min(configuration.minimumMeters, members.count)),
      let began = told.values.min(), let place = members.first.flatMap(hierarchy.place(of:))
    else { return }
    gasps[transformer] = nil
    number += 1
    let outage = Outage(
      number: number, transformer: transformer, feeder: place.feeder, state: .suspected, began: began, detected: now(),
      metersOut: Set(told.keys), metersOnTransformer: members.count)
    open[transformer] = outage
    unverified.append((outage, correlationID))
    wake.yield()
  }

  private func verify(_ outage: Outage, _ correlationID: String?) async {
    guard let (neighbour, same) = neighbour(of: outage.transformer, outage.feeder, told: outage.metersOut) else {
      update(outage) { if $0.state == .suspected { $0.state = .confirmed } }
      return
    }
    let answered = await hasPower(neighbour, correlationID)
    update(outage) { outage in
      // It may have been closed while the neighbour was asked.
      if outage.state == .suspected { outage.state = .confirmed }
      outage.verification = .init(meter: neighbour, onSameTransformer: same, answered: answered)
      if same, !answered, let meter = neighbour.identifiers.first { outage.metersOut.insert(meter) }
    }
  }

  /// A meter on the transformer that has not told of the outage or, where all have, one on another of the same feeder.
  private func neighbour(
    of transformer: String, _ feeder: String, told: Set<String>
  ) -> (meter: IdentifiedObject, onSameTransformer: Bool)? {
    let silent = hierarchy.meters(onTransformer: transformer).first { meter in
      meter.identifiers.first.map { !told.contains($0) } ?? false
    }
    if let silent { return (silent, true) }
    let transformers = hierarchy.transformers(onFeeder: feeder)
    guard let here = transformers.firstIndex(of: transformer) else { return nil }
    let others = transformers[(here + 1)...] + transformers[..<here].reversed()
    for other in others where open[other] == nil && gasps[other] == nil {
      if let meter = hierarchy.meters(onTransformer: other).first { return (meter, false) }
    }
    return nil
  }

  private func hasPower(_ meter: IdentifiedObject, _ correlationID: String?) async -> Bool {
    let wanted = GetMeterReadings(endDevices: [meter], readingTypes: [ReadingTypeCode.voltage])
    let question = Message.get(
      MeterReadings.noun, wanted.element, source: id.rawValue, correlationID: correlationID)
    let answer = await port.ask(question, from: id)
    return answer.reply?.result == .ok
  }

  // MARK: Restorations

  private func restored(_ meter: String, _ place: NetworkHierarchy.Place, at time: Timestamp) {
    gasps[place.transformer]?[meter] = nil
    if gasps[place.transformer]?.isEmpty == true { gasps[place.transformer] = nil }
    guard var outage = open[place.transformer] else { return }
    // Some of those whose last gasp was lost tell of the restoration: they were out too.
    outage.metersOut.insert(meter)
    outage.metersRestored.insert(meter)
    let needed = (Double(outage.metersOut.count) * configuration.closingShare).rounded(.up)
    guard outage.metersRestored.count >= max(1, Int(needed)) else {
      open[place.transformer] = outage
      return
    }
    outage.state = .closed
    outage.restored = time
    open[place.transformer] = nil
    if closed.count >= max(1, configuration.outageLimit) { closed.removeFirst() }
    closed.append(outage)
    closedCount += 1
  }

  private func update(_ outage: Outage, _ change: (inout Outage) -> Void) {
    if var found = open[outage.transformer], found.number == outage.number {
      change(&found)
      open[outage.transformer] = found
    } else if let index = closed.lastIndex(where: { $0.number == outage.number }) {
      change(&closed[index])
    }
  }
}
