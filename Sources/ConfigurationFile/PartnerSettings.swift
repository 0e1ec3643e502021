// One partner as the file describes it.
public import Dialects
public import IECMessage

/// An entry of `partners`.
public struct PartnerSettings: Sendable, Equatable {
  /// How a partner wants its messages wrapped.
  public enum Form: String, Sendable, CaseIterable { case generic, wrapped, typed }

  public var id: String
  /// For people.
  public var name: String?
  /// What else it writes into Header.Source.
  public var sources: [String] = []
  /// Where its events and requests are posted; nil for a partner that only calls us.
  public var endpoint: String?
  public var replyAddresses: [String] = []
  /// Nil: plain XML over HTTP.
  public var soap: SOAPVersion? = .v1_1
  public var form = Form.generic
  /// Any one of these is enough; empty: its Header.Source is believed, which needs `insecure` beyond this machine.
  public var auth: [CredentialSettings] = []
  /// How we show who we are where we call it.
  public var outgoing = OutgoingSettings()
  /// Requests and events it may send; empty: none.
  public var maySend: [PatternSettings] = []
  /// Requests it answers.
  public var serves: [PatternSettings] = []
  /// Events it is told of.
  public var subscribes: [PatternSettings] = []
  /// How its messages differ, and what becomes of those that do.
  public var dialect = Dialect()
  public var limits = PartnerLimits()
  /// From the first byte sent to it to the last byte of its answer; nil: the server's default.
  public var deadline: Duration?
  /// Bytes of a payload over which it is sent to it compressed; nil: never.
  public var compressOver: Int?

  public init(id: String) { self.id = id }
}

/// Verbs and nouns that belong together.
public struct PatternSettings: Sendable, Equatable {
  public var verbs: Set<Verb>
  /// Nil: every noun.
  public var nouns: Set<String>?
  /// Of what it serves and subscribes to: only messages of these partners and components; nil: of anyone.
  public var senders: Set<String>?

  public init(verbs: Set<Verb>, nouns: Set<String>?, senders: Set<String>? = nil) {
    self.verbs = verbs
    self.nouns = nouns
    self.senders = senders
  }
}

/// What is taken from one partner, and kept for it; nil: what the server bears.
public struct PartnerLimits: Sendable, Equatable {
  /// Largest message in bytes.
  public var maxBytes: Int?
  /// Messages in a second, on the average of some seconds.
  public var requestsPerSecond: Int?
  /// Undelivered messages kept for it before senders are told to wait.
  public var queue: Int?

  public init() {}
}
