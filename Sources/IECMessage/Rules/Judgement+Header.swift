// Rules about the header and what its verb calls for: R1 to R8, R17 to R20, R24.
import CIMModel

extension Judgement {
  /// R1, R2, R6, R8.
  mutating func checkVerbAndNoun(_ header: Header) {
    let verb = header.verb
    switch message.kind {
    case .request where verb.role != .request:
      find(
        "R1", .reject, EnvelopeRules.Clause.verbs, "2.9", "a RequestMessage cannot carry the verb \(verb.rawValue)",
        suggestion: verb.presentTense?.rawValue)
    case .event where verb.role != .event:
      find(
        "R1", .reject, EnvelopeRules.Clause.verbs, "2.9", "an EventMessage cannot carry the verb \(verb.rawValue)",
        suggestion: verb.pastTense?.rawValue)
    case .response where verb != .reply:
      find(
        "R8", .warn, EnvelopeRules.Clause.verbs, "2.9", "a ResponseMessage carries the verb \(verb.rawValue), not reply"
      )
    default: break
    }
    let nouns = (message.payload?.roots ?? []).map(\.name)
    if let other = nouns.first(where: { $0 != header.noun && $0 != "Get" + header.noun && header.noun != "Get" + $0 }),
      !header.noun.hasSuffix("OperationSet")
    {
      find(
        "R2", .warn, EnvelopeRules.Clause.header, "2.5", "the Noun is \(header.noun), but the payload is \(other)",
        suggestion: other.lowercased() == header.noun.lowercased() ? other : nil)
    }
    // Of execute, R6 says the same.
    if case .operationSet? = message.payload?.content, !header.noun.hasSuffix("OperationSet"),
      header.verb != .execute, header.verb != .executed
    {
      find(
        "R2", .warn, EnvelopeRules.Clause.header, "2.5", "the Noun is \(header.noun), but the payload is OperationSet")
    }
    checkExecute(header)
  }

  private mutating func checkExecute(_ header: Header) {
    let executes = header.verb == .execute || header.verb == .executed
    let clause = EnvelopeRules.Clause.operations
    if executes, header.noun != "OperationSet" {
      let typed = header.noun.hasSuffix("OperationSet")
      find(
        "R6", typed || !isRequest ? .warn : .reject, clause, "2.5",
        "\(header.verb.rawValue) goes with the Noun OperationSet, not \(header.noun)")
    } else if !executes, header.noun == "OperationSet", header.verb.role != .response, header.verb != .get {
      find(
        "R6", isRequest ? .reject : .warn, clause, "2.9",
        "the Noun OperationSet goes with execute, not \(header.verb.rawValue)")
    } else if header.verb == .execute, operations.isEmpty, !isCompressed {
      find("R6", .reject, clause, "1.7", "execute needs an OperationSet with operations in its Payload")
    }
  }

  private var isCompressed: Bool {
    if case .compressed? = message.payload?.content { return true }
    return false
  }

  /// R3, R4, R5: what the verb acts on.
  mutating func checkContent(_ header: Header) {
    guard isRequest else { return }
    let clause = EnvelopeRules.Clause.verbs
    switch header.verb {
    case .get:
      if message.request == nil { find("R3", .reject, clause, "1.6", "get needs a Request") }
      if hasPayload { find("R3", .reject, clause, "1.8", "get takes no Payload") }
    case .create, .change:
      if !hasPayload { find("R4", .reject, clause, "1.7", "\(header.verb.rawValue) needs a Payload") }
    case .cancel, .close, .delete:
      let request = message.request
      if hasPayload || !(request?.ids ?? []).isEmpty || !(request?.objects ?? []).isEmpty { break }
      // Some senders cancel by the CorrelationID of what they cancel.
      if header.verb == .cancel, let id = header.correlationID, !id.isEmpty, id != header.messageID {
        find("R5", .warn, clause, "1.7", "cancel names what it cancels by its CorrelationID only")
      } else {
        find("R5", .reject, clause, "1.7", "\(header.verb.rawValue) needs a Payload or the ID of what it acts on")
      }
    default: break
    }
  }

  /// R7, R16 to R20, R24.
  mutating func checkHeader(_ header: Header) {
    if header.asyncReplyFlag == true, isRequest {
      let clause = EnvelopeRules.Clause.asynchronous
      if (header.replyAddress ?? "").isEmpty, !context.hasReplyRoute {
        find("R7", .reject, clause, "1.5", "AsyncReplyFlag is true, but there is no ReplyAddress")
      }
      if (header.correlationID ?? "").isEmpty {
        find("R7", .warn, clause, "1.5", "AsyncReplyFlag is true, but there is no CorrelationID")
      }
    }
    if let start = message.request?.startTime, let end = message.request?.endTime, start > end {
      find(
        "R16", .warn, EnvelopeRules.Clause.request, "1.8", "StartTime \(start.xmlText) is after EndTime \(end.xmlText)")
    }
    checkTimes(header)
    checkIdentity(header)
  }

  private mutating func checkTimes(_ header: Header) {
    let clause = EnvelopeRules.Clause.header
    if let now = context.now {
      if let stamp = header.timestamp, abs(stamp.seconds(since: now)) > context.allowedSkew {
        find("R17", .warn, clause, "7.7", "Timestamp \(stamp.xmlText) is more than \(Int(context.allowedSkew)) s off")
      }
      if let created = header.replayDetection?.created, abs(created.seconds(since: now)) > context.allowedSkew {
        find(
          "R18", .warn, clause, "7.7",
          "ReplayDetection was created \(created.xmlText), more than \(Int(context.allowedSkew)) s off")
      }
    }
    if let nonce = header.replayDetection?.nonce, let isFresh = context.isFreshNonce, !isFresh(nonce) {
      find("R18", .warn, clause, "7.7", "the Nonce \(nonce) has been used before")
    }
  }

  private mutating func checkIdentity(_ header: Header) {
    let clause = EnvelopeRules.Clause.header
    if let id = header.messageID, !id.isEmpty {
      if !isUUID(id) { find("R19", .note, clause, "1.5", "MessageID \(id) is no UUID") }
    } else {
      find("R19", .warn, clause, "1.5", "there is no MessageID")
    }
    if message.kind == .response, let isOpen = context.isOpenRequest, !isOpen(header.correlationID ?? "") {
      find(
        "R20", .warn, EnvelopeRules.Clause.requestReply, "2.15",
        "no request with CorrelationID \(header.correlationID ?? "(none)") waits for a reply")
    }
    if let partner = context.partner, let source = header.source, source != partner {
      find("R24", .warn, clause, "2.14", "the Source is \(source), but the sender is \(partner)")
    }
  }
}

/// 8-4-4-4-12 hexadecimal digits, with or without "urn:uuid:" or an underscore before them.
package func isUUID(_ text: String) -> Bool {
  var text = text
  return text.withUTF8 { bytes in
    var start = 0
    if bytes.count > 36, bytes.starts(with: "urn:uuid:".utf8) { start = 9 }
    if bytes.count > start, bytes[start] == UInt8(ascii: "_") { start += 1 }
    guard bytes.count - start == 36 else { return false }
    for place in 0..<36 {
      let isHyphenDue = place == 8 || place == 13 || place == 18 || place == 23
      let byte = bytes[start + place]
      guard isHyphenDue ? byte == UInt8(ascii: "-") : isHexDigit(byte) else { return false }
    }
    return true
  }
}

private func isHexDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
