// The way of a message through the transport: bytes, inspection, sender, bus, answer.
import CIMCodec
import CIMModel
import HTTPTypes
import IECMessage
import Logging
import MessageBus
import NIOHTTP1

/// Takes the bytes of one message and makes the answer, whatever they are.
///
/// The ladder of answers: what cannot be read is answered by a fault (FaultMessage, 1.8); what can be read and is not
/// valid by a ResponseMessage FAILED with one Error per violation; what the bus processed by its ResponseMessage. Over
/// plain XML the HTTP status tells these apart: 400, 422 and 403 (policy), 200 (processed, FAILED included) or 202
/// (accepted, to be delivered or answered later). Over SOAP it is that of the SOAP version.
struct MessageGate: Sendable {
  let bus: any BusPort
  let reader: MessageReader
  let writer: MessageWriter
  let partners: PartnerDirectory
  let configuration: HTTPConfiguration
  let challenges: [String]
  let logger: Logger

  /// - Parameters:
  ///   - caller: whom the credentials say it comes from.
  ///   - isTrusted: whether the sender is on this machine and that counts.
  ///   - headers: of the HTTP request; some senders put there what belongs into the message's Header.
  ///   - expiry: is told what to answer where the bus does not in time.
  func take(
    _ bytes: [UInt8], over binding: Binding, from caller: Caller, isTrusted: Bool, headers: HTTPHeaders,
    expiry: RequestExpiry
  ) async -> Answer {
    let reading = read(bytes, from: caller, headers)
    let answer = await take(.bytes(bytes), reading, over: binding, from: caller, isTrusted: isTrusted, expiry)
    return rendered(answer, in: reading.dialect)
  }

  /// The same for a message that is not in memory.
  ///
  /// - Parameter reserve: sets bytes of memory aside, where the message has to be read whole: for a dialect in which things
  ///   are put right, and where there are no objects that could be left where they are.
  /// - Throws: why the document cannot be read, or what `reserve` throws.
  func take(
    _ document: any DocumentSource, over binding: Binding, from caller: Caller, isTrusted: Bool, headers: HTTPHeaders,
    expiry: RequestExpiry, reserving reserve: (Int) throws(TransportError) -> Void
  ) async throws -> Answer {
    let inspection = try reader.inspect(document)
    var isLeftInPlace = false
    if case .plain = speaker(inspection, caller) {
      isLeftInPlace = inspection.message != nil || inspection.verdict == .unreadable
    }
    if !isLeftInPlace {
      try reserve(document.byteCount)
      return await take(
        try document.whole(), over: binding, from: caller, isTrusted: isTrusted, headers: headers, expiry: expiry)
    }
    return await take(
      .document(document), Reading(inspection: inspection), over: binding, from: caller, isTrusted: isTrusted, expiry)
  }

  private func take(
    _ bytes: Received, _ reading: Reading, over binding: Binding, from caller: Caller, isTrusted: Bool,
    _ expiry: RequestExpiry
  ) async -> Answer {
    let inspection = reading.inspection
    if let refusal = unreadable(inspection, over: binding) {
      return await refuse(refusal, bytes, inspection, over: binding)
    }
    guard inspection.verdict == .valid || reading.isObserved, let message = inspection.message, message.kind != .fault
    else {
      return await refuseInvalid(bytes, inspection, over: binding)
    }
    let sender: ParticipantID
    switch self.sender(of: message, caller, isTrusted: isTrusted) {
    case .success(let id): sender = id
    case .failure(let breach):
      return await refuse(message, breach, from: breach.sender, bytes, inspection, over: binding)
    }
    expiry.answer {
      let reply = message.failure("4.1", reason: "no answer in time", source: configuration.name)
      return rendered(
        self.answer(reply, to: inspection, over: binding, status: .ok, entry: nil), in: reading.dialect)
    }
    do {
      let exchange = try await bus.exchange(
        message, from: sender, raw: bytes.inMemory, note: reading.note, readsBack: reading.isPlain)
      return self.answer(to: message, with: exchange, inspection, over: binding)
    } catch let error as BusError {
      return failed(error, inspection, over: binding)
    } catch {
      return incident(error, inspection, over: binding)
    }
  }

