// What a transport is told that writes the reply again.

/// The outcome of a message, and its reply as it lies in the journal.
public struct Exchange: Sendable {
  public var outcome: Outcome
  /// What the coder made of the reply: the generic envelope. Nil where nothing was written for this sender, e.g. when
  /// the message had come before.
  public var writtenReply: [UInt8]?

  public init(outcome: Outcome, writtenReply: [UInt8]? = nil) {
    self.outcome = outcome
    self.writtenReply = writtenReply
  }
}
