// How answers are written: in the SOAP version and the form the request came in.
import CIMCodec
import HTTPTypes
import IECMessage
import Logging
import MessageBus

extension MessageGate {
  /// The answer to a message the bus has taken.
  func answer(
    to message: Message, with exchange: Exchange, _ inspection: Inspection, over binding: Binding
  ) -> Answer {
    switch exchange.outcome {
    case .reply(let entry, let reply):
      let isLater = message.header?.asyncReplyFlag == true && reply.reply?.result == .ok
      return answer(
        reply, exchange.writtenReply, to: inspection, over: binding, status: isLater ? .accepted : .ok, entry: entry)
    case .accepted(let entry):
      let errors = [ReplyError(code: "0.3", level: .inform, reason: "accepted for delivery")]
      let reply = message.reply(.ok, errors: errors, source: configuration.name)
      return answer(reply, to: inspection, over: binding, status: .accepted, entry: entry)
    }
  }

  /// A ResponseMessage as the body.
  ///
  /// - Parameters:
  ///   - written: the reply in the generic envelope, where it has been written already.
  ///   - status: for plain XML; in SOAP a ResponseMessage is no fault, hence 200 (SOAP 1.1, 6.2).
  func answer(
    _ reply: Message, _ written: [UInt8]? = nil, to inspection: Inspection, over binding: Binding,
    status: HTTPResponse.Status, entry: EntryID?
  ) -> Answer {
    let soap = soapVersion(inspection, binding)
    do {
      let form = form(of: inspection)
      let isWritten = soap == nil && form == .generic
      let body = try (isWritten ? written : nil) ?? writer.write(reply, as: form, soap: soap)
      return Answer(
        status: soap == nil ? status : .ok, body: body, mediaType: mediaType(soap), result: reply.reply?.result,
        code: reply.reply?.errors.first?.code, entry: entry)
    } catch {
      // What another system answered cannot be written as a valid message; its sender is told no more than that.
      let id = UUIDText.random()
      logger.error("a reply could not be written", metadata: ["incident": "\(id)", "error": "\(error)"])
      var answer = fault(.incident(id), inspection, over: binding)
      answer.entry = entry
      return answer
    }
  }

  /// A SOAP fault with a FaultMessage in its detail, or a bare FaultMessage.
  func fault(_ refusal: Refusal, _ inspection: Inspection?, over binding: Binding) -> Answer {
    let detail = Message(kind: .fault, reply: Reply(result: .failed, errors: refusal.errors))
    var status = refusal.status
    let body: [UInt8]
    let soap = soapVersion(inspection, binding)
    if let soap {
      // SOAP 1.1: always 500 (6.2). SOAP 1.2: 400 for Sender, 500 for all others (Part 2, 7.5.2.2).
      if !refusal.statusStands {
        status = soap == .v1_2 && refusal.fault == .sender ? .badRequest : .internalServerError
      }
      body = writer.writeFault(
        soap: soap, code: refusal.fault, reason: refusal.reason, detail: detail, form: form(of: inspection))
    } else {
      body = (try? writer.write(detail, as: .generic, soap: nil)) ?? []
    }
    return Answer(
      status: status, body: body, mediaType: mediaType(soap), result: .failed, code: refusal.code,
      retryAfter: refusal.retryAfter, challenges: refusal.challenges, closes: refusal.closes)
  }

  /// FAILED, tied to a request that may be readable in part only.
  func failure(_ errors: [ReplyError], to inspection: Inspection) -> Message {
    var header = Header.stamped(
      .reply, inspection.noun ?? "", source: configuration.name,
      correlationID: inspection.correlationID ?? inspection.messageID)
    header.context = inspection.message?.header?.context
    return Message(kind: .response, header: header, reply: Reply(result: .failed, errors: errors))
  }

  /// One Error per violation up to the limit, and one more that counts the rest.
  func errors(_ violations: [Violation]) -> [ReplyError] {
    var errors = violations.prefix(configuration.violationLimit).map { violation in
      ReplyError(
        code: violation.replyCode, level: .fatal, reason: violation.message,
        details: "\(violation.path.isEmpty ? "/" : violation.path) line \(violation.line) column \(violation.column)"
          + " rule \(violation.rule)")
    }
    let rest = violations.count - errors.count
    if rest > 0 {
      errors.append(ReplyError(code: "5.4", level: .inform, reason: "\(rest) more violations are not listed"))
    }
    return errors
  }

  private func soapVersion(_ inspection: Inspection?, _ binding: Binding) -> SOAPVersion? {
    if let soap = inspection?.soap { return soap }
    if case .soap(let version) = binding { return version }
    return nil
  }

  /// Responses go back in the form of the request.
  private func form(of inspection: Inspection?) -> MessageForm {
    switch inspection?.form {
    case nil, .profile: return .generic
    case .some(let form): return form
    }
  }

  private func mediaType(_ soap: SOAPVersion?) -> String { "\(soap?.mediaType ?? "application/xml"); charset=utf-8" }
}
