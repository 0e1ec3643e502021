// How long messages are kept.
import MessageBus

/// Which messages may go. Nil keeps for ever.
///
/// Never deleted are requests without a final reply, messages with pending deliveries, and the newest message. What is
/// deleted is forgotten by the inbox too: let no age be shorter than the time in which a partner may send again.
public struct RetentionPolicy: Sendable, Hashable {
  /// Age of messages whose noun `ages` does not name, from when they were received.
  public var age: Duration?
  /// Ages by noun.
  public var ages: [String: Duration]
  /// Age of dead letters, from when they became that, whatever their noun.
  public var deadLetterAge: Duration?
  /// Bytes in use of the journal and its spooled bodies together. Beyond it the oldest messages go, whatever their age,
  /// dead letters too.
  public var totalBytes: Int?

  public init(
    age: Duration? = nil, ages: [String: Duration] = [:], deadLetterAge: Duration? = nil, totalBytes: Int? = nil
  ) {
    self.age = age
    self.ages = ages
    self.deadLetterAge = deadLetterAge
    self.totalBytes = totalBytes
  }
}

/// What a step of pruning did.
public struct PruneResult: Sendable, Hashable {
  /// Messages deleted.
  public var deleted = 0
  /// Bytes of spooled bodies deleted; what rows have freed the journal uses again, its file does not shrink.
  public var spooledBytes = 0
  /// Nothing more is to be deleted now.
  public var isDone = false
}
