// The messages a participant makes most, with the header fields the bus counts on.
public import CIMModel

extension Message {
  /// A query: verb `get`, the Get profile inside Request (IEC 61968-9, Annex J).
  public static func get(_ noun: String, _ profile: Element?, source: String, correlationID: String? = nil) -> Message {
    Message(
      kind: .request, header: .stamped(.get, noun, source: source, correlationID: correlationID),
      request: Request(objects: profile.map { [$0] } ?? []))
  }

  /// A transaction: any request verb but `get`, with its objects.
  public static func request(
    _ verb: Verb, _ noun: String, _ objects: [Element], source: String, correlationID: String? = nil
  ) -> Message {
    Message(
      kind: .request, header: .stamped(verb, noun, source: source, correlationID: correlationID),
      payload: Payload(.objects(objects)))
  }

  /// An event: a verb in the past tense and the objects it tells of.
  public static func event(
    _ verb: Verb, _ noun: String, _ objects: [Element], source: String, correlationID: String? = nil
  ) -> Message {
    Message(
      kind: .event, header: .stamped(verb, noun, source: source, correlationID: correlationID),
      payload: Payload(.objects(objects)))
  }

  /// The answer to this request, tied to it by its CorrelationID, or by its MessageID where it has none.
  public func reply(
    _ result: Reply.Result, errors: [ReplyError] = [], ids: [ObjectID] = [], objects: [Element] = [], source: String
  ) -> Message {
    var header = Header.stamped(
      .reply, header?.noun ?? "", source: source, correlationID: self.header?.correlationID ?? self.header?.messageID)
    header.context = self.header?.context
    return Message(
      kind: .response, header: header, reply: Reply(result: result, errors: errors, ids: ids),
      payload: objects.isEmpty ? nil : Payload(.objects(objects)))
  }

  /// FAILED with one error.
  public func failure(
    _ code: String, reason: String, details: String? = nil, id: ObjectID? = nil, source: String
  ) -> Message {
    reply(
      .failed, errors: [ReplyError(code: code, level: .fatal, reason: reason, details: details, id: id)], source: source
    )
  }

  public var verb: Verb? { header?.verb }
  public var noun: String? { header?.noun }
}

extension Header {
  /// A header with a fresh UUID as MessageID, the time of now, and a CorrelationID (its own MessageID where none is given).
  public static func stamped(_ verb: Verb, _ noun: String, source: String, correlationID: String? = nil) -> Header {
    let id = UUIDText.random()
    return Header(
      verb: verb, noun: noun, timestamp: .now(), source: source, messageID: id, correlationID: correlationID ?? id)
  }
}

/// Random UUIDs (version 4) as text.
public enum UUIDText {
  public static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  /// From a generator of the caller's, so that simulations repeat.
  public static func random(using generator: inout some RandomNumberGenerator) -> String {
    let high = (generator.next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
    let low = (generator.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    return String(unsafeUninitializedCapacity: 36) { text in
      var place = 0
      for index in 0..<32 {
        if place == 8 || place == 13 || place == 18 || place == 23 {
          text[place] = UInt8(ascii: "-")
          place += 1
        }
        let digit = UInt8(truncatingIfNeeded: (index < 16 ? high : low) >> UInt64(60 - 4 * (index & 15))) & 0xF
        text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        place += 1
      }
      return place
    }
  }
}
