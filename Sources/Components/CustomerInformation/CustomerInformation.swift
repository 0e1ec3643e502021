// The customer information system: orders, asks, and keeps what it is told.
public import CIMModel
public import IECMessage
public import MessageBus

/// The customer information system (CIS) of the reference model.
///
/// Orders disconnects and reconnects, asks for readings, orders read schedules, and keeps what it is told by `changed
/// MeterServiceRequests` and by `created MeterReadings` of the MDM: the newest 1,000 notices, and of readings their number
/// and the newest value per meter (100,000 meters).
///
/// - SeeAlso: IEC 61968-9, 4.2.1 (reference model)
public actor CustomerInformation: Participant {
  /// What the MDM told of an order.
  public struct Notice: Sendable, Hashable {
    public var received: Timestamp
    /// Of the order.
    public var correlationID: String?
    public var work: MeterServiceWork
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  /// Newest last.
  public private(set) var notices: [Notice] = []
  /// Notices there have been, kept or not.
  public private(set) var noticeCount = 0
  /// Values that came by schedule.
  public private(set) var readingCount = 0
  /// Newest values by meter (mRID or name).
  public private(set) var newest: [String: MeterReading] = [:]
  /// The newest answer to a question for readings.
  public private(set) var answer: Message?

  private static let noticeLimit = 1_000
  private static let meterLimit = 100_000
  private let port: any MessagePort
  let now: @Sendable () -> Timestamp
  private var waiting: [Int: (correlationID: String, arrival: AsyncStream<Notice>.Continuation)] = [:]
  private var nextWaiter = 0

  /// - Parameters:
  ///   - dataManagement: whose readings it wants to hear of.
  ///   - port: the bus.
  ///   - now: the time of the simulation.
  public init(
    id: ParticipantID = "CIS", dataManagement: ParticipantID = "MDM", port: any MessagePort,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.port = port
    self.now = now
    interests = [
      .subscribes([.changed], [MeterServiceRequests.noun]),
      .subscribes([.created], [MeterReadings.noun], from: [dataManagement]),
    ]
  }

  /// Orders work at a meter.
  ///
  /// - Parameter type: the work in the orderer's own words, e.g. "installation".
  /// - Returns: the reply; OK says that the order was taken on. Its CorrelationID is that of the notice to come.
  /// - SeeAlso: IEC 61968-9, 5.4.2 (Figure 33)
  public func order(
    _ kind: MeterServiceWork.Kind, type: String? = nil, meter: IdentifiedObject
  ) async -> Message {
    let work = MeterServiceWork(kind: kind, requestDateTime: now(), type: type, meter: meter)
    return await port.ask(
      .request(.create, MeterServiceRequests.noun, [MeterServiceRequests([work]).element], source: id.rawValue),
      from: id)
  }

  /// Asks for readings: present values, or those of a period.
  ///
  /// - Parameters:
  ///   - readingTypes: mRIDs; empty leaves the choice to the system asked.
  ///   - reason: e.g. "billing"; a word of the profile's enumeration.
  /// - SeeAlso: IEC 61968-9, 5.3.2 (Figures 16 to 18)
  public func readings(
    of meters: [IdentifiedObject], readingTypes: [String] = [], during period: DateTimeInterval? = nil,
    reason: String? = nil
  ) async -> Message {
    let wanted = GetMeterReadings(
      endDevices: meters, readingTypes: readingTypes, scheduleIntervals: period.map { [$0] } ?? [],
      reasons: reason.map { [$0] } ?? [])
    let answer = await port.ask(.get(MeterReadings.noun, wanted.element, source: id.rawValue), from: id)
    self.answer = answer
    return answer
  }

  /// Orders readings by schedule.
  ///
  /// - Parameter meters: empty: all.
  /// - SeeAlso: IEC 61968-9, 5.3.2 (Figure 14)
  public func scheduleReadings(
    of meters: [IdentifiedObject] = [], readingTypes: [String], _ schedule: TimeSchedule
  ) async -> Message {
    let payload = MeterReadSchedule(endDevices: meters, readingTypes: readingTypes, timeSchedules: [schedule])
    return await port.ask(
      .request(.create, MeterReadSchedule.noun, [payload.element], source: id.rawValue), from: id)
  }

  /// The notice that an order of this CorrelationID was carried out or has failed, waiting for it if need be.
  ///
  /// - Returns: nil when the deadline came first.
  public func notice(correlationID: String, within deadline: Duration) async -> Notice? {
    if let kept = notices.last(where: { $0.correlationID == correlationID }) { return kept }
    let (stream, arrival) = AsyncStream.makeStream(of: Notice.self, bufferingPolicy: .bufferingNewest(1))
    nextWaiter += 1
    let key = nextWaiter
    waiting[key] = (correlationID, arrival)
    defer { waiting[key] = nil }
    return await withDeadline(deadline) { () -> Notice? in
      for await notice in stream { return notice }
      return nil
    }
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    let objects = event.payload?.objects ?? []
    switch event.noun {
    case MeterServiceRequests.noun:
      for work in MeterServiceRequests(objects: objects).meterServiceWorks {
        take(Notice(received: now(), correlationID: event.header?.correlationID, work: work))
      }
    case MeterReadings.noun:
      for reading in MeterReadings(objects: objects).meterReadings { take(reading) }
    default: break
    }
  }

  private func take(_ notice: Notice) {
    if notices.count >= Self.noticeLimit { notices.removeFirst() }
    notices.append(notice)
    noticeCount += 1
    for waiter in waiting.values where waiter.correlationID == notice.correlationID { waiter.arrival.yield(notice) }
  }

  private func take(_ reading: MeterReading) {
    readingCount += reading.valueCount
    guard let key = reading.meter?.identifiers.first, newest[key] != nil || newest.count < Self.meterLimit else {
      return
    }
    newest[key] = reading
  }
}
