// Who exchanges messages over the bus: components of Busbar's own and partners at the far end of a transport alike.
public import IECMessage

/// The logical name of a system on the bus, as it stands in Header.Source: "MDM", "CIS-001".
public struct ParticipantID: Sendable, Hashable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
  public var rawValue: String
  public init(_ rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }
  public var description: String { rawValue }
}

/// A message pattern a participant serves or wants to hear of.
public struct Interest: Sendable, Hashable {
  public enum Role: String, Sendable, Hashable, Codable {
    /// Answers requests of these verbs and nouns.
    case serves
    /// Is told of events of these verbs and nouns.
    case subscribes
  }
  public var role: Role
  public var verbs: Set<Verb>
  /// Nil: every noun.
  public var nouns: Set<String>?
  /// Only messages of these senders; nil: of anyone but itself. A route that names senders goes before one that does not.
  public var senders: Set<ParticipantID>?

  public init(_ role: Role, _ verbs: Set<Verb>, _ nouns: Set<String>?, from senders: Set<ParticipantID>? = nil) {
    self.role = role
    self.verbs = verbs
    self.nouns = nouns
    self.senders = senders
  }

  public static func serves(_ verbs: Set<Verb>, _ nouns: Set<String>?, from senders: Set<ParticipantID>? = nil)
    -> Interest
  {
    Interest(.serves, verbs, nouns, from: senders)
  }

  public static func subscribes(_ verbs: Set<Verb>, _ nouns: Set<String>?, from senders: Set<ParticipantID>? = nil)
    -> Interest
  { Interest(.subscribes, verbs, nouns, from: senders) }
}

/// A system on the bus.
///
/// Deliveries to one participant come one at a time and in the order in which the bus accepted the messages, except
/// that synchronous requests are answered at once, beside the queue. The bus bounds every call by a deadline.
public protocol Participant: Sendable {
  var id: ParticipantID { get }
  var interests: [Interest] { get }
  /// Whether it takes messages whose objects are detached (`DetachedObjects`); to all others they are attached first.
  var takesDetached: Bool { get }

  /// Answers a request with a ResponseMessage. Throwing an error makes the bus answer 5.3 and, for asynchronous
  /// requests, retry first.
  func answer(_ request: Message, from sender: ParticipantID) async throws -> Message

  /// Takes an event. Returning means that the participant has it; throwing makes the bus deliver it again later.
  func receive(_ event: Message, from sender: ParticipantID) async throws

  /// Takes the late reply to an asynchronous request that this participant had sent. Throwing makes the bus retry.
  func receive(reply: Message, from sender: ParticipantID) async throws
}

extension Participant {
  public var takesDetached: Bool { false }
  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    request.failure("2.9", reason: "\(id) answers no requests", source: id.rawValue)
  }
  public func receive(_ event: Message, from sender: ParticipantID) async throws {}
  public func receive(reply: Message, from sender: ParticipantID) async throws {}
}