  /// The answer to what was refused before its bytes were read.
  func refuse(_ refusal: Refusal, over binding: Binding) -> Answer {
    logger.notice("refused before reading", metadata: ["code": "\(refusal.code)", "reason": "\(refusal.reason)"])
    return fault(refusal, nil, over: binding)
  }

  // MARK: Refusals

  /// Why the message deserves a fault; nil if it can be answered by a ResponseMessage.
  private func unreadable(_ inspection: Inspection, over binding: Binding) -> Refusal? {
    let isForeignEnvelope = inspection.soap == nil && inspection.root?.name == "Envelope"
    if isForeignEnvelope || inspection.violations.contains(where: { $0.rule == "soap.version" }) {
      let reason = "the SOAP envelope's namespace is neither SOAP 1.1's nor 1.2's"
      return Refusal(
        status: .internalServerError, fault: .versionMismatch, reason: reason, errors: errors(inspection.violations))
    }
    if let block = notUnderstood(inspection) {
      let reason = "the SOAP header {\(block.namespace)}\(block.name) must be understood, and is not"
      return Refusal(
        status: .internalServerError, fault: .mustUnderstand, reason: reason,
        errors: [ReplyError(code: "1.5", level: .fatal, reason: reason)])
    }
    if inspection.verdict == .unreadable {
      let reason = inspection.violations.first.map { "line \($0.line), column \($0.column): \($0.message)" }
      return Refusal(
        status: .badRequest, reason: reason ?? "the message cannot be read", errors: errors(inspection.violations))
    }
    if case .soap = binding, inspection.soap == nil {
      let reason =
        "a SOAP envelope is expected here, not \(inspection.root?.name ?? "this"); plain XML goes to /messages"
      return Refusal(
        status: .badRequest, reason: reason, errors: [ReplyError(code: "1.8", level: .fatal, reason: reason)])
    }
    switch inspection.form {
    case nil:
      return notAMessage(inspection)
    case .profile:
      let reason =
        "\(inspection.root?.name ?? "the payload") has no envelope around it: put it into a message with a Header"
      return Refusal(
        status: .badRequest, reason: reason, errors: [ReplyError(code: "1.5", level: .fatal, reason: reason)])
    default:
      // A header of which nothing can be read leaves nothing to answer to (FaultMessage, part 100 edition 1).
      let isHeadless = inspection.noun == nil && inspection.messageID == nil && inspection.correlationID == nil
      return inspection.message == nil && isHeadless ? notAMessage(inspection) : nil
    }
  }

  private func notAMessage(_ inspection: Inspection) -> Refusal {
    let root = inspection.root.map { "{\($0.namespace)}\($0.name)" } ?? "the root"
    let reason = inspection.violations.first?.message ?? "\(root) is no message of IEC 61968-100"
    let errors = errors(inspection.violations)
    return Refusal(
      status: .badRequest, reason: reason,
      errors: errors.isEmpty ? [ReplyError(code: "1.8", level: .fatal, reason: reason)] : errors)
  }

  /// The first SOAP header block for us that must be understood and is not.
  private func notUnderstood(_ inspection: Inspection) -> (namespace: String, name: String)? {
    guard let soap = inspection.soap else { return nil }
    for block in inspection.soapHeaders where !configuration.understoodHeaders.contains(block.namespace) {
      let attributes = block.attributes.filter { $0.namespace == soap.namespace }
      let must = attributes.first { $0.name == "mustUnderstand" }?.value
      guard must == "1" || must == "true" else { continue }
      let role = attributes.first { $0.name == "actor" || $0.name == "role" }?.value ?? ""
      // A block for another node on the way is not ours to judge (SOAP 1.1, 4.2.2; SOAP 1.2 Part 1, 2.4).
      if role.isEmpty || role.hasSuffix("/next") || role.hasSuffix("/ultimateReceiver") {
        return (block.namespace, block.name)
      }
    }
    return nil
  }

