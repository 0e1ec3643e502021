// What a connection hands to its task.

/// A request that brings a message, as far as it has come.
struct IncomingMessage: Sendable {
  /// Counts the requests of the connection.
  var number: Int
  var peer: Peer
  var work: Work

  enum Work: Sendable {
    /// Find out who sends it; the Authorization field, if there is one.
    case authenticate(String?)
    /// It is here whole: answer it.
    case message(MessageEndpoint.Opening, Caller, BodyBuffer, RequestExpiry)
  }
}
