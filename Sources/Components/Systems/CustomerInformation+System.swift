// What people in customer service do, and what the CIS can tell.
import CIMModel
import IECMessage
import MessageBus

extension CustomerInformation: SystemPart {
  public static let actions: [ActionDescription] = [
    .init("order", ["kind", "meter"], optional: ["type"], "orders work at a meter"),
    .init("ask", ["meter"], optional: ["types", "reason", "hours"], "asks for readings of a meter"),
    .init(
      "scheduleReadings", ["types", "every", "times"], optional: ["meter"],
      "orders readings at the next so many due times, every so many seconds"),
  ]

  public static let facts: [FactDescription] = [
    .init("notices/*/count", "how often it was told of work of a kind"),
    .init("notices/*/status", "what it was told last of work of a kind: completed, failed"),
    .init("notices/*/readings", "values that came with the last notice of a kind"),
    .init("readings/count", "values that came by schedule"),
    .init("answer/result", "result of the newest reply to a question for readings"),
    .init("answer/values/*", "values of a reading type in that reply"),
  ]

  public func perform(_ action: ActionCall) async throws {
    switch action.name {
    case "order":
      _ = await order(
        .init(try action.text("kind")), type: action["type"], meter: IdentifiedObject(mRID: try action.text("meter")))
    case "ask":
      let hours = try action.int("hours", default: 0, in: 0...10_000)
      let time = now()
      let period = hours == 0 ? nil : DateTimeInterval(start: time.adding(seconds: -3600 * Int64(hours)), end: time)
      _ = await readings(
        of: [IdentifiedObject(mRID: try action.text("meter"))], readingTypes: action.list("types"), during: period,
        reason: action["reason"])
    case "scheduleReadings":
      let every = Int64(try action.int("every", default: 900, in: 60...86_400))
      let times = Int64(try action.int("times", default: 1, in: 1...1_000))
      let step = every * 1_000_000
      let first = Timestamp(microseconds: (now().microseconds / step + 1) * step)
      let schedule = TimeSchedule(
        recurrencePeriod: every,
        scheduleInterval: DateTimeInterval(start: first, end: first.adding(seconds: (times - 1) * every)))
      _ = await scheduleReadings(
        of: action["meter"].map { [IdentifiedObject(mRID: $0)] } ?? [], readingTypes: action.list("types"), schedule)
    default: throw ActionError("\(id) has no action '\(action.name)'")
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    switch (path[0], path[1], path[2]) {
    case ("readings", "count", _): return String(readingCount)
    case ("answer", "result", _): return answer?.reply?.result.rawValue
    case ("answer", "values", let type):
      let readings = MeterReadings(objects: answer?.payload?.objects ?? []).meterReadings
      let registers = readings.flatMap(\.readings).count { $0.readingType == type && !$0.value.isEmpty }
      let intervals = readings.flatMap(\.intervalBlocks).filter { $0.readingType == type }
      return String(registers + intervals.reduce(0) { $0 + $1.intervalReadings.count })
    case ("notices", let kind, let what):
      let told = notices.filter { $0.work.kind?.rawValue == kind || $0.work.type == kind }
      switch what {
      case "count": return String(told.count)
      case "status": return told.last?.work.status?.value
      default: return told.last.map { String($0.work.readings.count) }
      }
    default: return nil
    }
  }
}