  private func refuseInvalid(_ bytes: Received, _ inspection: Inspection, over binding: Binding) async -> Answer {
    var found = errors(inspection.violations)
    if found.isEmpty {
      found = [ReplyError(code: "1.8", level: .fatal, reason: "a message of this kind asks and tells nothing")]
    }
    let reply = failure(found, to: inspection)
    let entry = await journalRefusal(
      bytes, inspection.message?.header?.source.flatMap { partners.partner(source: $0)?.id }, found[0])
    return answer(reply, to: inspection, over: binding, status: .unprocessableContent, entry: entry)
  }

  private func refuse(
    _ message: Message, _ breach: Breach, from sender: ParticipantID?, _ bytes: Received, _ inspection: Inspection,
    over binding: Binding
  ) async -> Answer {
    let entry = await journalRefusal(bytes, sender, breach.error)
    let reply = message.reply(.failed, errors: [breach.error], source: configuration.name)
    guard breach.needsCredentials else {
      return answer(reply, to: inspection, over: binding, status: .forbidden, entry: entry)
    }
    var answer = answer(reply, to: inspection, over: binding, status: .unauthorized, entry: entry)
    // 401 is HTTP's own, whatever SOAP says of replies: it makes the client send its credentials.
    answer.status = .unauthorized
    answer.challenges = challenges
    return answer
  }

  private func refuse(
    _ refusal: Refusal, _ bytes: Received, _ inspection: Inspection, over binding: Binding
  ) async -> Answer {
    let entry = await journalRefusal(bytes, nil, ReplyError(code: refusal.code, reason: refusal.reason))
    var answer = fault(refusal, inspection, over: binding)
    answer.entry = entry
    return answer
  }

  private func journalRefusal(_ bytes: Received, _ sender: ParticipantID?, _ error: ReplyError) async -> EntryID? {
    let reason = [error.reason, error.details].compactMap { $0 }.joined(separator: "; ")
    logger.notice("refused", metadata: ["code": "\(error.code)", "reason": "\(reason)"])
    do {
      switch bytes {
      case .bytes(let bytes): return try await bus.refuse(raw: bytes, from: sender, code: error.code, reason: reason)
      case .document(let document):
        return try await bus.refuse(document, from: sender, code: error.code, reason: reason)
      }
    } catch {
      // The sender gets its answer all the same: nothing was promised to be durable.
      logger.error("a refusal could not be journaled", metadata: ["error": "\(error)"])
      return nil
    }
  }

  private func failed(_ error: BusError, _ inspection: Inspection, over binding: Binding) -> Answer {
    if error.code == .busy || error.code == .shuttingDown {
      logger.notice("busy", metadata: ["reason": "\(error)"])
      let reason = error.code == .busy ? error.message : "the bus is stopping; try again later"
      let wait = error.retryAfter ?? configuration.retryAfterSeconds
      return fault(
        .busy(reason, code: error.replyCode ?? "5.1", retryAfter: wait), inspection, over: binding)
    }
    if error.code == .diskFull || error.code == .storage {
      // Nothing was promised; what the disk says is for the operator's eyes.
      logger.error("the journal cannot be written", metadata: ["error": "\(error)"])
      return fault(
        .busy("the bus cannot store messages at present", code: "5.1", retryAfter: configuration.retryAfterSeconds),
        inspection, over: binding)
    }
    return incident(error, inspection, over: binding)
  }

  private func incident(_ error: any Error, _ inspection: Inspection, over binding: Binding) -> Answer {
    let id = UUIDText.random()
    logger.error("incident", metadata: ["incident": "\(id)", "error": "\(error)"])
    return fault(.incident(id), inspection, over: binding)
  }
}

/// A message as it came.
enum Received: Sendable {
  case bytes([UInt8])
  /// Too large for memory.
  case document(any DocumentSource)

  var inMemory: [UInt8]? {
    if case .bytes(let bytes) = self { return bytes }
    return nil
  }
}
