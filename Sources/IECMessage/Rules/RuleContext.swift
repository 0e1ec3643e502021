// What the rules know beyond the message.
public import CIMModel

/// What the rules may ask of the world; a rule whose question has no answer here is not judged.
public struct RuleContext: Sendable {
  /// The system the transport has authenticated.
  public var partner: String?
  /// The time against which stamps are judged; nil: they are not.
  public var now: Timestamp?
  /// How far a Timestamp or a Created may lie from `now`, in seconds.
  public var allowedSkew: Double = 300
  /// The sender takes late replies without a ReplyAddress, e.g. at an address registered for it.
  public var hasReplyRoute = false
  /// The namespaces a payload of this noun may have at this Revision; nil: the noun is not known.
  public var namespaces: (@Sendable (_ noun: String, _ revision: String?) -> Set<String>?)?
  /// Whether a request of this CorrelationID waits for its reply.
  public var isOpenRequest: (@Sendable (_ correlationID: String) -> Bool)?
  /// The operationIds of the request that a response answers.
  public var requestOperationIDs: Set<Int>?
  /// Whether this nonce has not been seen yet.
  public var isFreshNonce: (@Sendable (_ nonce: String) -> Bool)?
  /// Whether compressed content unpacks and is valid.
  public var isValidCompressed: (@Sendable (_ base64: String) -> Bool)?
  /// The reply codes of the tables that are loaded.
  public var replyCodes: Set<String>?

  public init() {}
}
