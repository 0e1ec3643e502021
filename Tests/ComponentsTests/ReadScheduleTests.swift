import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-9, 5.3.2 (Figure 14): the metering system keeps read schedules")
struct ReadScheduleTests {
  private func order(
    _ schedules: [TimeSchedule], _ headEnd: HeadEnd, types: [String] = [ReadingTypeCode.quarterHourForward],
    meters: [IdentifiedObject] = []
  ) async throws -> Message {
    let payload = MeterReadSchedule(endDevices: meters, readingTypes: types, timeSchedules: schedules)
    return try await headEnd.system.answer(
      .request(.create, MeterReadSchedule.noun, [payload.element], source: "MDM"), from: "MDM")
  }

  private var hourly: TimeSchedule {
    let first = Timestamp(seconds: 1_795_257_000)  // 10:30
    return TimeSchedule(
      recurrencePeriod: 1800, scheduleInterval: DateTimeInterval(start: first, end: first.adding(seconds: 3600)))
  }

  @Test("readings come at each due time with the values since the one before, in messages of so many meters")
  func due() async throws {
    let headEnd = HeadEnd { $0.metersPerReadingsMessage = 30 }
    let reply = try await order([hourly], headEnd)
    #expect(reply.reply?.result == .ok)
    await headEnd.system.publishDueReadings()
    #expect(headEnd.port.sent.isEmpty)
    headEnd.clock.advance(to: Timestamp(seconds: 1_795_257_000))
    await headEnd.system.publishDueReadings()
    #expect(headEnd.port.sent.map(\.meterReadings.count) == [30, 20])
    let block = headEnd.port.sent.first?.meterReadings.first?.intervalBlocks.first
    #expect(block?.intervalReadings.map(\.timeStamp) == [1_795_256_100, 1_795_257_000].map { Timestamp(seconds: $0) })
    #expect(headEnd.port.sent.allSatisfy { $0.header?.correlationID == reply.reply?.ids.first?.value })
    // Two more due times are made up for in one call, then the schedule is over.
    headEnd.clock.advance(to: Timestamp(seconds: 1_795_270_000))
    await headEnd.system.publishDueReadings()
    #expect(headEnd.port.sent.count == 6)
    await headEnd.system.publishDueReadings()
    #expect(headEnd.port.sent.count == 6)
  }

  @Test("time points are due times; those that are over are left out")
  func timePoints() async throws {
    let headEnd = HeadEnd()
    let points = [-60, 120, 60].map { start.adding(seconds: $0) }
    _ = try await order(
      [TimeSchedule(timePoints: points)], headEnd, types: [ReadingTypeCode.registerForward], meters: [headEnd.meter(1)])
    headEnd.clock.advance(to: start.adding(seconds: 500))
    await headEnd.system.publishDueReadings()
    #expect(
      headEnd.port.sent.compactMap { $0.meterReadings.first?.readings.first?.timeStamp }
        == [60, 120].map { start.adding(seconds: $0) })
  }

  @Test("a meter that cannot be reached is left out of the message")
  func unreachable() async throws {
    let headEnd = HeadEnd()
    _ = try await order([hourly], headEnd)
    await headEnd.system.setOnline(false, meter: 0)
    headEnd.clock.advance(to: Timestamp(seconds: 1_795_257_000))
    await headEnd.system.publishDueReadings()
    #expect(headEnd.port.sent.map(\.meterReadings.count) == [49])
  }

  @Test(
    "a schedule that cannot be kept has its reply code, and nothing of it is kept",
    arguments: [
      (TimeSchedule(recurrencePeriod: 900), "5.8"),
      (TimeSchedule(scheduleInterval: DateTimeInterval(start: start, end: start.adding(seconds: 900))), "5.8"),
      (TimeSchedule(recurrencePeriod: 0, scheduleInterval: DateTimeInterval(end: start.adding(seconds: 9))), "5.8"),
      (
        TimeSchedule(recurrencePeriod: 1, scheduleInterval: DateTimeInterval(end: start.adding(seconds: 86_400))), "3.1"
      ),
    ])
  func refusals(schedule: TimeSchedule, code: String) async throws {
    let headEnd = HeadEnd()
    #expect(try await order([hourly, schedule], headEnd).codes == [code])
    headEnd.clock.advance(to: start.adding(seconds: 7200))
    await headEnd.system.publishDueReadings()
    #expect(headEnd.port.sent.isEmpty)
  }

  @Test("unknown meters, reading types and a missing payload have their reply codes; too many schedules are 3.2")
  func otherRefusals() async throws {
    let headEnd = HeadEnd { $0.scheduleLimit = 1 }
    #expect(try await order([hourly], headEnd, meters: [IdentifiedObject(mRID: "nobody")]).codes == ["2.4"])
    #expect(try await order([hourly], headEnd, types: ["kWh"]).codes == ["2.6"])
    #expect(try await order([hourly], headEnd, types: []).codes == ["5.8"])
    #expect(try await order([], headEnd).codes == ["5.8"])
    let empty = Message.request(.create, MeterReadSchedule.noun, [], source: "MDM")
    #expect(try await headEnd.system.answer(empty, from: "MDM").codes == ["1.7"])
    #expect(try await order([hourly], headEnd).reply?.result == .ok)
    #expect(try await order([hourly], headEnd).codes == ["3.2"])
  }
}
