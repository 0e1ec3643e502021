// busbar messages trace: one exchange as a drawing.
import ArgumentParser
import CIMModel
import TerminalDrawing

struct MessagesTraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Draw all messages of a message or correlation id, with their replies.",
    discussion: """
      Example:  busbar messages trace 6b2a6f1e-0b7a-4ac5-8b8a-3d0f2c4d9a10

      Exit code 0: drawn; 1: the bus knows no such id; 2: no bus.
      """)

  @Argument(help: "A Header.MessageID or Header.CorrelationID.")
  var id: String

  @OptionGroup var server: ServerOption

  func run() async throws {
    try await told {
      var known: [Int64: MessageRecord] = [:]
      for name in ["messageID", "correlationID"] {
        let path = BusClient.path("/messages", [(name, id), ("limit", "200")])
        for message in try await server.client().journal(path, as: MessageList.self).messages {
          known[message.entry] = message
        }
      }
      guard !known.isEmpty else {
        Terminal.warn("No message has the id \(id).")
        throw ExitStatus.negative
      }
      let messages = known.values.sorted { $0.entry < $1.entry }
      let style = DrawingStyle(colour: Terminal.hasColor)
      for line in MessageTable.lines(messages) { Terminal.line(line) }
      Terminal.line("")
      for line in Self.diagram(messages, style).lines(width: min(Terminal.width, 120), style: style) {
        Terminal.line(line)
      }
    }
  }

  /// The messages in the order in which the bus took them, each with what became of its deliveries.
  static func diagram(_ messages: [MessageRecord], _ style: DrawingStyle) -> SequenceDiagram {
    var diagram = SequenceDiagram(participants: [])
    let byEntry = Dictionary(messages.map { ($0.entry, $0) }, uniquingKeysWith: { first, _ in first })
    for message in messages {
      let request = message.answers.flatMap { byEntry[$0] }
      let replies = messages.filter { $0.answers == message.entry }
      var receivers = message.deliveries.map(\.participant)
      if receivers.isEmpty {
        // A synchronous request has no delivery: who answered had it. A reply to one goes back the same way.
        receivers = request.map { [$0.from] } ?? replies.first.map { [$0.from] } ?? []
      }
      let dead = message.deliveries.filter { $0.state == "dead" }.map(\.participant)
      let isRequest = message.kind == "request" || !replies.isEmpty
      let tone: MessageTone =
        message.state == "dead" ? .failure : message.answers != nil ? .reply : isRequest ? .request : .event
      let elapsed = request.flatMap { latency(from: $0.received, to: message.received, style) }
      let label = "\(message.entry) \(message.label)"
      let reached = receivers.filter { !dead.contains($0) }
      if dead.isEmpty || !reached.isEmpty {
        diagram.add(tone, from: message.from, to: reached, label, latency: elapsed)
      }
      if !dead.isEmpty { diagram.add(.failure, from: message.from, to: dead, label) }
      for delivery in message.deliveries where delivery.state != "done" || delivery.lastError != nil {
        let state = delivery.state == "dead" ? "given up" : delivery.state == "pending" ? "waits" : "has it"
        let tries = delivery.attempts > 0 ? " after \(delivery.attempts) failed" : ""
        let error = delivery.lastError.map { ": \($0)" } ?? ""
        diagram.add(note: state + tries + error, over: delivery.participant)
      }
      if message.state == "unrouted" { diagram.add(note: "nobody subscribes to it", over: message.from) }
      if message.state == "open" { diagram.add(note: "no final reply yet", over: message.from) }
      if let note = message.note { diagram.add(note: note, over: message.from) }
    }
    return diagram
  }

  private static func latency(from: String, to: String, _ style: DrawingStyle) -> String? {
    guard let from = Timestamp(xmlText: from), let to = Timestamp(xmlText: to), to >= from else { return nil }
    return HumanFormat.duration(.microseconds(to.microseconds - from.microseconds), style: style)
  }
}
