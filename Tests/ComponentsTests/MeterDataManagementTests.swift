import CIMModel
import Components
import IECMessage
import MessageBus
import MeterSimulator
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
    #expect(reply.meterReadings.first?.intervalBlocks.first?.intervalReadings.map(\.value) == ["2.5", "3"])
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

  @Test("the head end's refusal is passed on, and so is the bus's")
  func refusals() async throws {
    let nobody = GetMeterReadings(endDevices: [IdentifiedObject(names: ["nobody"])])
    #expect(try await DataManagement().get(nobody).codes == ["2.4"])
    let busy = DataManagement(answer: { _, _ in throw BusError(.busy, "no room") })
    #expect(try await busy.get(nobody).codes == ["5.1"])
    let none = try await busy.mdm.answer(.get(MeterReadings.noun, nil, source: "CIS"), from: "CIS")
    #expect(none.codes == ["1.6"])
  }

  @Test("the store is bounded per series and in meters")
  func bounds() async throws {
    let data = DataManagement { edit in
      edit.valuesPerSeries = 3
      edit.meterLimit = 1
    }
    try await data.store([interval("A", (0..<10).map { ($0 * 900, "\($0)") }), interval("B", [(0, "1")])])
    #expect(await data.mdm.storedValues == 3)
    #expect(await data.mdm.storedMeters == 1)
    let kept = await data.mdm.storedReading(of: "A")
    #expect(kept?.intervalBlocks.first?.intervalReadings.map(\.value) == ["7", "8", "9"])
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
