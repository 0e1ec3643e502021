import CIMModel
import Components
import IECMessage
import MessageBus
import MeterSimulator
import Testing

@Suite("IEC 61968-9, 5.3.2: the metering system reads on request")
struct MeteringSystemReadingTests {
  let headEnd = HeadEnd()

  @Test("a meter is found by mRID, name, serial number, and by its usage point")
  func identifiers() async throws {
    let meter = headEnd.fleet[7]
    for object in [
      IdentifiedObject(mRID: meter.mRID), IdentifiedObject(names: [meter.name]),
      IdentifiedObject(names: [meter.serialNumber]),
    ] {
      let reply = try await headEnd.read(GetMeterReadings(endDevices: [object]))
      #expect(reply.reply?.result == .ok)
      #expect(reply.meterReadings.map(\.meter?.mRID) == [meter.mRID])
    }
    let byPoint = try await headEnd.read(
      GetMeterReadings(usagePoints: [IdentifiedObject(names: [meter.usagePointName])]))
    #expect(byPoint.meterReadings.map(\.meter?.mRID) == [meter.mRID])
    let tank = try await headEnd.read(
      GetMeterReadings(transformerTanks: [IdentifiedObject(names: [meter.transformerName])]))
    #expect(tank.meterReadings.count == headEnd.fleet.topology.meters(onTransformer: meter.transformer).count)
  }

  @Test("the register is that of the meter, exact to the Wh, stamped now")
  func register() async throws {
    let reply = try await headEnd.read(
      GetMeterReadings(endDevices: [headEnd.meter(3)], readingTypes: [ReadingTypeCode.registerForward]))
    let reading = try #require(reply.meterReadings.first?.readings.first)
    let wattHours = headEnd.fleet.register(of: 3, at: start).forward
    let thousandths = String(String(wattHours % 1000 + 1000).dropFirst())
    #expect(reading.value == "\(wattHours / 1000).\(thousandths)")
    #expect(reading.timeStamp == start)
    #expect(reading.reason == "inquiry")
  }

  @Test("intervals are stamped at their END and add up to the difference of the registers")
  func intervals() async throws {
    let period = DateTimeInterval(start: Timestamp(seconds: 1_795_248_000), end: Timestamp(seconds: 1_795_251_600))
    let wattHours = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0"
    let reply = try await headEnd.read(
      GetMeterReadings(endDevices: [headEnd.meter(3)], readingTypes: [wattHours], scheduleIntervals: [period]))
    let values = try #require(reply.meterReadings.first?.intervalBlocks.first).intervalReadings
    let end = try #require(period.end)
    let begin = try #require(period.start)
    #expect(values.map(\.timeStamp) == [900, 1800, 2700, 3600].map { begin.adding(seconds: $0) })
    let sum = values.compactMap { Int64($0.value) }.reduce(0, +)
    let difference = headEnd.fleet.register(of: 3, at: end) - headEnd.fleet.register(of: 3, at: begin)
    #expect(sum == difference.forward)
    #expect(reply.meterReadings.first?.valuesInterval == period)
  }

  @Test(
    "what cannot be answered has its reply code",
    arguments: [
      (GetMeterReadings(endDevices: [IdentifiedObject(names: ["MTR-99999999"])]), "2.4"),
      (GetMeterReadings(usagePoints: [IdentifiedObject(names: ["UP-99999999"])]), "2.12"),
      (
        GetMeterReadings(
          endDevices: [IdentifiedObject(names: ["MTR-00000001"])],
          usagePoints: [IdentifiedObject(names: ["UP-00000002"])]), "2.13"
      ),
      (GetMeterReadings(readingTypes: ["kWh"]), "2.6"),
      (GetMeterReadings(readingTypes: ["0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72"]), "2.6"),
      (GetMeterReadings(readingTypes: ["0.0.0.1.1.7.58.0.0.0.0.0.0.0.0.0.42.0"]), "2.10"),
      (
        GetMeterReadings(
          scheduleIntervals: [DateTimeInterval(start: start.adding(seconds: 60), end: start.adding(seconds: 90))]),
        "5.7"
      ),
    ])
  func refusals(wanted: GetMeterReadings, code: String) async throws {
    let reply = try await headEnd.read(wanted)
    #expect(reply.reply?.result == .failed)
    #expect(reply.codes.first == code)
    #expect(reply.payload == nil)
  }

