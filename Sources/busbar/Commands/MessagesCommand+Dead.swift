// busbar messages dead: what was given up, why, and what to do about it.
import ArgumentParser
import CIMCodes
import TerminalDrawing

struct MessagesDeadCommand: AsyncParsableCommand {
  enum Grouping: String, ExpressibleByArgument, CaseIterable { case cause, participant }

  static let configuration = CommandConfiguration(
    commandName: "dead",
    abstract: "Show dead letters by cause or by participant, and what to do about them.",
    discussion: """
      Example:  busbar messages dead
                busbar messages dead --by participant
                busbar messages dead --format json | jq '.groups[].newest.message.entry'

      Exit code 0: there are none; 1: there are some; 2: no bus.
      """)

  @Option(help: "cause (the reply code) or participant (to whom it could not be delivered).")
  var by: Grouping = .cause

  @Option(help: "Groups at most, 1 to 1000.")
  var limit: Int = 20

  @Option(help: "text for people, json for machines: one object with the groups.")
  var format: OutputFormat = .text

  @OptionGroup var server: ServerOption

  func run() async throws {
    try await told {
      let path = BusClient.path("/dead-letters", [("by", by.rawValue), ("limit", String(limit))])
      let client = try server.client()
      let groups = try await client.journal(path, as: DeadLetterGroups.self).groups
      switch format {
      case .json: Terminal.write(String(decoding: try await client.journal(path), as: UTF8.self))
      case .text where groups.isEmpty: Terminal.line("No dead letters.")
      case .text: show(groups)
      }
      if !groups.isEmpty { throw ExitStatus.negative }
    }
  }

  private func show(_ groups: [DeadLetterGroups.Group]) {
    let table = SummaryTable(
      [
        .text(by == .cause ? "Cause" : "To"), .number("Count"), .text("Oldest (UTC)"), .text("Newest (UTC)"),
        .number("Entry"), .text("Message"), .text("From"),
      ],
      rows: groups.map { group in
        let newest = group.newest
        return [
          title(group), HumanFormat.count(group.count), JournalTime.text(group.oldest), JournalTime.text(newest.time),
          String(newest.message.entry), newest.message.label, newest.message.from,
        ]
      })
    let style = DrawingStyle(colour: Terminal.hasColor)
    for line in table.lines(width: max(Terminal.width, 80), style: style) { Terminal.line(line) }
    for group in groups {
      Terminal.line("\n\(title(group)): \(group.newest.reason)")
      Terminal.line("  \(Self.advice(group.newest))")
    }
  }

  private func title(_ group: DeadLetterGroups.Group) -> String {
    guard by == .cause else { return group.key ?? "(refused on arrival)" }
    guard let key = group.key, let code = try? ReplyCode(parsing: key) else { return group.key ?? "?" }
    return "\(key) \(CodeTables.standard.longName(of: code))"
  }

  /// What an operator does about a dead letter of this kind.
  static func advice(_ letter: DeadLetterGroups.Letter) -> String {
    let entry = letter.message.entry
    let show = "busbar messages show \(entry) --body"
    if let participant = letter.participant, !letter.code.hasPrefix("1.") {
      return "See that \(participant) runs and takes it, then: busbar messages replay \(entry) --to \(participant)"
    }
    switch letter.code {
    case "2.5", "2.9":
      return "Nobody serves it: see that its receiver has joined, then: busbar messages resubmit \(entry)"
    case "2.14": return "Register its sender (busbar serve --partner ID=URL), then: busbar messages resubmit \(entry)"
    case "4.1", "5.1", "3.2":
      return "Its time was over: see that it is still wanted, then: busbar messages resubmit \(entry)"
    case let code where code.hasPrefix("7."):
      return "Somebody may have sent what they must not: look at it with \(show)"
    case let code where code.hasPrefix("1.") || code.hasPrefix("2."):
      return "Its sender has to mend it. To mend it here: \(show), then: busbar messages resubmit \(entry) --body FILE"
    default: return "Look at it with \(show), then: busbar messages resubmit \(entry)"
    }
  }
}
