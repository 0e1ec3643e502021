// Meter data management: keeps what meters measured and stands between them and the customer systems.
public import CIMModel
public import IECMessage
public import Logging
public import MessageBus

/// Meter data management (MDM) of the reference model.
///
/// Serves `get MeterReadings` out of its store or, for present values and what it does not hold, by asking the metering
/// system; `create MeterReadSchedule`, which it passes on; and `create MeterServiceRequests` of kind disconnect and
/// reconnect, which it carries out in `run()` and tells of by `changed MeterServiceRequests`. Subscribes to `created
/// MeterReadings`, which it stores and, where a schedule asked for them, passes on; and to `created EndDeviceEvents`.
///
/// Known limits: readings, schedules and service orders live in memory and end with the process; a service order that is
/// delivered twice is carried out twice.
///
/// - SeeAlso: IEC 61968-9, 4.2.1 (reference model)
public actor MeterDataManagement: Participant {
  /// The numbers an MDM works by.
  public struct Configuration: Sendable {
    /// Values kept per meter and reading type; the oldest give way.
    public var valuesPerSeries = 2_016
    /// Meters whose values are kept.
    public var meterLimit = 200_000
    /// Service orders under way or waiting (reply code 3.2 beyond).
    public var orderLimit = 1_000
    /// Schedules whose readings are passed on; the oldest give way.
    public var scheduleLimit = 1_000
    /// Values in one reply (reply code 3.1 beyond).
    public var valueLimit = 200_000
    /// Errors listed in one reply.
    public var errorLimit = 100
    /// How long the event of a switch is waited for before the order fails.
    public var switchDeadline: Duration = .seconds(15)
    /// How long an order lies before work on it begins.
    public var orderDelay: Duration = .milliseconds(20)

    public init() {}
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest] = [
    .serves([.get], [MeterReadings.noun]),
    .serves([.create], [MeterReadSchedule.noun, MeterServiceRequests.noun]),
    .subscribes([.created], [MeterReadings.noun, EndDeviceEvents.noun]),
  ]
  let configuration: Configuration
  let port: any MessagePort
  let now: @Sendable () -> Timestamp
  let logger: Logger
  var store: ReadingStore
  /// By MessageID of the request to the metering system: the MessageID of the request that caused it.
  var forwarded: [String: String] = [:]
  var forwardedInOrder: [String] = []
  var orders: [ServiceOrder] = []
  var ordersUnderWay = 0
  /// Orders that wait for the event of a switch, by CorrelationID.
  var awaited: [String: AsyncStream<EndDeviceEvent>.Continuation] = [:]
  let wake: AsyncStream<Void>.Continuation
  private let work: AsyncStream<Void>

  /// - Parameters:
  ///   - port: the bus.
  ///   - now: the time of the simulation.
  public init(
    id: ParticipantID = "MDM", port: any MessagePort, configuration: Configuration = .init(), logger: Logger,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.configuration = configuration
    self.port = port
    self.now = now
    self.logger = logger
    store = ReadingStore(valuesPerSeries: configuration.valuesPerSeries, meterLimit: configuration.meterLimit)
    (work, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    switch (request.verb, request.noun) {
    case (.get, MeterReadings.noun): return await readings(for: request)
    case (.create, MeterReadSchedule.noun): return await passOn(schedule: request)
    case (.create, MeterServiceRequests.noun): return takeOn(service: request)
    default:
      return request.failure("2.9", reason: "\(id) does not serve this verb and noun", source: id.rawValue)
    }
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    switch event.noun {
    case MeterReadings.noun: try await take(readings: event)
    case EndDeviceEvents.noun: take(events: event)
    default: break
    }
  }

  /// Carries out service orders until cancelled, several at a time. To be called once.
  public func run() async throws {
    await withDiscardingTaskGroup { group in
      for await _ in work {
        let waiting = orders
        orders.removeAll(keepingCapacity: true)
        ordersUnderWay += waiting.count
        for order in waiting {
          group.addTask { await self.carryOut(order) }
        }
      }
      group.cancelAll()
    }
  }

  /// Number of values in the store.
  public var storedValues: Int { store.count }
  /// Number of meters with values in the store.
  public var storedMeters: Int { store.meterCount }

  /// The values of one meter in the store, oldest first; nil where there are none.
  ///
  /// - Parameters:
  ///   - meter: mRID or name.
  ///   - readingTypes: empty: all.
  ///   - period: intervals that lie in it, and registers read in it.
  public func storedReading(
    of meter: String, readingTypes: [String] = [], during period: DateTimeInterval = .init()
  ) -> MeterReading? {
    store.reading(
      of: IdentifiedObject(names: [meter]), types: readingTypes, during: [period], limit: configuration.valueLimit)
  }
}
