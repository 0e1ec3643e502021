// Storing readings and serving them.
import CIMModel
import IECMessage
import Logging
import MessageBus
import MeterIngest
import MeterQuery
import MeterStore

extension MeterDataManagement {
  /// Takes readings that were published: stores them and, where a schedule that was passed on asked for them, publishes
  /// them to those it was for.
  func take(readings event: Message, from sender: ParticipantID) async throws {
    let objects = event.payload?.objects ?? []
    // Thrown errors make the bus deliver again; what was stored before changes nothing then.
    let report: IngestReport
    do {
      report = try await keeper.take(objects, from: sender.rawValue, messageID: event.header?.messageID)
    } catch let error as StoreError where [.busy, .diskFull, .notWritable].contains(error.code) {
      // Nothing is wrong with the message: the bus holds it until the store can be written again.
      logger.error("\(id) cannot store readings for now: \(error)")
      throw ParticipantOutage("the store of readings cannot be written")
    }
    tell(report, from: sender)
    guard let correlationID = event.header?.correlationID, let cause = try passedOn().cause(of: correlationID) else {
      return
    }
    _ = try await port.send(
      .event(.created, MeterReadings.noun, objects, source: id.rawValue, correlationID: cause), from: id, raw: nil)
  }

  private func tell(_ report: IngestReport, from sender: ParticipantID) {
    storedValues += report.outcome.added
    storedMeters += report.createdMeters
    guard report.refusedCount > 0 else { return }
    refusedValues += report.refusedCount
    let reasons = report.refused.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    logger.notice("\(id) refused \(report.refusedCount) readings of \(sender): \(reasons)")
  }

  /// Stores readings that the metering system gave as an answer. What cannot be stored is still passed on.
  func keep(_ answer: Message) async {
    let objects = answer.payload?.objects ?? []
    guard !objects.isEmpty else { return }
    let source = answer.header?.source ?? "the metering system"
    do {
      let report = try await keeper.take(objects, from: source, messageID: answer.header?.messageID)
      tell(report, from: ParticipantID(source))
    } catch {
      logger.error("\(id) could not store readings of \(source): \(error)")
    }
  }

  /// Answers `get MeterReadings`.
  ///
  /// With a period: out of the store; the meters it holds nothing of are asked of the metering system, unless the question
  /// has qualities, a pattern, `knownAt` or objects of several kinds. Without one the present values are wanted, which only
  /// the meters know, and know no qualities and no `knownAt` of (5.7). Pages are asked for by the options `limit` (readings) and
  /// `$page.marker`, with the marker that the reply before has as ID; such a reply is PARTIAL with 0.1. Reply codes: those
  /// of the metering system, 1.6 for a request without GetMeterReadings, 1.8 an option, 2.4, 2.12, 2.13, 2.29 unknown or
  /// unrelated objects, 2.6 a reading type, 3.1 too many values, 5.7 no such readings, 6.2 a meter that is held.
  ///
  /// - SeeAlso: IEC 61968-9, 5.3.2 (Figures 17, 18) and Annex J
  func readings(for request: Message) async -> Message {
    guard let profile = request.request?.objects.first(where: { $0.name == GetMeterReadings.profile }) else {
      return request.failure("1.6", reason: "the Request holds no GetMeterReadings", source: id.rawValue)
    }
    let inquiry: ReadingInquiry
    do throws(ReadingInquiry.Problem) {
      var period: ReadingPeriods.Period?
      if let start = request.request?.startTime, let end = request.request?.endTime {
        period = .init(start: start, end: end)
      }
      let options = (request.request?.options ?? []).map { (name: $0.name, value: $0.value) }
      inquiry = try ReadingInquiry(profile, period: period, options: options)
    } catch {
      return request.failure(error.code, reason: error.reason, source: id.rawValue)
    }
    // Whoever answers is asked the same: the Request's own period counts where the profile names none.
    var wanted = GetMeterReadings(profile)
    if let start = request.request?.startTime, let end = request.request?.endTime, wanted.scheduleIntervals.isEmpty {
      wanted.scheduleIntervals = [DateTimeInterval(start: start, end: end)]
    }
    if inquiry.periods.isEmpty || !wanted.transformerTanks.isEmpty {
      guard inquiry.qualities.isEmpty, inquiry.asOf == nil else {
        return request.failure(
          "5.7", reason: "present values are asked for without qualities and knownAt: name a period",
          source: id.rawValue)
      }
      return await askMeters(wanted, for: request)
    }
    do {
      let answer = try await keeper.answer(inquiry, most: configuration.valueLimit)
      return await reply(to: request, wanted, inquiry, answer)
    } catch let problem as ReadingInquiry.Problem {
      return request.failure(problem.code, reason: problem.reason, source: id.rawValue)
    } catch {
      logger.error("\(id) could not ask its store: \(error)")
      return request.failure("5.3", reason: "the store of readings cannot be asked", source: id.rawValue)
    }
  }

