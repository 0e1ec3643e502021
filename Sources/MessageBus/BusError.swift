// What stops the bus or its journal from doing what was asked.
public import IECMessage

/// Why the bus or its journal could not do its work. Breaches of the standard are replies, not errors of this type.
public struct BusError: Error, Sendable, CustomStringConvertible {
  /// What kind of error it is; more may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public var name: String
    public init(_ name: String) { self.name = name }
    public var description: String { name }

    /// A queue or the number of pending requests is at its bound; `retryAfter` says when to try again.
    public static let busy = Code("busy")
    /// The bus takes no new messages because it is stopping.
    public static let shuttingDown = Code("shuttingDown")
    /// `run()` was called a second time.
    public static let alreadyRunning = Code("alreadyRunning")
    /// The journal has no such entry, or it cannot be sent.
    public static let unknownEntry = Code("unknownEntry")
    /// What is to be sent again was sent before: it takes a second word to send it all the same.
    public static let alreadySent = Code("alreadySent")
    /// A participant of this name has joined already.
    public static let duplicateParticipant = Code("duplicateParticipant")
    /// The coder could not write or read a message.
    public static let coding = Code("coding")

    /// The data folder cannot be made or written.
    public static let notWritable = Code("notWritable")
    /// The file is no journal of Busbar.
    public static let notAJournal = Code("notAJournal")
    /// The journal was written by a newer Busbar.
    public static let newerSchema = Code("newerSchema")
    /// Another process, or another journal of this one, has it open.
    public static let locked = Code("locked")
    /// No room for the message: the disk or the journal's own limit is full.
    public static let diskFull = Code("diskFull")
    /// The journal was closed.
    public static let closed = Code("closed")
    /// Any other failure of the storage.
    public static let storage = Code("storage")
  }

  public var code: Code
  /// What happened, with the values at fault.
  public var message: String
  public var cause: (any Error)?
  /// The reply code of IEC 61968-9, Annex B for a sender, e.g. "5.1"; nil where the error does not concern one.
  public var replyCode: String?
  /// For `.busy`: seconds after which to try again (HTTP Retry-After).
  public var retryAfter: Int?

  public init(
    _ code: Code, _ message: String, cause: (any Error)? = nil, replyCode: String? = nil, retryAfter: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.cause = cause
    self.replyCode = replyCode ?? Self.replyCodes[code]
    self.retryAfter = retryAfter
  }

  public var description: String { cause.map { "\(message) (\($0))" } ?? message }

  /// The FAILED reply that tells the sender of `request`, for transports that answer with a ResponseMessage.
  ///
  /// The reason holds nothing of the inside of the bus: no path, no SQL, no stack.
  public func reply(to request: Message, source: String) -> Message {
    let reason = code == .busy ? message : Self.plain[code] ?? "the bus failed"
    return request.failure(replyCode ?? "5.3", reason: reason, source: source)
  }

  private static let replyCodes: [Code: String] = [
    .busy: "5.1", .shuttingDown: "5.1", .diskFull: "5.1", .coding: "1.8", .storage: "5.2", .closed: "5.1",
  ]
  private static let plain: [Code: String] = [
    .shuttingDown: "the bus is stopping", .closed: "the bus is stopping",
    .diskFull: "the bus has no room for the message", .coding: "the message cannot be written",
    .storage: "the bus could not store the message",
  ]
}
