import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-9, 4.2.1: the customer information system orders, asks and is told")
struct CustomerInformationTests {
  private let meter = IdentifiedObject(mRID: "1", names: ["M1"])

  private func notice(_ correlationID: String) -> Message {
    let work = MeterServiceWork(
      kind: .disconnect, meter: meter, status: .init(dateTime: start, value: MeterServiceWork.Status.completed))
    return .event(
      .changed, MeterServiceRequests.noun, [MeterServiceRequests([work]).element], source: "MDM",
      correlationID: correlationID)
  }

  @Test("an order names kind, meter and time of request")
  func orders() async throws {
    let port = RecordingPort { request, _ in request.reply(.ok, source: "MDM") }
    let customer = CustomerInformation(port: port) { start }
    #expect(await customer.order(.reconnect, meter: meter).reply?.result == .ok)
    let sent = try #require(port.sent.first)
    let work = MeterServiceRequests(objects: sent.payload?.objects ?? []).meterServiceWorks.first
    #expect(work == MeterServiceWork(kind: .reconnect, requestDateTime: start, meter: meter))
    #expect(sent.verb == .create)
  }

  @Test("a bus that is stopping is a FAILED reply, not an error")
  func stopping() async {
    let port = RecordingPort { _, _ in throw BusError(.shuttingDown, "stopping") }
    let customer = CustomerInformation(port: port) { start }
    #expect(await customer.readings(of: [meter]).codes == ["5.1"])
  }

  @Test("a notice is found that came already, waited for if it comes later, and given up at the deadline")
  func notices() async throws {
    let customer = CustomerInformation(port: RecordingPort()) { start }
    try await customer.receive(notice("a"), from: "MDM")
    #expect(await customer.notice(correlationID: "a", within: .seconds(5))?.work.kind == .disconnect)
    async let later = customer.notice(correlationID: "b", within: .seconds(10))
    try await customer.receive(notice("b"), from: "MDM")
    #expect(await later?.correlationID == "b")
    #expect(await customer.notice(correlationID: "c", within: .milliseconds(10)) == nil)
    #expect(await customer.noticeCount == 2)
  }

  @Test("readings that come by schedule are counted, the newest kept per meter")
  func readings() async throws {
    let customer = CustomerInformation(port: RecordingPort()) { start }
    for value in ["1", "2"] {
      let reading = Reading(timeStamp: start, value: value, readingType: ReadingTypeCode.registerForward)
      let payload = MeterReadings([MeterReading(meter: meter, readings: [reading])])
      try await customer.receive(
        .event(.created, MeterReadings.noun, [payload.element], source: "MDM"), from: "MDM")
    }
    #expect(await customer.readingCount == 2)
    #expect(await customer.newest["1"]?.readings.map(\.value) == ["2"])
  }
}
