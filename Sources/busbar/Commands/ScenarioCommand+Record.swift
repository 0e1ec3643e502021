// busbar scenario record: the journal of a running bus as a scenario file.
import ArgumentParser
import HTTPTransport
import IECMessage
import MessageBus
import Scenarios

extension ScenarioCommand {
  struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "record", abstract: "Write a scenario file out of what a bus has exchanged.",
      discussion: """
        Reads the newest messages of the bus's journal, or those of one exchange. What nobody before it brought about is \
        sent again by the scenario; the rest has to follow by itself.

        Example:  busbar scenario record --last 20 > mine.yaml
                  busbar scenario record --correlation 6b2a6f1e-0b7a-4ac5-8b8a-3d0f2c4d9a10 --as CIS-001=CIS > mine.yaml

        What the bus itself refused or answered is left out. What it writes can be played as it is, or it says on standard \
        error what has to be mended.

        Exit code 0: written; 1: there is nothing to write; 2: not run.
        """)

    @Option(help: ArgumentHelp("Only messages of this Header.CorrelationID.", valueName: "ID"))
    var correlation: String?

    @Option(help: "Newest messages, 1 to 200.")
    var last = 50

    @Option(
      name: .customLong("as"),
      help: ArgumentHelp(
        "A system of the bus and which of the reference model it plays. Repeatable.", valueName: "ID=ID"))
    var roles: [String] = []

    @Option(help: "Title of the scenario.")
    var title = "recorded"

    @OptionGroup var server: ServerOption

    /// A scenario file holds no more than this in payloads.
    private static let byteLimit = 16 << 20
    /// Whom the bus names as the sender of replies it makes itself.
    private static let bus = HTTPConfiguration().name

    func validate() throws {
      if !(1...200).contains(last) { throw ValidationError("--last takes 1 to 200.") }
      for role in roles where role.split(separator: "=").count != 2 {
        throw ValidationError("--as takes ID=ID, e.g. CIS-001=CIS.")
      }
    }

    func run() async throws {
      let recorded: [ScenarioRecorder.Recorded]
      do {
        recorded = try await messages(of: server.client())
      } catch {
        Terminal.warn("busbar: \(error)")
        throw ExitStatus.notRun
      }
      do {
        let text = try ScenarioRecorder(recorded).yaml(figure: "-", title: title)
        Terminal.write(text)
        do {
          _ = try ScenarioFile.read(text, file: "recorded.yaml")
        } catch {
          Terminal.warn("to be mended before it can be played:\n\(error)")
        }
      } catch {
        Terminal.warn(String(describing: error))
        throw ExitStatus.negative
      }
    }

    private func messages(of client: BusClient) async throws -> [ScenarioRecorder.Recorded] {
      var found: [Int64: MessageRecord] = [:]
      // What began an exchange often has no CorrelationID: its MessageID is that of the others.
      for name in correlation == nil ? [nil] : ["correlationID", "messageID"] {
        let path = BusClient.path("/messages", (name.map { [($0, correlation)] } ?? []) + [("limit", String(last))])
        for record in try await client.journal(path, as: MessageList.self).messages { found[record.entry] = record }
      }
      let records = found.values.sorted { $0.entry < $1.entry }.suffix(last)
      let reader = MessageReader()
      var bodies: [Int64: Message] = [:]
      var bytes = 0
      for record in records {
        let body = try await client.journal("/messages/\(record.entry)/body")
        bytes += body.count
        guard bytes <= Self.byteLimit else {
          throw ClientError(
            description: "the messages have more than \(Self.byteLimit >> 20) MiB: take fewer with --last")
        }
        bodies[record.entry] = reader.read(body).message
      }
      return records.compactMap { record in
        guard record.answers == nil, let message = bodies[record.entry] else { return nil }
        let answer = records.first { $0.answers == record.entry && $0.from != Self.bus }
        // A synchronous request has no delivery: who answered had it.
        let to = record.deliveries.isEmpty ? answer.map { [$0.from] } ?? [] : record.deliveries.map(\.participant)
        return ScenarioRecorder.Recorded(
          from: role(record.from), to: to.map(role), message: message, reply: answer.flatMap { bodies[$0.entry]?.reply }
        )
      }
    }

    private func role(_ name: String) -> ParticipantID {
      let role = roles.lazy.map { $0.split(separator: "=").map(String.init) }.first { $0.first == name }
      return ParticipantID(role?.last ?? name)
    }
  }
}
