import CIMModel
import Components
import IECMessage
import LocalTime
import MessageBus
import MeterIngest
import MeterQuery
import MeterSimulator
import MeterStore
import Synchronization
import Testing

/// An MDM that asks a head end, over a port that keeps what it sends.
private struct DataManagement {
  let headEnd: HeadEnd
  let port: RecordingPort
  let mdm: MeterDataManagement

  init(
    headEnd: HeadEnd = HeadEnd(), _ edit: (inout MeterDataManagement.Configuration) -> Void = { _ in },
    answer: (@Sendable (Message, ParticipantID) async throws -> Message?)? = nil
  ) {
    self.headEnd = headEnd
    let system = headEnd.system
    port = RecordingPort(answer ?? { request, sender in try await system.answer(request, from: sender) })
    var configuration = MeterDataManagement.Configuration()
    configuration.orderDelay = .zero
    configuration.switchDeadline = .milliseconds(200)
    edit(&configuration)
    let clock = headEnd.clock
    mdm = MeterDataManagement(port: port, configuration: configuration, logger: quiet) { clock.now() }
  }

  func get(_ wanted: GetMeterReadings) async throws -> Message {
    try await mdm.answer(.get(MeterReadings.noun, wanted.element, source: "CIS"), from: "CIS")
  }

  func store(_ readings: [MeterReading], correlationID: String? = nil) async throws {
    try await mdm.receive(
      .event(
        .created, MeterReadings.noun, [MeterReadings(readings).element], source: "MS", correlationID: correlationID),
      from: "MS")
  }
}

private func interval(_ meter: String, _ values: [(Int64, String)]) -> MeterReading {
  MeterReading(
    intervalBlocks: [
      IntervalBlock(
        readingType: ReadingTypeCode.quarterHourForward,
        intervalReadings: values.map { IntervalReading(timeStamp: start.adding(seconds: $0.0), value: $0.1) })
    ], meter: IdentifiedObject(names: [meter]), usagePoint: IdentifiedObject(names: ["UP of " + meter]))
}

/// A value that a test changes.
private final class Box<Value: Sendable>: Sendable {
  private let state: Mutex<Value>
  init(_ value: Value) { state = Mutex(value) }
  var value: Value { state.withLock { $0 } }
  func set(_ value: Value) { state.withLock { $0 = value } }
}

/// A record of schedules that fails when it is told to.
private struct MemoryRecord: ScheduleRecord {
  struct Broken: Error {}

  let kept = Box<[PassedOnSchedule]>([])
  let isBroken = Box(false)

  func schedules() throws -> [PassedOnSchedule] {
    if isBroken.value { throw Broken() }
    return kept.value
  }

  func keep(_ schedules: [PassedOnSchedule]) throws {
    if isBroken.value { throw Broken() }
    kept.set(schedules)
  }
}

/// A store that cannot be written.
private struct UnwritableStore: ReadingStore {
  let code: StoreError.Code
  let store = MemoryReadingStore()
  var days: LocalDays { store.days }

  func write<Value>(_ batch: Batch, _ body: (any BatchWriter) throws -> Value) throws -> Value {
    throw StoreError(code, "no")
  }

  func read<Value>(_ body: (any StoreReader) throws -> Value) throws -> Value { try store.read(body) }
}

