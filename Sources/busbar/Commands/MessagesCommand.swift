// busbar messages: what is in the journal of a running bus.
import ArgumentParser

struct MessagesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages",
    abstract: "Search, show, trace and send again the messages of a running bus.",
    discussion: """
      Example:  busbar messages search --object MTR-00000001 --from 2026-11-20T00:00:00Z
                busbar messages trace 6b2a6f1e-0b7a-4ac5-8b8a-3d0f2c4d9a10
                busbar messages dead --by cause
                busbar messages resubmit 4711 --body mended.xml
      """,
    subcommands: [
      MessagesSearchCommand.self, MessagesShowCommand.self, MessagesTraceCommand.self, MessagesDeadCommand.self,
      MessagesResubmitCommand.self, MessagesReplayCommand.self,
    ])
}

/// Which bus is asked.
struct ServerOption: ParsableArguments {
  @Option(help: "The bus.")
  var server: String = "http://127.0.0.1:8480"

  @OptionGroup var clientOptions: ClientOptions

  /// - Throws: what `ClientOptions` and `BusClient` throw.
  func client() throws -> BusClient { try BusClient(server, clientOptions.access()) }
}

extension AsyncParsableCommand {
  /// Does what the command is for; what goes wrong is told on standard error, with exit code 2.
  func told(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let exit as ExitCode {
      throw exit
    } catch {
      Terminal.warn("busbar: \(Reason.text(error))")
      throw ExitStatus.notRun
    }
  }
}
