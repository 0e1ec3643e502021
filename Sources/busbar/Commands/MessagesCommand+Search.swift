// busbar messages search: which messages are these?
import ArgumentParser
import CIMModel
import IECMessage
import TerminalDrawing

struct MessagesSearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find messages by what they are and what they say.",
    discussion: """
      All that is given has to fit. The newest come first; --id or --correlation alone give these messages and the \
      replies to them, oldest first. Times are UTC.

      Example:  busbar messages search --object MTR-00000001
                busbar messages search --text "voltage sag" --from 2026-11-20T00:00:00Z --to 2026-11-21T00:00:00Z
                busbar messages search --noun EndDeviceEvents --partner OMS --state dead --format json | jq .messages

      Exit code 0: found; 1: nothing found; 2: not searched.
      """)

  @Option(help: "Header.MessageID.")
  var id: String?

  @Option(help: "Header.CorrelationID.")
  var correlation: String?

  @Option(help: "E.g. MeterReadings.")
  var noun: String?

  @Option(help: "E.g. created.")
  var verb: String?

  @Option(help: "Who sent it or to whom it goes.")
  var partner: String?

  @Option(help: "An mRID, name or code in the message: the whole value, in either case.")
  var object: String?

  @Option(help: "Words that all stand in the message, in either case.")
  var text: String?

  @Option(help: "Received at this time or later, e.g. 2026-11-20T00:00:00Z.")
  var from: String?

  @Option(help: "Received before this time.")
  var to: String?

  @Option(help: "open (no reply yet), done, unrouted (nobody subscribes) or dead.")
  var state: String?

  @Option(help: "Messages at most, 1 to 1000.")
  var limit: Int = 50

  @Option(help: "Only messages before this entry: goes on where a search has ended.")
  var before: Int64?

  @Option(help: "text for people, json for machines: one object with messages, next and unsearched.")
  var format: OutputFormat = .text

  @OptionGroup var server: ServerOption

  func validate() throws {
    for text in [from, to].compactMap({ $0 }) where Timestamp(xmlText: text, zoneOffsetMinutes: nil) == nil {
      throw ValidationError("'\(text)' is no instant with a time zone; write it as 2026-11-20T00:00:00Z.")
    }
    if let verb, Verb(rawValue: verb) == nil { throw ValidationError("'\(verb)' is no verb of IEC 61968-100.") }
    if let state, !["open", "done", "unrouted", "dead"].contains(state) {
      throw ValidationError("--state takes open, done, unrouted or dead.")
    }
    if !(1...1000).contains(limit) { throw ValidationError("--limit takes 1 to 1000.") }
  }

  func run() async throws {
    try await told {
      let path = BusClient.path(
        "/messages",
        [
          ("messageID", id), ("correlationID", correlation), ("noun", noun), ("verb", verb), ("partner", partner),
          ("object", object), ("text", text), ("from", from), ("to", to), ("state", state), ("limit", String(limit)),
          ("before", before.map { String($0) }),
        ])
      if format == .json {
        let answer = try await server.client().journal(path)
        Terminal.write(String(decoding: answer, as: UTF8.self))
        return
      }
      let found = try await server.client().journal(path, as: MessageList.self)
      if !found.messages.isEmpty {
        for line in MessageTable.lines(found.messages) { Terminal.line(line) }
      }
      if let next = found.next {
        Terminal.warn("There may be more: go on with --before \(next).")
      }
      if let unsearched = found.unsearched, unsearched > 0 {
        let count = HumanFormat.count(unsearched)
        Terminal.warn("\(count) new messages are not in the search index yet and were left out: ask again later.")
      }
      if found.messages.isEmpty {
        Terminal.warn("No message found.")
        throw ExitStatus.negative
      }
    }
  }
}

/// Messages as a table, as wide as the terminal.
enum MessageTable {
  static func lines(_ messages: [MessageRecord]) -> [String] {
    let table = SummaryTable(
      [
        .number("Entry"), .text("Received (UTC)"), .text("From"), .text("Verb"), .text("Noun"), .text("State"),
        .text("Message ID"),
      ],
      rows: messages.map { message in
        [
          String(message.entry), JournalTime.text(message.received), message.from, message.verb ?? "",
          message.noun ?? "", message.status, message.messageID ?? "",
        ]
      })
    return table.lines(width: max(Terminal.width, 80), style: DrawingStyle(colour: Terminal.hasColor))
  }
}