@Suite("IEC 61968-9, 5.3.2: meter data management stores and serves readings")
struct DataManagementReadingTests {
  @Test("stored values are served by period, each interval by its END, in order and without asking the meters")
  func serves() async throws {
    let data = DataManagement()
    try await data.store([interval("A", [(1800, "3"), (900, "2"), (0, "1")]), interval("B", [(0, "7")])])
    try await data.store([interval("A", [(900, "2.5")])])
    let period = DateTimeInterval(start: start, end: start.adding(seconds: 1800))
    let reply = try await data.get(
      GetMeterReadings(endDevices: [IdentifiedObject(names: ["A"])], scheduleIntervals: [period]))
    #expect(reply.reply?.result == .ok)
    #expect(reply.meterReadings.first?.intervalBlocks.first?.intervalReadings.map(\.value) == ["2.5", "3.0"])
    #expect(data.port.sent.isEmpty)
    #expect(await data.mdm.storedValues == 4)
    let byPoint = try await data.get(
      GetMeterReadings(scheduleIntervals: [.init()], usagePoints: [IdentifiedObject(names: ["UP of B"])]))
    #expect(byPoint.meterReadings.map(\.meter?.names) == [["B"]])
    let all = try await data.get(GetMeterReadings(scheduleIntervals: [.init()]))
    #expect(all.meterReadings.count == 2)
  }

  @Test("present values are asked of the meters, with the same CorrelationID, and kept")
  func onRequest() async throws {
    let data = DataManagement()
    let request = Message.get(
      MeterReadings.noun, GetMeterReadings(endDevices: [data.headEnd.meter(1)]).element, source: "CIS")
    let reply = try await data.mdm.answer(request, from: "CIS")
    #expect(reply.reply?.result == .ok)
    #expect(reply.header?.source == "MDM")
    #expect(data.port.sent.map(\.header?.correlationID) == [request.header?.correlationID])
    #expect(data.port.sent.first?.header?.messageID != request.header?.messageID)
    #expect(await data.mdm.storedReading(of: data.headEnd.fleet[1].name)?.readings.count == 1)
  }

  @Test("what the store has not is asked of the meters; only for those it has not")
  func mixed() async throws {
    let data = DataManagement()
    try await data.store([interval("A", [(-900, "1")])])
    let period = DateTimeInterval(start: start.adding(seconds: -3600), end: start)
    let reply = try await data.get(
      GetMeterReadings(
        endDevices: [IdentifiedObject(names: ["A"]), data.headEnd.meter(1), IdentifiedObject(names: ["nobody"])],
        readingTypes: [ReadingTypeCode.quarterHourForward], scheduleIntervals: [period]))
    #expect(reply.reply?.result == .partial)
    #expect(reply.codes == ["2.4"])
    #expect(reply.meterReadings.compactMap { $0.meter?.names } == [["A"], [data.headEnd.fleet[1].name]])
    let asked = data.port.sent.first?.request?.objects.first.map { GetMeterReadings($0).endDevices.map(\.label) }
    #expect(asked == [data.headEnd.fleet[1].name, "nobody"])
  }

  @Test("the metering system is asked for the same period, and not at all where it cannot be asked the same")
  func sameQuestion() async throws {
    let data = DataManagement(answer: { request, _ in request.reply(.ok, source: "MS") })
    let end = start.adding(seconds: 900)
    func ask(_ profile: Element, _ edit: (inout Request) -> Void) async throws -> Message {
      var message = Message.get(MeterReadings.noun, profile, source: "CIS")
      var request = message.request ?? Request()
      edit(&request)
      message.request = request
      return try await data.mdm.answer(message, from: "CIS")
    }
    func asked() -> [DateTimeInterval]? {
      data.port.sent.last?.request?.objects.first.map { GetMeterReadings($0).scheduleIntervals }
    }
    let nobody = GetMeterReadings(endDevices: [IdentifiedObject(names: ["nobody"])]).element
    _ = try await ask(nobody) {
      $0.startTime = start
      $0.endTime = end
    }
    #expect(data.port.sent.count == 1 && asked() == [.init(start: start, end: end)])
    var nested = nobody
    nested.append("MeterReadings") { readings in
      readings.append("Readings") { reading in
        reading.append("timePeriod") {
          $0.append("end", end.xmlText)
          $0.append("start", start.xmlText)
        }
      }
    }
    _ = try await ask(nested) { _ in }
    #expect(data.port.sent.count == 2 && asked() == [.init(start: start, end: end)])
    // Raw readings are no answer to these.
    let known = try await ask(nested) { $0.options = [.init(name: "knownAt", value: start.xmlText)] }
    #expect(known.codes == ["2.4"])
    var estimates = nested
    estimates.append("ReadingQuality") { $0.append("ReadingQualityType") { $0.append("mRID", "3.8.*") } }
    #expect(try await ask(estimates) { _ in }.codes == ["2.4"])
    var present = nobody
    present.append("ReadingQuality") { $0.append("ReadingQualityType") { $0.append("mRID", "3.8.*") } }
    #expect(try await ask(present) { _ in }.codes == ["5.7"])
    #expect(data.port.sent.count == 2)
  }

