// Meter data management: keeps what meters measured and stands between them and the customer systems.
public import CIMModel
public import IECMessage
public import Logging
public import MessageBus
public import MeterIngest
public import MeterQuery
public import MeterStore
public import VEE

/// Meter data management (MDM) of the reference model.
///
/// Serves `get MeterReadings` out of its store or, for present values and what it does not hold, by asking the metering
/// system; `create MeterReadSchedule`, which it passes on; and `create MeterServiceRequests` of kind disconnect and
/// reconnect, which it carries out in `run()` and tells of by `changed MeterServiceRequests`. Subscribes to `created
/// MeterReadings`, which it stores and, where a schedule asked for them, passes on; and to `created EndDeviceEvents`.
/// Where it closes days, it asks the metering system again for what a day lacks, validates the day, and publishes it.
///
/// Known limits: service orders live in memory and end with the process; so do schedules without a `ScheduleRecord`; a
/// service order that is delivered twice is carried out twice. Readings that come after their day was closed are stored
/// and not published.
///
/// - SeeAlso: IEC 61968-9, 4.2.1 (reference model)
public actor MeterDataManagement: Participant {
  /// The numbers an MDM works by.
  public struct Configuration: Sendable {
    /// Where readings are kept; nil: in memory, by days of UTC.
    public var store: (any ReadingStore)?
    /// What becomes of doubtful readings.
    public var policy = IngestPolicy()
    /// What EndDeviceGroups and UsagePointGroups stand for.
    public var groups = MeterGroups()
    /// Meters whose values are kept; those of others are refused with 2.4.
    public var meterLimit = 10_000_000
    /// Whether `run()` closes days that are over.
    public var closesDays = false
    /// Seconds after its end until a day is closed.
    public var closingDelay: Int64 = 3600
    /// Days that are looked back over for some that were not closed.
    public var closingDays: Int32 = 7
    /// How often it is looked for days to close.
    public var closingPause: Duration = .seconds(60)
    /// Series of a day that are asked for again.
    public var rereadLimit = 10_000
    /// Meters in one request for missing readings, and in one message of validated ones.
    public var metersPerMessage = 250
    /// Rules and estimators of the days that are closed.
    public var validation = VEESettings()
    /// Service orders under way or waiting (reply code 3.2 beyond).
    public var orderLimit = 1_000
    /// Schedules whose readings are passed on; the oldest give way.
    public var scheduleLimit = 1_000
    /// Where they outlive the process; nil: nowhere.
    public var scheduleRecord: (any ScheduleRecord)?
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
  let keeper: ReadingKeeper
  /// Readings and meters added since the start, and readings refused.
  public internal(set) var storedValues = 0
  public internal(set) var storedMeters = 0
  public internal(set) var refusedValues = 0
  var schedules = PassedOnSchedules()
  /// Whether those of the last run have been read.
  var knowsSchedules = false
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
    keeper = ReadingKeeper(
      store: configuration.store ?? MemoryReadingStore(now: now), groups: configuration.groups,
      policy: configuration.policy, meterLimit: configuration.meterLimit, author: id.rawValue, now: now)
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
    case MeterReadings.noun: try await take(readings: event, from: sender)
    case EndDeviceEvents.noun: take(events: event)
    default: break
    }
  }

  /// Carries out service orders, several at a time, and closes days, until cancelled. To be called once.
  public func run() async throws {
    await withDiscardingTaskGroup { group in
      if configuration.closesDays {
        group.addTask { [self] in
          while !Task.isCancelled {
            await closeDueDays()
            do { try await Task.sleep(for: configuration.closingPause) } catch { return }
          }
        }
      }
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

  /// The values of one meter in the store, oldest first; nil where there are none.
  ///
  /// - Parameters:
  ///   - meter: mRID or name.
  ///   - period: intervals that lie in it, and registers read in it.
  public func storedReading(of meter: String, during period: DateTimeInterval = .init()) async -> MeterReading? {
    var inquiry = ReadingInquiry(ReadingPeriods([.init(start: period.start, end: period.end)]))
    inquiry.objects = [.init(.endDevice, [meter])]
    let answer = try? await keeper.answer(inquiry, most: configuration.valueLimit)
    return Self.meterReadings(answer?.series ?? []).first
  }
}
