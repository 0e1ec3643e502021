// What an OMS asks and tells: questions to meters, outages to everyone.
import CIMModel
import IECMessage
import MessageBus

extension OutageManagement {
  /// Asks meters for their voltage, all with one message.
  ///
  /// - Returns: an answer for each question. A meter counts as silent only where the metering system says so (5.7).
  func ask(_ questions: [OutageAnalysis.Question]) async -> [OutageAnalysis.Answer] {
    let wanted = GetMeterReadings(endDevices: questions.map(\.meter), readingTypes: [ReadingTypeCode.voltage])
    let answer = await port.ask(
      .get(MeterReadings.noun, wanted.element, source: id.rawValue, correlationID: questions.first?.correlationID),
      from: id)
    let errors = Set(answer.reply?.errors.map(\.code) ?? [])
    switch answer.reply?.result {
    case .ok: return questions.map { _ in .hasPower }
    case .partial:
      let read = Set(
        MeterReadings(objects: answer.payload?.objects ?? []).meterReadings
          .flatMap { $0.meter?.identifiers ?? [] })
      return questions.map { question in
        question.meter.identifiers.contains(where: read.contains) ? .hasPower : .silent
      }
    default: return questions.map { _ in errors.contains("5.7") ? .silent : .unknown }
    }
  }

  /// Tells of outages, those of one kind in one message. The public hears of what was confirmed, and of its end.
  func publish(_ changes: [OutageAnalysis.Change]) async {
    for (kind, verb) in [(OutageAnalysis.Change.Kind.created, Verb.created), (.changed, .changed), (.closed, .closed)] {
      let same = changes.filter { $0.kind == kind }
      guard !same.isEmpty else { continue }
      let correlationID = same.first?.correlationID
      let unplanned = UnplannedOutages(same.map { UnplannedOutage($0.outage) })
      await port.publish(
        .event(
          verb, UnplannedOutages.noun, [unplanned.element], source: id.rawValue, correlationID: correlationID),
        from: id, logger: logger)
    }
    let known = changes.filter { $0.outage.wasConfirmed }
    for verb in [Verb.created, .changed, .closed] {
      let same = known.filter { publicVerb($0) == verb }
      guard !same.isEmpty else { continue }
      let payload = PubOutages(same.map { PubOutage($0.outage, disclaimer: configuration.disclaimer) })
      await port.publish(
        .event(
          verb, PubOutages.noun, [payload.element], source: id.rawValue, correlationID: same.first?.correlationID),
        from: id, logger: logger)
    }
  }

  /// The public has not heard of an outage while it was predicted.
  private func publicVerb(_ change: OutageAnalysis.Change) -> Verb {
    if change.kind == .closed { return .closed }
    return change.outage.state == .confirmed ? .created : .changed
  }
}

extension DeviceCode {
  /// Power failed, of the meter and of one phase (Table E.25), and as edition 1 had it.
  static let powerLosses = [powerFailed, DeviceCode(3, 26, 25, 85), DeviceCode(3, 26, 9, 185)]
  /// Power restored, of the meter and of one phase (Table E.25), and as edition 1 had it.
  static let powerReturns = [powerRestored, DeviceCode(3, 26, 25, 216), DeviceCode(3, 26, 9, 216)]
}
