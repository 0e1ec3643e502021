// What a scenario is played on: pulls triggers at the components and looks whether its expectations hold.
import CIMModel
import Components
import IECMessage
import MessageBus

/// What the scenarios are about.
struct Subject: Sendable {
  var meter: Int
  var transformer: Int
}

/// One run's view of the components: what it did to them, and what they were like before.
actor Stage {
  private let utility: Utility
  private let subject: Subject
  private let meter: IdentifiedObject
  private let valuesBefore: Int
  private let noticesBefore: Int
  private let outagesBefore: Int
  private var dueTimes: [Timestamp] = []
  private var metersOut: Range<Int> = 0..<0
  private var askedFor: [String] = []
  private var answer: MeterReadings?

  init(utility: Utility, subject: Subject) async {
    self.utility = utility
    self.subject = subject
    meter = await utility.meteringSystem.place(ofMeter: subject.meter)?.meter ?? IdentifiedObject()
    valuesBefore = await utility.customerInformation.readingCount
    noticesBefore = await utility.customerInformation.noticeCount
    outagesBefore = await utility.outageManagement.closedCount
  }

  /// Does what a trigger says.
  ///
  /// - Returns: what went wrong; a reply that is not what the step expects is left to the judge.
  func pull(_ trigger: Scenario.Trigger) async -> String? {
    switch trigger {
    case .scheduleReadings(let readingTypes, let period, let times):
      let now = utility.clock.now()
      let step = period * 1_000_000
      let first = Timestamp(microseconds: (now.microseconds / step + 1) * step)
      dueTimes = (0..<times).map { first.adding(seconds: Int64($0) * period) }
      let schedule = TimeSchedule(
        recurrencePeriod: period, scheduleInterval: DateTimeInterval(start: first, end: dueTimes.last))
      _ = await utility.customerInformation.scheduleReadings(readingTypes: readingTypes, schedule)
    case .timePasses:
      guard !dueTimes.isEmpty else { return "no readings are due" }
      utility.clock.advance(to: dueTimes.removeFirst())
      await utility.meteringSystem.publishDueReadings()
    case .askForReading(let readingTypes):
      askedFor = readingTypes
      let reply = await utility.customerInformation.readings(of: [meter], readingTypes: readingTypes)
      answer = MeterReadings(objects: reply.payload?.objects ?? [])
    case .powerFails:
      metersOut = await utility.meteringSystem.outage(onTransformer: subject.transformer)
      if metersOut.isEmpty { return "there is no transformer \(subject.transformer)" }
    case .powerReturns: await utility.meteringSystem.restore(metersOut)
    case .order(let kind): _ = await utility.customerInformation.order(kind, meter: meter)
    }
    return nil
  }

  /// The first expectation that does not hold, in words; nil when all do.
  func firstUnmet(_ expectations: [Scenario.Expectation]) async -> String? {
    for expectation in expectations {
      if let trouble = await unmet(expectation) { return trouble }
    }
    return nil
  }

  private func unmet(_ expectation: Scenario.Expectation) async -> String? {
    switch expectation {
    case .valuesPerMeter(let count):
      let came = await utility.customerInformation.readingCount - valuesBefore
      let wanted = count * utility.meters
      return came == wanted ? nil : "expected \(wanted) values at the CIS, \(came) came"
    case .readingAnswered:
      guard let reading = answer?.meterReadings.first else { return "expected a reading in the answer, there was none" }
      let missing = askedFor.filter { type in
        !reading.readings.contains { $0.readingType == type && !$0.value.isEmpty }
      }
      return missing.isEmpty ? nil : "expected a value of \(missing.joined(separator: ", ")) in the answer"
    case .outageFoundAndClosed: return await unmetOutage()
    case .workCompleted(let kind):
      let customer = utility.customerInformation
      let told = await customer.notices.suffix(customer.noticeCount - noticesBefore)
      guard let notice = told.last(where: { $0.work.kind == kind }) else {
        return "expected the CIS to be told of the \(kind), it was not"
      }
      guard notice.work.status?.value == MeterServiceWork.Status.completed else {
        return "expected the \(kind) to be completed, it is \(notice.work.status?.value ?? "without status") "
          + "(\(notice.work.status?.reason ?? "no reason"))"
      }
      return notice.work.readings.isEmpty ? "expected a reading with the \(kind), there was none" : nil
    case .meterConnected(let connected):
      return await utility.meteringSystem.isConnected(meter: subject.meter) == connected
        ? nil : "expected \(meter.label) to be \(connected ? "connected" : "disconnected")"
    }
  }

  private func unmetOutage() async -> String? {
    let outages = utility.outageManagement
    guard await outages.closedCount > outagesBefore, let outage = await outages.outages.last else {
      let open = await outages.openOutages.map(\.transformer)
      return "expected an outage found and closed, \(open.isEmpty ? "there is none" : "\(open) is open")"
    }
    var truth: Set<String> = []
    for index in metersOut {
      if let meter = await utility.meteringSystem.place(ofMeter: index)?.meter.identifier { truth.insert(meter) }
    }
    guard let first = metersOut.first,
      outage.transformer == (await utility.meteringSystem.place(ofMeter: first))?.transformer
    else { return "expected an outage of another transformer than \(outage.transformer)" }
    let wrong = outage.metersOut.subtracting(truth)
    return wrong.isEmpty ? nil : "expected only meters of \(outage.transformer) without power, \(wrong.count) are not"
  }
}