  @Test("a request without GetMeterReadings is refused with 1.6")
  func noProfile() async throws {
    let reply = try await headEnd.system.answer(.get(MeterReadings.noun, nil, source: "MDM"), from: "MDM")
    #expect(reply.codes == ["1.6"])
  }

  @Test("a century of minutes for the whole fleet is too much: 3.1")
  func tooMuch() async throws {
    let century = DateTimeInterval(start: Timestamp(seconds: 0), end: start)
    let reply = try await headEnd.read(
      GetMeterReadings(readingTypes: ["0.0.3.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0"], scheduleIntervals: [century]))
    #expect(reply.codes == ["3.1"])
  }

  @Test("a meter that cannot be reached is 5.7; beside one that can, the reply is PARTIAL")
  func unreachable() async throws {
    await headEnd.system.setOnline(false, meter: 4)
    let alone = try await headEnd.read(GetMeterReadings(endDevices: [headEnd.meter(4)]))
    #expect(alone.reply?.result == .failed)
    #expect(alone.codes == ["5.7"])
    #expect(alone.reply?.errors.first?.id?.value == headEnd.fleet[4].mRID)
    let both = try await headEnd.read(
      GetMeterReadings(endDevices: [headEnd.meter(4), headEnd.meter(5), IdentifiedObject(names: ["?"])]))
    #expect(both.reply?.result == .partial)
    #expect(both.codes.sorted() == ["2.4", "5.7"])
    #expect(both.meterReadings.count == 1)
    #expect(both.reply?.errors.allSatisfy { $0.level == .warning } == true)
  }

  @Test("errors of several types are announced by 5.4")
  func severalTypes() async throws {
    let reply = try await headEnd.read(
      GetMeterReadings(endDevices: [IdentifiedObject(names: ["?"])], readingTypes: ["kWh"]))
    #expect(reply.codes == ["5.4", "2.4", "2.6"])
  }

  @Test("values are exact decimals at every scale", arguments: [(-3, "000"), (0, ""), (3, "."), (6, "0.")])
  func scales(multiplier: Int, mark: String) async throws {
    let type = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.\(multiplier).72.0"
    let reply = try await headEnd.read(GetMeterReadings(endDevices: [headEnd.meter(3)], readingTypes: [type]))
    let text = try #require(reply.meterReadings.first?.readings.first?.value)
    let digits = String(headEnd.fleet.register(of: 3, at: start).forward)
    #expect(text.filter { $0 != "." }.hasSuffix(digits + (multiplier < 0 ? "000" : "")) || multiplier == 6)
    #expect(text.split(separator: ".").dropFirst().first.map(\.count) ?? 0 == max(0, multiplier))
    #expect(mark.isEmpty || text.contains(mark) || multiplier == 6)
  }
}

@Suite("IEC 61968-9, 5.4: the metering system moves switches")
struct MeteringSystemControlTests {
  @Test("OK first, then an event with the request's CorrelationID", arguments: [("3.31.0.23", "3.31.0.68", false)])
  func disconnects(code: String, event: String, connected: Bool) async throws {
    let headEnd = HeadEnd()
    let request = headEnd.control(code, [headEnd.meter(2), headEnd.meter(3)])
    let told = try await running({ try await headEnd.system.run(tick: never) }) {
      let reply = try await headEnd.system.answer(request, from: "MDM")
      #expect(reply.reply?.result == .ok)
      return await headEnd.port.first { $0.noun == EndDeviceEvents.noun }
    }
    #expect(told?.header?.correlationID == request.header?.correlationID)
    #expect(told?.verb == .created)
    #expect(told?.deviceEvents.map(\.endDeviceEventType) == [event, event])
    #expect(told?.deviceEvents.map(\.asset?.mRID) == [headEnd.fleet[2].mRID, headEnd.fleet[3].mRID])
    #expect(await headEnd.system.isConnected(meter: 2) == connected)
  }

