// busbar messages show: all that is known of one message.
import ArgumentParser
import CIMCodec
import TerminalDrawing

struct MessagesShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a message with its deliveries, errors, replies and, if asked for, its body.",
    discussion: """
      Example:  busbar messages show 4711
                busbar messages show 4711 --body > message.xml

      Exit code 0: shown; 2: there is no such message, or no bus.
      """)

  @Argument(help: "Number of the journal entry.")
  var entry: Int64

  @Flag(help: "Show nothing but the body, as it was received, indented where it is on one line.")
  var body = false

  @Option(help: "text for people, json for machines: one object with message, replies and replays.")
  var format: OutputFormat = .text

  @OptionGroup var server: ServerOption

  func run() async throws {
    try await told {
      let client = try server.client()
      if body {
        let bytes = try await client.journal("/messages/\(entry)/body")
        let text = String(decoding: Self.readable(bytes), as: UTF8.self)
        Terminal.write(text.hasSuffix("\n") ? text : text + "\n")
      } else if format == .json {
        Terminal.write(String(decoding: try await client.journal("/messages/\(entry)"), as: UTF8.self))
      } else {
        show(try await client.journal("/messages/\(entry)", as: MessageDetail.self))
      }
    }
  }

  /// XML without line breaks is indented; everything else stays as it came.
  static func readable(_ bytes: [UInt8]) -> [UInt8] {
    let newlines = bytes.prefix(100_000).lazy.filter { $0 == 0x0A }.prefix(3).count
    return bytes.first == UInt8(ascii: "<") && newlines < 3 ? Indentation.indent(bytes) : bytes
  }

  private func show(_ detail: MessageDetail) {
    let style = DrawingStyle(colour: Terminal.hasColor)
    let message = detail.message
    func line(_ name: String, _ value: String?) {
      guard let value else { return }
      Terminal.line("  " + name + String(repeating: " ", count: max(16 - name.utf8.count, 1)) + value)
    }
    Terminal.line("Entry \(message.entry)  \(message.label)")
    line("received", JournalTime.text(message.received) + " UTC")
    line("from", message.from + (message.source.map { $0 == message.from ? "" : " (Source \($0))" } ?? ""))
    line("message id", message.messageID)
    line("correlation id", message.correlationID)
    line("state", message.status)
    line("answers", message.answers.map { "entry \($0)" })
    line("sends again", message.replays.map { "entry \($0)" })
    line("note", message.note)
    if !message.deliveries.isEmpty {
      Terminal.line("\nDeliveries")
      let table = SummaryTable(
        [
          .text("To"), .text("Kind"), .text("State"), .number("Failed"), .text("Next try (UTC)"), .text("Last error"),
        ],
        rows: message.deliveries.map { delivery in
          [
            delivery.participant, delivery.kind, delivery.state, String(delivery.attempts),
            delivery.state == "pending" ? delivery.nextTry.map(JournalTime.text) ?? "" : "", delivery.lastError ?? "",
          ]
        })
      for line in table.lines(width: max(Terminal.width, 80), style: style) { Terminal.line(line) }
    }
    for (title, others) in [("Replies", detail.replies), ("Sent again as", detail.replays)] where !others.isEmpty {
      Terminal.line("\n" + title)
      for line in MessageTable.lines(others) { Terminal.line(line) }
    }
  }
}
