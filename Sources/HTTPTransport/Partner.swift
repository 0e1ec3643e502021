// The systems at the far end of the wire, as the operator has registered them.
public import Dialects
public import IECMessage
public import MessageBus

/// A system of another vendor that talks to the bus over HTTP.
public struct Partner: Sendable {
  public var id: ParticipantID
  /// For people.
  public var displayName: String
  /// What else the partner writes into Header.Source; its id always counts.
  public var sourceAliases: Set<String>
  /// The only URLs a late reply to this partner may ever be sent to, compared character by character.
  public var replyAddresses: [String]
  /// Where its events and requests are posted, http or https; nil for a partner that only calls us.
  public var endpoint: String?
  /// How it wants its messages wrapped. The namespace of `.typed` is replaced by that of each message's noun.
  public var form: MessageForm
  /// Nil: plain XML over HTTP.
  public var soap: SOAPVersion?
  /// What it serves and subscribes to.
  public var interests: [Interest]
  /// From the first byte sent to the last byte of its answer.
  public var deadline: Duration
  /// Largest answer in bytes.
  public var answerLimit: Int
  /// How it shows who it is when it calls us; empty: its Header.Source is believed.
  public var credentials: [Credential] = []
  /// Requests and events it may send; nil: all of them.
  public var maySend: [Permission]?
  /// Largest message in bytes that is taken from it; nil: the server's limit.
  public var bodyLimit: Int?
  /// Messages in a second; nil: as many as the server bears.
  public var requestsPerSecond: Int?
  /// Bytes of a payload over which it is sent to it compressed; nil: never.
  public var compressOver: Int?
  /// How we show who we are when we call it, and whom we believe to be it.
  public var outgoing = OutgoingAccess()
  /// How its messages differ from the standard's, and what becomes of those that do.
  public var dialect = Dialect()

  public init(
    id: ParticipantID, displayName: String? = nil, sourceAliases: Set<String> = [], replyAddresses: [String] = [],
    endpoint: String? = nil, form: MessageForm = .generic, soap: SOAPVersion? = .v1_1, interests: [Interest] = [],
    deadline: Duration = .seconds(30), answerLimit: Int = 64 << 20
  ) {
    self.id = id
    self.displayName = displayName ?? id.rawValue
    self.sourceAliases = sourceAliases
    self.replyAddresses = replyAddresses
    self.endpoint = endpoint
    self.form = form
    self.soap = soap
    self.interests = interests
    self.deadline = deadline
    self.answerLimit = answerLimit
  }

  /// Every value that it may write into Header.Source.
  var sources: Set<String> { sourceAliases.union([id.rawValue]) }
}