  @Test("a meter that has nothing is told of on the page that comes to it, and on no other")
  func emptyOnLaterPage() async throws {
    let data = DataManagement()
    try await data.store([
      interval("A", [(0, "1"), (900, "2")]), interval("E", [(90_000, "1")]), interval("B", [(0, "7")]),
    ])
    var request = Message.get(
      MeterReadings.noun,
      GetMeterReadings(
        endDevices: ["A", "E", "B"].map { IdentifiedObject(names: [$0]) }, readingTypes: ["0.0.2.4.**"],
        scheduleIntervals: [.init(end: start.adding(seconds: 3600))]
      ).element, source: "CIS")
    request.request?.options = [.init(name: "limit", value: "1")]
    var codes: [[String]] = []
    for _ in 0..<5 {
      let reply = try await data.mdm.answer(request, from: "CIS")
      codes.append(reply.codes)
      guard let marker = reply.reply?.ids.first(where: { $0.idType == "$page.marker" }) else { break }
      request.request?.options = [
        .init(name: "limit", value: "1"), .init(name: "$page.marker", value: marker.value),
      ]
    }
    #expect(codes == [["0.1"], ["5.7", "0.1"], []])
  }

  @Test("OK of the metering system is PARTIAL where the MDM itself had something to object")
  func partial() async throws {
    let data = DataManagement(
      { $0.policy.unknownMeters = .hold },
      answer: { request, _ in
        request.reply(.ok, objects: [MeterReadings([interval("M", [(900, "1")])]).element], source: "MS")
      })
    try await data.store([interval("H", [(900, "1")])])
    let reply = try await data.get(
      GetMeterReadings(
        endDevices: ["H", "M"].map { IdentifiedObject(names: [$0]) },
        scheduleIntervals: [.init(start: start, end: start.adding(seconds: 900))]))
    #expect(reply.reply?.result == .partial)
    #expect(reply.codes == ["6.2"])
    #expect(reply.meterReadings.first?.valueCount == 1)
  }

  @Test(
    "a store that cannot be written for now is an outage: the bus holds the message; anything else is a failure",
    arguments: [StoreError.Code.busy, .diskFull, .notWritable, .storage])
  func outage(code: StoreError.Code) async throws {
    let data = DataManagement { $0.store = UnwritableStore(code: code) }
    let error = await #expect(throws: (any Error).self) { try await data.store([interval("A", [(0, "1")])]) }
    #expect((error is ParticipantOutage) == (code != .storage))
  }

  @Test("the head end's refusal is passed on, and so is the bus's")
  func refusals() async throws {
    let nobody = GetMeterReadings(endDevices: [IdentifiedObject(names: ["nobody"])])
    #expect(try await DataManagement().get(nobody).codes == ["2.4"])
    let busy = DataManagement(answer: { _, _ in throw BusError(.busy, "no room") })
    #expect(try await busy.get(nobody).codes == ["5.1"])
    let none = try await busy.mdm.answer(.get(MeterReadings.noun, nil, source: "CIS"), from: "CIS")
    #expect(none.codes == ["1.6"])
  }