  private func reply(
    to request: Message, _ wanted: GetMeterReadings, _ inquiry: ReadingInquiry, _ answer: ReadingInquiry.Answer
  ) async -> Message {
    let found = Self.meterReadings(answer.series, wanted)
    // What nobody knows was told of on the first page; each meter stands on the page that came to it.
    let isFirst = inquiry.after == nil
    let unknown = isFirst ? answer.unknown : []
    let kinds = [wanted.endDevices, wanted.usagePoints, wanted.endDeviceGroups, wanted.usagePointGroups]
      .filter { !$0.isEmpty }.count
    // What narrows each other cannot be asked for in part, and of patterns, qualities and what was known the metering
    // system knows nothing: its raw readings would be the answer to another question.
    let isPlain =
      inquiry.qualities.isEmpty && inquiry.asOf == nil
      && !wanted.readingTypes.contains { $0.identifiers.contains { $0.contains("*") } }
    let absent = isPlain && kinds == 1 ? Set((unknown + answer.empty.map(\.object)).map(\.identifiers)) : []
    var missing = wanted
    missing.endDevices.removeAll { !absent.contains($0.identifiers) }
    missing.usagePoints.removeAll { !absent.contains($0.identifiers) }
    var errors = answer.problems.map { ReplyError($0) }
    guard missing.endDevices.isEmpty, missing.usagePoints.isEmpty else {
      missing.endDeviceGroups = []
      missing.usagePointGroups = []
      return await askMeters(missing, for: request, found: found, errors: errors, next: answer.next)
    }
    for object in unknown { errors.append(ReplyError(unknown: object)) }
    for (object, _) in answer.empty {
      errors.append(ReplyError(.init("5.7", "\(object.label) has no such readings", object: object)))
    }
    if found.isEmpty, errors.isEmpty {
      // An empty store: the meters may have something.
      if isFirst, isPlain, kinds == 0 { return await askMeters(wanted, for: request) }
      let reason = isFirst ? "there are no such readings" : "there are no readings after the marker"
      errors.append(ReplyError(code: "5.7", reason: reason))
    }
    return page(request, found, errors, answer.next)
  }

  private func page(
    _ request: Message, _ found: [MeterReading], _ errors: [ReplyError], _ next: ReadingInquiry.Marker?
  ) -> Message {
    let objects = found.isEmpty ? [] : [MeterReadings(found).element]
    var reply = request.outcome(
      done: !found.isEmpty, errors: errors, limit: configuration.errorLimit, objects: objects, source: id.rawValue)
    if let next {
      reply.reply?.result = .partial
      reply.reply?.ids.append(
        ObjectID(next.description, kind: .other, idType: ReadingInquiry.OptionName.marker))
      reply.reply?.errors.append(
        ReplyError(code: "0.1", level: .inform, reason: "more follows after the marker"))
    }
    return reply
  }

  /// Asks the metering system and passes its answer on, together with what was found in the store.
  func askMeters(
    _ wanted: GetMeterReadings, for request: Message, found: [MeterReading] = [], errors: [ReplyError] = [],
    next: ReadingInquiry.Marker? = nil
  ) async -> Message {
    let question = Message.get(
      MeterReadings.noun, wanted.element, source: id.rawValue, correlationID: request.correlation)
    let answer = await port.ask(question, from: id)
    await keep(answer)
    let objects = answer.payload?.objects ?? []
    guard !found.isEmpty else {
      let result = answer.reply?.result ?? .failed
      return request.reply(
        result == .ok && !errors.isEmpty ? .partial : result, errors: errors + (answer.reply?.errors ?? []),
        objects: objects, source: id.rawValue)
    }
    let read = MeterReadings(objects: objects).meterReadings
    return page(request, found + read, errors + (answer.reply?.result == .ok ? [] : answer.reply?.errors ?? []), next)
  }

  /// Series as the payload has them: all of a meter together.
  static func meterReadings(_ series: [SeriesReadings], _ wanted: GetMeterReadings? = nil) -> [MeterReading] {
    var found: [MeterReading] = []
    var last: Int64?
    for one in series {
      if one.meter.number != last {
        last = one.meter.number
        found.append(
          MeterReading(
            meter: one.meter.isDevice
              ? IdentifiedObject(mRID: one.meter.mRID, names: one.meter.name.map { [$0] } ?? []) : nil,
            usagePoint: one.meter.usagePoint.map { IdentifiedObject(mRID: $0) }))
        if let intervals = wanted?.scheduleIntervals, intervals.count == 1 {
          found[found.count - 1].valuesInterval = intervals[0]
        }
      }
      let type = one.series.readingType
      if one.series.isInterval {
        let values = one.readings.map {
          IntervalReading(timeStamp: $0.time, value: $0.value ?? "", qualities: $0.qualities)
        }
        found[found.count - 1].intervalBlocks.append(IntervalBlock(readingType: type, intervalReadings: values))
      } else {
        found[found.count - 1].readings += one.readings.map {
          Reading(timeStamp: $0.time, value: $0.value ?? "", readingType: type, qualities: $0.qualities)
        }
      }
    }
    return found
  }
}

extension ReplyError {
  init(_ problem: ReadingInquiry.Problem) {
    self.init(
      code: problem.code, reason: problem.reason,
      id: problem.object.map { ObjectID($0.label, objectType: $0.kind.rawValue) })
  }

  init(unknown object: ReadingInquiry.Named) {
    let (code, what) =
      switch object.kind {
      case .endDevice: ("2.4", "meter")
      case .usagePoint: ("2.12", "usage point")
      // The reply codes have no row for groups: 2.29 is that for other objects.
      case .endDeviceGroup, .usagePointGroup: ("2.29", "group")
      }
    self.init(ReadingInquiry.Problem(code, "no \(what) \(object.label)", object: object))
  }
}

extension Message {
  /// What ties answers and events to this request: its CorrelationID or, without one, its MessageID.
  var correlation: String? { header?.correlationID ?? header?.messageID }
}
