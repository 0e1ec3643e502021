// busbar master show, history and events: looking at what is there.
import ArgumentParser
import CIMModel
import IECMessage
import MasterData
import SQLiteMasterData

struct MasterShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print an object and everything linked to it, as a tree with dates.",
    discussion: """
      Example:  busbar master show M-17
                busbar master show Meter:M-17 --as-of 2026-01-01T00:00:00Z --known-at 2026-02-01T00:00:00Z

      Exit code 0: shown; 1: there is no such object; 2: not run.
      """)

  @Argument(help: "mRID or name, with its kind in front where needed.")
  var object: ObjectArgument

  @Option(help: "When it is to have been so. (default: now)")
  var asOf: Instant?

  @Option(help: "What was known at this instant, in place of what is known now.")
  var knownAt: Instant?

  @Option(help: "tree, or xml: the object as a Config message carries it.")
  var format: Format = .tree

  enum Format: String, ExpressibleByArgument, CaseIterable { case tree, xml }

  @OptionGroup var folder: MasterFolder

  func run() async throws {
    let (time, known) = (asOf?.time ?? .now(), knownAt?.time)
    try await MasterFailure.reported {
      let lines = try await folder.store(isReadOnly: true).read { [object, format] view -> [String] in
        let number = try object.object(in: view, at: time)
        guard let tree = try Neighbourhood(view: view, time: time, known: known).tree(from: number) else { return [] }
        guard format == .xml else { return MasterDataText.tree(tree) }
        guard let slice = tree.slice else {
          throw MasterDataError(
            .badInput, replyCode: "2.4", "\(tree.record.kind) is not valid at \(time.xmlText)")
        }
        let payload = ConfigPayload.element(
          tree.record.kind, in: slice.content.namespace, [(slice.content, slice.parts)])
        let message = Message.event(.created, tree.record.kind.noun, [payload], source: "busbar")
        return [String(decoding: try MessageWriter().write(message), as: UTF8.self)]
      }
      for line in lines { Terminal.line(line) }
    }
  }
}

struct MasterHistory: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Print everything that was ever known of an object and its links, oldest first.",
    discussion: "Example:  busbar master history UsagePoint:u1")

  @Argument(help: "mRID or name, with its kind in front where needed.")
  var object: ObjectArgument

  @OptionGroup var folder: MasterFolder

  func run() async throws {
    try await MasterFailure.reported {
      let lines = try await folder.store(isReadOnly: true).read { [object] view in
        try MasterDataText.history(of: try object.object(in: view, at: .now()), in: view)
      }
      for line in lines { Terminal.line(line) }
    }
  }
}

struct MasterEvents: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Print the events of committed changes from a point on, for a system that was away.",
    discussion: """
      Each event is one message, after a line with its position. The events are made of what is stored, so they can be had \
      at any time; only the 'executed' message of a set is gone once it was published.

      Example:  busbar master events --after 1200 --limit 100
      """)

  @Option(help: "Position of the last event that the system has.")
  var after: Int = 0

  @Option(help: "Events at most.")
  var limit: Int = 100

  @OptionGroup var folder: MasterFolder

  func validate() throws {
    guard (1...100_000).contains(limit), after >= 0 else {
      throw ValidationError("--limit takes 1 to 100000, --after 0 or more.")
    }
  }

  func run() async throws {
    try await MasterFailure.reported {
      let store = try folder.store(isReadOnly: true)
      let service = MasterDataService(store: store, source: "MASTER")
      for event in try await service.events(after: Int64(after), limit: limit) {
        Terminal.line("<!-- \(event.sequence) -->")
        guard let message = event.message else { continue }
        Terminal.line(String(decoding: try MessageWriter().write(message), as: UTF8.self))
      }
    }
  }
}