  @Test("a meter that cannot be reached: taken on, and told as failed")
  func failed() async throws {
    let headEnd = HeadEnd()
    await headEnd.system.setOnline(false, meter: 2)
    let told = try await running({ try await headEnd.system.run(tick: never) }) {
      _ = try await headEnd.system.answer(headEnd.control("3.31.0.18", [headEnd.meter(2)]), from: "MDM")
      return await headEnd.port.first { $0.noun == EndDeviceEvents.noun }
    }
    #expect(told?.deviceEvents.map(\.endDeviceEventType) == ["3.31.0.67"])
  }

  @Test(
    "what cannot be taken on has its reply code",
    arguments: [
      ("3.31.0.26", "MTR-00000001", "5.2"), ("3.31.0.23", "MTR-99999999", "2.4"), ("x", "MTR-00000001", "5.2"),
    ])
  func refusals(code: String, name: String, expected: String) async throws {
    let headEnd = HeadEnd()
    let reply = try await headEnd.system.answer(
      headEnd.control(code, [IdentifiedObject(names: [name])]), from: "MDM")
    #expect(reply.reply?.result == .failed)
    #expect(reply.codes == [expected])
  }

  @Test("no control, or one without a device, is 1.7; too many are 3.2")
  func bounds() async throws {
    let headEnd = HeadEnd { $0.commandLimit = 3 }
    let system = headEnd.system
    let empty = Message.request(.create, EndDeviceControls.noun, [EndDeviceControls().element], source: "MDM")
    #expect(try await system.answer(empty, from: "MDM").codes == ["1.7"])
    #expect(try await system.answer(headEnd.control("3.31.0.23", []), from: "MDM").codes == ["1.7"])
    let many = headEnd.control("3.31.0.23", (0..<4).map(headEnd.meter))
    #expect(try await system.answer(many, from: "MDM").codes == ["3.2"])
    let few = headEnd.control("3.31.0.23", (0..<3).map(headEnd.meter))
    #expect(try await system.answer(few, from: "MDM").reply?.result == .ok)
    #expect(try await system.answer(few, from: "MDM").codes == ["3.2"])
  }

  @Test("verbs and nouns it does not serve are 2.9")
  func otherVerbs() async throws {
    let request = Message.request(.delete, EndDeviceControls.noun, [], source: "MDM")
    #expect(try await HeadEnd().system.answer(request, from: "MDM").codes == ["2.9"])
  }
}

@Suite("IEC 61968-9, 5.2.2: the metering system tells of outages")
struct MeteringSystemOutageTests {
  @Test("last gasps come many to a message, restorations too")
  func messages() async throws {
    let headEnd = HeadEnd { $0.metersPerEventsMessage = 20 }
    await headEnd.system.outage(of: 0..<50)
    await headEnd.system.outage(of: 0..<50)
    #expect(headEnd.port.sent.map(\.deviceEvents.count) == [20, 20, 10])
    let gasps = headEnd.port.sent.flatMap(\.deviceEvents)
    #expect(Set(gasps.map(\.endDeviceEventType)) == ["3.26.0.85"])
    #expect(Set(gasps.compactMap(\.asset?.mRID)).count == 50)
    #expect(gasps.allSatisfy { $0.createdDateTime == start })
    await headEnd.system.restore(0..<10)
    #expect(headEnd.port.sent.last?.deviceEvents.map(\.endDeviceEventType) == Array(repeating: "3.26.0.216", count: 10))
  }

  @Test("a transformer or range that does not exist tells of nothing")
  func nothing() async throws {
    let headEnd = HeadEnd()
    #expect(await headEnd.system.outage(onTransformer: 99).isEmpty)
    await headEnd.system.restore(90..<100)
    #expect(headEnd.port.sent.isEmpty)
  }
}
