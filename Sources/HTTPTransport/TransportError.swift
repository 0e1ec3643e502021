// What stops the transport's work; breaches of a profile are violations, not errors.

/// An error of the HTTP transport: an open code, a message with the values at fault, and what caused it.
public struct TransportError: Error, Sendable, CustomStringConvertible {
  /// What kind of error it is. Codes may be added: compare, do not switch over all.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ name: String) { description = name }

    /// Another program listens on the port.
    public static let portInUse = Code("portInUse")
    /// The host name or address to listen on is not one of this machine's, or the port needs more rights.
    public static let badAddress = Code("badAddress")
    /// A setting or an endpoint URL makes no sense.
    public static let badConfiguration = Code("badConfiguration")
    /// A body is larger than the limit.
    public static let bodyTooLarge = Code("bodyTooLarge")
    /// The connection ended before the body did.
    public static let bodyTruncated = Code("bodyTruncated")
    /// The body is not packed as its Content-Encoding says.
    public static let badEncoding = Code("badEncoding")
    /// There is no room for the body.
    public static let storage = Code("storage")
    /// The body did not arrive in time.
    public static let bodyTooSlow = Code("bodyTooSlow")
    /// Too many messages, or too many bytes of them, are being worked on.
    public static let busy = Code("busy")
    /// No answer in time.
    public static let timedOut = Code("timedOut")
    /// The partner's endpoint cannot be reached.
    public static let unreachable = Code("unreachable")
    /// The partner's endpoint answered with an HTTP status that says it did not take the message, or with a redirect.
    public static let badStatus = Code("badStatus")
    /// The partner's endpoint is there and cannot take messages now: HTTP 5xx, 408 or 429, or a reply that says so.
    public static let unavailable = Code("unavailable")
    /// The partner's answer is no message of IEC 61968-100.
    public static let badAnswer = Code("badAnswer")
    /// The partner read the message and answered FAILED or with a fault.
    public static let refused = Code("refused")
  }

  public var code: Code
  public var message: String
  public var cause: (any Error)?
  /// The reply code of IEC 61968-9, Annex B that the partner gave.
  public var replyCode: String?

  public init(_ code: Code, _ message: String, cause: (any Error)? = nil, replyCode: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
    self.replyCode = replyCode
  }

  public var description: String { message }
}
