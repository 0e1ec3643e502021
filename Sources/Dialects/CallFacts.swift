// What the transport knows of a message.
public import IECMessage

/// What a caller knows of a message beside its bytes.
public struct CallFacts: Sendable, Hashable {
  /// HTTP headers; names in any letter case.
  public var headers: [String: String]
  /// Verb and noun as the URL or the operation says, for payloads without envelope.
  public var verb: Verb?
  public var noun: String?

  public init(headers: [String: String] = [:], verb: Verb? = nil, noun: String? = nil) {
    self.headers = headers
    self.verb = verb
    self.noun = noun
  }
}