  @Test("beyond its limit of meters the store takes no other's readings; what is refused is counted")
  func bounds() async throws {
    let data = DataManagement { $0.meterLimit = 1 }
    try await data.store([interval("A", (0..<10).map { ($0 * 900, "\($0)") })])
    try await data.store([interval("B", [(0, "1")]), interval("A", [(9000, "10")])])
    #expect(await data.mdm.storedValues == 11)
    #expect(await data.mdm.storedMeters == 1)
    #expect(await data.mdm.refusedValues == 1)
    #expect(await data.mdm.storedReading(of: "B") == nil)
  }

  @Test("a message that is delivered twice changes nothing, not even where a correction came between")
  func twice() async throws {
    let data = DataManagement()
    let first = Message.event(
      .created, MeterReadings.noun, [MeterReadings([interval("A", [(0, "1")])]).element], source: "MS")
    try await data.mdm.receive(first, from: "MS")
    try await data.store([interval("A", [(0, "2")])])
    try await data.mdm.receive(first, from: "MS")
    let kept = await data.mdm.storedReading(of: "A")
    #expect(kept?.intervalBlocks.first?.intervalReadings.map(\.value) == ["2"])
    #expect(await data.mdm.storedValues == 1)
  }

  @Test("readings are given out page by page, each with the marker of the next")
  func pages() async throws {
    let data = DataManagement()
    try await data.store([interval("A", (0..<5).map { ($0 * 900, "\($0)") }), interval("B", [(0, "7")])])
    var request = Message.get(
      MeterReadings.noun, GetMeterReadings(scheduleIntervals: [.init()]).element, source: "CIS")
    var values: [String] = []
    var results: [Reply.Result?] = []
    request.request?.options = [.init(name: "limit", value: "2")]
    for _ in 0..<5 {
      let reply = try await data.mdm.answer(request, from: "CIS")
      values += reply.meterReadings.flatMap { $0.intervalBlocks.flatMap { $0.intervalReadings.map(\.value) } }
      results.append(reply.reply?.result)
      guard let marker = reply.reply?.ids.first(where: { $0.idType == "$page.marker" }) else { break }
      #expect(reply.codes == ["0.1"])
      request.request?.options = [
        .init(name: "limit", value: "2"), .init(name: "$page.marker", value: marker.value),
      ]
    }
    #expect(values == ["0", "1", "2", "3", "4", "7"])
    #expect(results == [.partial, .partial, .ok])
    #expect(data.port.sent.isEmpty)
    // Whom the store does not know is asked for once.
    var named = Message.get(
      MeterReadings.noun,
      GetMeterReadings(
        endDevices: ["A", "nobody"].map { IdentifiedObject(names: [$0]) }, scheduleIntervals: [.init()]
      ).element, source: "CIS")
    named.request?.options = [.init(name: "limit", value: "4")]
    let first = try await data.mdm.answer(named, from: "CIS")
    #expect(first.codes == ["2.4", "0.1"] && data.port.sent.count == 1)
    let marker = try #require(first.reply?.ids.first { $0.idType == "$page.marker" })
    named.request?.options += [.init(name: "$page.marker", value: marker.value)]
    let second = try await data.mdm.answer(named, from: "CIS")
    #expect(second.reply?.result == .ok && second.meterReadings.first?.valueCount == 1)
    #expect(data.port.sent.count == 1)
    request.request?.options = [.init(name: "$page.marker", value: "1.2")]
    #expect(try await data.mdm.answer(request, from: "CIS").codes == ["1.8"])
  }

