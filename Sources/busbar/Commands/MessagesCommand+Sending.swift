// busbar messages resubmit and replay: what is sent again.
import ArgumentParser

struct MessagesResubmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resubmit",
    abstract: "Send a dead letter again, mended or as it was.",
    discussion: """
      It is judged, routed and journaled like a new message of its sender. What was sent again before, or came in once \
      more by itself, is not sent twice unless --again says so.

      Example:  busbar messages show 4711 --body > mended.xml   (then edit it)
                busbar messages resubmit 4711 --body mended.xml

      Exit code 0: taken; 1: it was answered FAILED; 2: not sent.
      """)

  @Argument(help: "Number of the journal entry.")
  var entry: Int64

  @Option(help: "File with the mended message; - is standard input. Without it the message is sent as it was.")
  var body: String?

  @Flag(help: "Send it although it was sent again before.")
  var again = false

  @OptionGroup var server: ServerOption

  func run() async throws {
    try await told {
      let bytes = try body.map { try FileInput.read($0) } ?? []
      if body != nil, bytes.isEmpty { throw ClientError(description: "\(body ?? "") is empty") }
      let path = BusClient.path("/messages/\(entry)/resubmit", [("again", again ? "true" : nil)])
      try await server.client().sendAgain(path, body: bytes).tell()
    }
  }
}

struct MessagesReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Deliver a message to one participant again.",
    discussion: """
      Others who have it are not bothered. A participant that has it already gets it only if --again says so.

      Example:  busbar messages replay 4711 --to OMS

      Exit code 0: accepted for delivery; 1: it was answered FAILED; 2: not sent.
      """)

  @Argument(help: "Number of the journal entry.")
  var entry: Int64

  @Option(help: "To whom.")
  var to: String

  @Flag(help: "Deliver it although the participant has it, or it was replayed to it before.")
  var again = false

  @OptionGroup var server: ServerOption

  func run() async throws {
    try await told {
      let path = BusClient.path("/messages/\(entry)/replay", [("to", to), ("again", again ? "true" : nil)])
      try await server.client().sendAgain(path, body: []).tell()
    }
  }
}

extension SentAgain {
  /// Prints what became of it.
  ///
  /// - Throws: exit code 1 where it was answered FAILED.
  fileprivate func tell() throws {
    let why = [code == "0.0" ? nil : code, reason].compactMap { $0 }.joined(separator: " ")
    Terminal.line("entry \(entry): \(result)" + (why.isEmpty ? "" : " (\(why))"))
    if result == "FAILED" { throw ExitStatus.negative }
  }
}
