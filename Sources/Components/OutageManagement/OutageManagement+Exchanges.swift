// What an OMS asks and tells: questions to meters, outages to everyone.
import CIMModel
import IECMessage
import MessageBus

extension OutageManagement {
  /// Asks meters for their voltage, those of one CorrelationID with one message.
  ///
  /// - Returns: an answer for each question.
  func ask(_ questions: [OutageAnalysis.Question]) async -> [OutageAnalysis.Answer] {
    var answers = [OutageAnalysis.Answer](repeating: .unknown, count: questions.count)
    for part in questions.indices.parts(by: { questions[$0].correlationID }) {
      let wanted = GetMeterReadings(
        endDevices: part.elements.map { questions[$0].meter }, readingTypes: [ReadingTypeCode.voltage])
      let reply = await port.ask(
        .get(MeterReadings.noun, wanted.element, source: id.rawValue, correlationID: part.id), from: id)
      let read = Set(
        MeterReadings(objects: reply.payload?.objects ?? []).meterReadings.flatMap { $0.meter?.identifiers ?? [] })
      for place in part.elements { answers[place] = judge(reply, questions[place].meter, read: read) }
    }
    return answers
  }

  /// What a reply says of a meter. It is silent only where the metering system says nothing but that (5.7): any other
  /// trouble may be its own.
  private func judge(_ reply: Message, _ meter: IdentifiedObject, read: Set<String>) -> OutageAnalysis.Answer {
    let result = reply.reply?.result
    if result == .ok || result == .partial, meter.identifiers.contains(where: read.contains) { return .hasPower }
    if result == .ok, reply.payload?.objects.isEmpty ?? true { return .hasPower }
    let codes = Set(reply.reply?.errors.map(\.code) ?? []).subtracting(["5.4"])
    return codes == ["5.7"] ? .silent : .unknown
  }

  /// Tells of outages, those of one kind and CorrelationID in one message. The public hears of what was confirmed, and
  /// of its end.
  func publish(_ changes: [OutageAnalysis.Change]) async {
    for (kind, verb) in Self.verbs {
      for part in changes.filter({ $0.kind == kind }).parts(by: \.correlationID) {
        let outages = UnplannedOutages(part.elements.map { UnplannedOutage($0.outage) })
        await tell(verb, UnplannedOutages.noun, outages.element, part.id)
      }
    }
    for (kind, verb) in Self.verbs {
      for part in changes.filter({ $0.publicKind == kind }).parts(by: \.correlationID) {
        let outages = PubOutages(
          part.elements.map { PubOutage($0.outage, disclaimer: configuration.disclaimer) })
        await tell(verb, PubOutages.noun, outages.element, part.id)
      }
    }
  }

  private static let verbs: [(OutageAnalysis.Change.Kind, Verb)] = [
    (.created, .created), (.changed, .changed), (.closed, .closed),
  ]

  private func tell(_ verb: Verb, _ noun: String, _ object: Element, _ correlationID: String?) async {
    await port.publish(
      .event(verb, noun, [object], source: id.rawValue, correlationID: correlationID), from: id, logger: logger)
  }
}

extension Sequence {
  /// What goes by one CorrelationID together, in the order of the first of each.
  func parts(by id: (Element) -> String?) -> [(id: String?, elements: [Element])] {
    var parts: [(id: String?, elements: [Element])] = []
    var places: [String?: Int] = [:]
    for element in self {
      let id = id(element)
      if let place = places[id] {
        parts[place].elements.append(element)
      } else {
        places[id] = parts.count
        parts.append((id, [element]))
      }
    }
    return parts
  }
}

extension DeviceCode {
  /// Power failed, of the meter and of one phase (Table E.25), and as edition 1 had it.
  static let powerLosses = [powerFailed, DeviceCode(3, 26, 25, 85), DeviceCode(3, 26, 9, 185)]
  /// Power restored, of the meter and of one phase (Table E.25), and as edition 1 had it.
  static let powerReturns = [powerRestored, DeviceCode(3, 26, 25, 216), DeviceCode(3, 26, 9, 216)]
}
