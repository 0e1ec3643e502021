// Asks for readings and events, and keeps the answer.
public import CIMModel
import IECMessage
public import MessageBus

/// Asks whoever serves it for readings or events of meters.
public actor Inquirer: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest] = []
  private let port: any MessagePort
  private let now: @Sendable () -> Timestamp
  private var readings: Message?
  private var events: Message?

  public init(id: ParticipantID, port: any MessagePort, now: @escaping @Sendable () -> Timestamp) {
    self.id = id
    self.port = port
    self.now = now
  }

  public static let actions: [ActionDescription] = [
    .init("askReadings", ["meter"], optional: ["types", "reason", "hours"], "asks for readings of meters"),
    .init("askEvents", ["meter", "hours"], "asks for the events of meters in the last hours"),
  ]

  public static let facts: [FactDescription] = [
    .init("readings/result", "result of the newest reply to a question for readings"),
    .init("readings/values", "values in it"),
    .init("readings/error", "its first reply code that is no success"),
    .init("meters/*/answered", "yes where the reply holds a reading of the meter"),
    .init("eventReply/result", "result of the newest reply to a question for events"),
    .init("eventReply/*/count", "events of a code in it"),
  ]

  public func perform(_ action: ActionCall) async throws {
    let meters = try action.text("meter").split { $0 == " " || $0 == "," }.map { IdentifiedObject(mRID: String($0)) }
    let hours = try action.int("hours", default: 0, in: 0...10_000)
    let time = now()
    let period =
      hours == 0 ? [] : [DateTimeInterval(start: time.adding(seconds: -3600 * Int64(hours)), end: time)]
    if action.name == "askReadings" {
      let wanted = GetMeterReadings(
        endDevices: meters, readingTypes: action.list("types"), scheduleIntervals: period,
        reasons: action["reason"].map { [$0] } ?? [])
      readings = await port.ask(.get(MeterReadings.noun, wanted.element, source: id.rawValue), from: id)
    } else {
      let wanted = GetEndDeviceEvents(meters: meters, intervals: period)
      events = await port.ask(.get(EndDeviceEvents.noun, wanted.element, source: id.rawValue), from: id)
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    switch (path[0], path[1]) {
    case ("eventReply", "result"): return events?.reply?.result.rawValue
    case ("eventReply", let code):
      let found = EndDeviceEvents(objects: events?.payload?.objects ?? []).endDeviceEvents
      return String(found.count { $0.endDeviceEventType == code })
    case ("readings", "result"): return readings?.reply?.result.rawValue
    case ("readings", "error"): return readings?.reply?.errors.first { !$0.code.hasPrefix("0.") }?.code
    default:
      let found = MeterReadings(objects: readings?.payload?.objects ?? []).meterReadings
      if path[0] == "readings" { return String(found.reduce(0) { $0 + $1.valueCount }) }
      return found.contains { $0.meter?.identifiers.contains(path[1]) ?? false } ? "yes" : "no"
    }
  }
}
