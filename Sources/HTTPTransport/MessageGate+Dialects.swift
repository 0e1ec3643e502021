// Messages of partners that write them their own way.
import CIMCodec
import Dialects
import IECMessage
import Logging
import MessageBus
import NIOHTTP1

extension MessageGate {
  /// Partners without credentials whose dialects are tried on a message of which nothing can be read.
  private static let candidateLimit = 16

  /// A message as it was read, and in whose dialect.
  struct Reading {
    var inspection: Inspection
    var dialect = Dialect()

    /// Whether it is taken although it is not valid.
    var isObserved: Bool { dialect.mode == .observe && inspection.verdict == .invalid }

    /// Whether the bytes as they came read as this message, without a partner's dialect.
    var isPlain: Bool { inspection.verdict == .valid && inspection.repairs.isEmpty }

    /// What is kept with the message; nil where there is nothing to say.
    var note: String? {
      var parts: [String] = []
      let repairs = inspection.repairs
      if !repairs.isEmpty {
        parts.append("repaired: " + repairs.prefix(20).map { "line \($0.line): \($0.message)" }.joined(separator: "; "))
        if repairs.count > 20 { parts.append("and \(repairs.count - 20) more repairs") }
      }
      if isObserved, let first = inspection.violations.first {
        parts.append("not valid: line \(first.line): \(first.message)")
        if inspection.violations.count > 1 { parts.append("and \(inspection.violations.count - 1) more violations") }
      }
      return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
  }

  /// Reads a message in the dialect of its sender.
  ///
  /// Who has credentials is known beforehand. Others are known by their Source only, which a foreign envelope may hide:
  /// then the dialects of the partners without credentials are tried until one makes sense of it and finds its own
  /// partner's Source in it.
  func read(_ bytes: [UInt8], from caller: Caller, _ headers: HTTPHeaders) -> Reading {
    let strict = Reading(inspection: reader.read(bytes))
    switch speaker(strict.inspection, caller) {
    case .plain: return strict
    case .partner(let partner): return read(bytes, judged: strict, of: partner, headers)
    case .oneOf(let candidates):
      for partner in candidates.prefix(Self.candidateLimit) {
        let reading = read(bytes, judged: strict, of: partner, headers)
        if let source = reading.inspection.message?.header?.source, partner.sources.contains(source) { return reading }
      }
      return strict
    }
  }

  /// Whose dialect a message is to be read in.
  enum Speaker {
    /// As it is.
    case plain
    /// Of a partner in whose messages things are put right.
    case partner(Partner)
    /// Of whichever of these makes sense of it.
    case oneOf([Partner])
  }

  func speaker(_ inspection: Inspection, _ caller: Caller) -> Speaker {
    if case .partner(let partner) = caller { return partner.dialect.mode == .strict ? .plain : .partner(partner) }
    let candidates = partners.dialectsWithoutCredentials
    guard !candidates.isEmpty, inspection.verdict != .unreadable else { return .plain }
    guard let source = inspection.message?.header?.source, let partner = partners.partner(source: source) else {
      return .oneOf(candidates)
    }
    return candidates.contains { $0.id == partner.id } ? .partner(partner) : .plain
  }

  private func read(
    _ bytes: [UInt8], judged strict: Reading, of partner: Partner, _ headers: HTTPHeaders
  ) -> Reading {
    var facts = CallFacts()
    if !partner.dialect.headerFields.isEmpty {
      for (name, value) in headers { facts.headers[name] = value }
    }
    let repair = MessageRepair(dialect: partner.dialect, schemas: reader.schemas, limits: reader.limits)
    let reading = repair.read(bytes, judged: strict.inspection, with: reader, facts: facts)
    if let obstacle = reading.obstacle {
      logger.info(
        "a message could not be repaired",
        metadata: ["partner": "\(partner.id)", "line": "\(obstacle.line)", "why": "\(obstacle.message)"])
    }
    if !reading.inspection.repairs.isEmpty {
      logger.info(
        "a message was repaired",
        metadata: ["partner": "\(partner.id)", "repairs": "\(reading.inspection.repairs.count)"])
    }
    return Reading(inspection: reading.inspection, dialect: partner.dialect)
  }

  /// The answer as the partner can read it.
  func rendered(_ answer: Answer, in dialect: Dialect) -> Answer {
    guard dialect.mode != .strict, !dialect.replyStyle.isStandard, !answer.body.isEmpty else { return answer }
    var answer = answer
    do throws(RepairError) {
      answer.body = try dialect.rendering(answer.body, limits: reader.limits)
    } catch {
      logger.error("an answer could not be written in a dialect", metadata: ["why": "\(error.message)"])
    }
    return answer
  }
}