  @Test("Figures 17, 18: groups, patterns of reading types, qualities and several periods are answered from the store")
  func inquiries() async throws {
    let data = DataManagement {
      $0.groups = MeterGroups([.init(name: "street", members: ["A", "UP of B"])])
    }
    try await data.store([interval("A", [(0, "1"), (900, "2"), (1800, "3")]), interval("B", [(900, "7")])])
    try await data.store([interval("C", [(900, "9")])])
    func element(_ edit: (inout GetMeterReadings) -> Void) async throws -> Message {
      var wanted = GetMeterReadings(readingTypes: ["0.0.2.4.**"], scheduleIntervals: [.init()])
      edit(&wanted)
      return try await data.get(wanted)
    }
    let group = try await element { $0.endDeviceGroups = [IdentifiedObject(names: ["street"])] }
    #expect(group.meterReadings.map { $0.meter?.names } == [["A"], ["B"]])
    let narrowed = try await element {
      $0.usagePointGroups = [IdentifiedObject(names: ["street"])]
      $0.endDevices = [IdentifiedObject(names: ["B"])]
    }
    #expect(narrowed.meterReadings.map { $0.meter?.names } == [["B"]])
    #expect(try await element { $0.endDeviceGroups = [IdentifiedObject(names: ["nowhere"])] }.codes == ["2.29"])
    let periods = try await element {
      $0.endDevices = [IdentifiedObject(names: ["A"])]
      $0.scheduleIntervals = [
        .init(start: start.adding(seconds: 900), end: start.adding(seconds: 1800)),
        .init(start: start.adding(seconds: -900), end: start),
      ]
    }
    #expect(periods.meterReadings.first?.intervalBlocks.first?.intervalReadings.map(\.value) == ["1", "3"])
    let other = try await element { $0.readingTypes = [IdentifiedObject(mRID: "kWh")] }
    #expect(other.codes == ["2.6"])
    #expect(data.port.sent.isEmpty)
  }

