// Why a participant did not take a message: its own fault, the message's, or nobody knows.

/// An error of a participant that says what is to become of the delivery. Errors of other types are taken for
/// `.failure`.
public protocol DeliveryFailure: Error {
  var kind: DeliveryFailureKind { get }
  /// The reply code of IEC 61968-9, Annex B that the participant gave, if it gave one.
  var replyCode: String? { get }
  /// In words for the operator and for the sender of a request: nothing of the inside of a system.
  var reason: String { get }
}

public enum DeliveryFailureKind: Sendable, Hashable {
  /// The participant cannot be reached or says that it is too busy. Nothing is wrong with the message: it is held, and
  /// goes on when the participant is back.
  case outage
  /// The participant has read the message and refuses it: sending it again would change nothing.
  case refusal
  /// The delivery failed and may succeed another time.
  case failure
}

/// A participant is out of reach: thrown by participants that know no more.
public struct ParticipantOutage: DeliveryFailure {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
  public var kind: DeliveryFailureKind { .outage }
  public var replyCode: String? { nil }
}
