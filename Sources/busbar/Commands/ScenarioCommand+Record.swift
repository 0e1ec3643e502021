// busbar scenario record: the journal of a running bus as a scenario file.
import ArgumentParser
import IECMessage
import MessageBus
import Scenarios

extension ScenarioCommand {
  struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "record", abstract: "Write a scenario file out of what a bus has exchanged.",
      discussion: """
        Reads the newest messages of the bus's journal, or those of one exchange. What nobody before it brought about is
        sent again by the scenario; the rest has to follow by itself.

        Example:  busbar scenario record --last 20 > mine.yaml
                  busbar scenario record --correlation 6b2a6f1e-0b7a-4ac5-8b8a-3d0f2c4d9a10 --as CIS-001=CIS > mine.yaml

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
        Terminal.write(try ScenarioRecorder(recorded).yaml(figure: "-", title: title))
      } catch {
        Terminal.warn(String(describing: error))
        throw ExitStatus.negative
      }
    }

    private func messages(of client: BusClient) async throws -> [ScenarioRecorder.Recorded] {
      let path = BusClient.path("/messages", [("correlationID", correlation), ("limit", String(last))])
      let records = try await client.journal(path, as: MessageList.self).messages.sorted { $0.entry < $1.entry }
      let reader = MessageReader()
      var bodies: [Int64: Message] = [:]
      for record in records {
        bodies[record.entry] = reader.read(try await client.journal("/messages/\(record.entry)/body")).message
      }
      return records.compactMap { record in
        guard record.answers == nil, let message = bodies[record.entry] else { return nil }
        let answer = records.first { $0.answers == record.entry }
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