  @Test("a day that is closed is asked for again, validated, and published once")
  func closesDay() async throws {
    // The day before `start`: interval ends from 00:15 to 24:00, of which two have not come.
    let midnight = Timestamp(seconds: 1_795_132_800)
    let data = DataManagement(answer: { request, _ in
      let value = interval("A", [(Int64(midnight.seconds(since: start)) + 4 * 900, "5.5")])
      return request.reply(.ok, objects: [MeterReadings([value]).element], source: "MS")
    })
    let quarters = (1...96).filter { $0 != 4 && $0 != 50 }.map { quarter in
      (Int64(midnight.seconds(since: start)) + Int64(quarter) * 900, "1.\(5 + quarter % 3)")
    }
    try await data.store([interval("A", quarters)])
    await data.mdm.closeDueDays()
    await data.mdm.closeDueDays()
    let asked = try #require(data.port.sent.first)
    #expect(asked.verb == .get)
    let wanted = try #require(asked.request?.objects.first.map { GetMeterReadings($0) })
    #expect(wanted.endDevices.map(\.label) == ["A"])
    #expect(
      wanted.scheduleIntervals == [.init(start: midnight.adding(seconds: 2700), end: midnight.adding(seconds: 45_000))])
    let published = data.port.sent.filter { $0.verb == .created }
    #expect(published.count == 1)
    let values = published.first?.meterReadings.first?.intervalBlocks.first?.intervalReadings ?? []
    #expect(values.count == 96)
    // What was asked for again came; the other is an estimate between its neighbours.
    #expect(values.dropFirst(3).first?.value == "5.5")
    #expect(values.dropFirst(3).first?.qualities.contains("3.8.0") == false)
    #expect(values.dropFirst(49).first?.value == "1.5")
    #expect(values.dropFirst(49).first?.qualities.contains("3.8.0") == true)
    #expect(values.first?.qualities == ["3.0.1"])
    #expect(data.port.sent.count == 2)
  }

  @Test("a meter known by its usage point only is asked for again by it, and its day is published")
  func closesDayOfUsagePoint() async throws {
    let midnight = Timestamp(seconds: 1_795_132_800)
    let first = Int64(midnight.seconds(since: start))
    let data = DataManagement(answer: { request, _ in
      var value = interval("A", [(first + 4 * 900, "5.5")])
      value.meter = nil
      return request.reply(.ok, objects: [MeterReadings([value]).element], source: "MS")
    })
    var reading = interval("A", (1...96).filter { $0 != 4 }.map { (first + Int64($0) * 900, "1.\(5 + $0 % 3)") })
    reading.meter = nil
    try await data.store([reading])
    await data.mdm.closeDueDays()
    let wanted = try #require(data.port.sent.first?.request?.objects.first.map { GetMeterReadings($0) })
    #expect(wanted.endDevices.isEmpty)
    #expect(wanted.usagePoints.map(\.label) == ["UP of A"])
    let published = data.port.sent.filter { $0.verb == .created }.flatMap(\.meterReadings)
    #expect(published.map(\.meter) == [nil])
    #expect(published.map { $0.usagePoint?.label } == ["UP of A"])
    #expect(published.map(\.valueCount) == [96])
  }

  @Test("readings of a schedule are passed on with the MessageID of the request that ordered them")
  func passesOn() async throws {
    let data = DataManagement()
    let schedule = MeterReadSchedule(
      readingTypes: [ReadingTypeCode.registerForward],
      timeSchedules: [TimeSchedule(timePoints: [start.adding(seconds: 9)])])
    let order = Message.request(.create, MeterReadSchedule.noun, [schedule.element], source: "CIS")
    #expect(try await data.mdm.answer(order, from: "CIS").reply?.result == .ok)
    let passed = try #require(data.port.sent.first)
    try await data.store([interval("A", [(0, "1")])], correlationID: passed.header?.messageID)
    try await data.store([interval("A", [(900, "1")])], correlationID: "of nobody")
    #expect(data.port.sent.count == 2)
    #expect(data.port.sent.last?.header?.correlationID == order.header?.messageID)
    #expect(data.port.sent.last?.header?.source == "MDM")
  }

  @Test(
    "schedules outlive the process where they are kept; those that were refused, and the oldest over the limit, do not")
  func keepsSchedules() async throws {
    let record = MemoryRecord()
    func manager() -> DataManagement {
      DataManagement {
        $0.scheduleRecord = record
        $0.scheduleLimit = 2
      }
    }
    let schedule = MeterReadSchedule(
      readingTypes: [ReadingTypeCode.registerForward],
      timeSchedules: [TimeSchedule(timePoints: [start.adding(seconds: 9)])])
    func order(_ types: [String]) -> Message {
      var wanted = schedule
      wanted.readingTypes = types.map { IdentifiedObject(mRID: $0) }
      return .request(.create, MeterReadSchedule.noun, [wanted.element], source: "CIS")
    }
    var causes: [String?] = []
    for number in 0..<3 {
      let first = manager()
      let request = order([ReadingTypeCode.registerForward])
      #expect(try await first.mdm.answer(request, from: "CIS").reply?.result == .ok)
      #expect(try await first.mdm.answer(order(["kWh"]), from: "CIS").reply?.result == .failed)
      #expect(record.kept.value.count == min(number + 1, 2))
      causes.append(request.header?.messageID)
    }
    let later = manager()
    for kept in record.kept.value {
      try await later.store([interval("A", [(0, "1")])], correlationID: kept.order)
    }
    #expect(later.port.sent.map(\.header?.correlationID) == causes.suffix(2))
    // What cannot be kept is not taken on, and what cannot be read holds the readings.
    record.isBroken.set(true)
    #expect(try await later.mdm.answer(order([ReadingTypeCode.registerForward]), from: "CIS").codes == ["5.1"])
    let next = manager()
    await #expect(throws: ParticipantOutage.self) {
      try await next.store([interval("A", [(0, "1")])], correlationID: "x")
    }
  }

  @Test("a schedule the head end refuses is refused, and its readings are not passed on")
  func refusedSchedule() async throws {
    let data = DataManagement()
    let schedule = MeterReadSchedule(readingTypes: ["kWh"], timeSchedules: [TimeSchedule(recurrencePeriod: 1)])
    let order = Message.request(.create, MeterReadSchedule.noun, [schedule.element], source: "CIS")
    #expect(try await data.mdm.answer(order, from: "CIS").codes == ["5.4", "2.6", "5.8"])
    let empty = Message.request(.create, MeterReadSchedule.noun, [], source: "CIS")
    #expect(try await data.mdm.answer(empty, from: "CIS").codes == ["1.7"])
  }
}

@Suite("IEC 61968-9, 5.4.2 (Figure 33): meter data management carries out service orders")
struct DataManagementServiceTests {
  private func order(_ kind: MeterServiceWork.Kind?, _ meter: IdentifiedObject?) -> Message {
    .request(
      .create, MeterServiceRequests.noun, [MeterServiceRequests([MeterServiceWork(kind: kind, meter: meter)]).element],
      source: "CIS")
  }

  @Test(
    "orders that cannot be taken on have their reply code",
    arguments: [
      (MeterServiceWork.Kind("inspection"), IdentifiedObject(names: ["A"]), "5.2"),
      (nil, IdentifiedObject(names: ["A"]), "1.7"),
      (.disconnect, IdentifiedObject(), "1.7"),
    ] as [(MeterServiceWork.Kind?, IdentifiedObject, String)])
  func refusals(kind: MeterServiceWork.Kind?, meter: IdentifiedObject, code: String) async throws {
    #expect(try await DataManagement().mdm.answer(order(kind, meter), from: "CIS").codes == [code])
  }

  @Test("too many orders are 3.2")
  func tooMany() async throws {
    let data = DataManagement { $0.orderLimit = 1 }
    let order = order(.disconnect, IdentifiedObject(names: ["A"]))
    #expect(try await data.mdm.answer(order, from: "CIS").reply?.result == .ok)
    #expect(try await data.mdm.answer(order, from: "CIS").codes == ["3.2"])
  }

  private func outcome(_ data: DataManagement, _ order: Message) async throws -> MeterServiceWork? {
    let told = try await running({ try await data.mdm.run() }) {
      _ = try await data.mdm.answer(order, from: "CIS")
      return await data.port.first { $0.verb == .changed }
    }
    #expect(told?.header?.correlationID == order.header?.correlationID)
    return MeterServiceRequests(objects: told?.payload?.objects ?? []).meterServiceWorks.first
  }

  @Test("an unknown meter is told as failed, with the head end's reply code")
  func unknownMeter() async throws {
    let work = try await outcome(DataManagement(), order(.disconnect, IdentifiedObject(names: ["nobody"])))
    #expect(work?.status?.value == "failed")
    #expect(work?.status?.reason == "2.4 no meter nobody")
    #expect(work?.kind == .disconnect)
  }

  @Test("a switch that does not tell within the deadline is told as failed")
  func silentSwitch() async throws {
    let data = DataManagement()
    let work = try await outcome(data, order(.disconnect, data.headEnd.meter(1)))
    #expect(work?.status?.reason == "no event of the switch within 0.2 seconds")
  }

  @Test("a switch that tells of its failure is told as failed; events of others are not minded")
  func failedSwitch() async throws {
    let data = DataManagement { $0.switchDeadline = .seconds(5) }
    let request = order(.disconnect, data.headEnd.meter(1))
    let work = try await running({
      guard let control = await data.port.first({ $0.noun == EndDeviceControls.noun }) else { return }
      for (meter, code) in [(2, "3.31.0.68"), (1, "3.26.0.85"), (1, "3.31.0.84")] {
        let event = EndDeviceEvent(
          createdDateTime: start, asset: data.headEnd.meter(meter), endDeviceEventType: code)
        try await data.mdm.receive(
          .event(
            .created, EndDeviceEvents.noun, [EndDeviceEvents([event]).element], source: "MS",
            correlationID: control.header?.correlationID), from: "MS")
      }
    }) { try await outcome(data, request) }
    #expect(work?.status?.value == "failed")
    #expect(work?.status?.reason?.hasPrefix("3.31.0.84") == true)
    #expect(work?.readings.isEmpty == true)
  }
}
