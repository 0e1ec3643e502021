// The command line: wiring and presentation only, no rules of the standard.
import ArgumentParser

@main
struct Busbar: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "busbar",
    abstract: "The open IEC 61968 integration bus for electric utilities.",
    discussion: """
      Start with:  busbar demo          a simulated utility exchanging real messages
                   busbar validate F…   is this message valid, and if not, why?
                   busbar explain CODE  what does this code say?
      """,
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, ServeCommand.self, ValidateCommand.self, SendCommand.self, GetCommand.self, WatchCommand.self,
      MessagesCommand.self, MasterCommand.self, ScenarioCommand.self,
      ExplainCommand.self, ConvertCommand.self, PartnerCommand.self, SchemaCommand.self,
      CatalogueCommand.self, IngestCommand.self, ReadingsCommand.self,
    ])
}

extension Busbar {
  /// As the parser's own `main`, but a command line that is wrong ends with 2 like everything that was not run.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      Terminal.warn(fullMessage(for: error))
      exit(withError: ExitStatus.notRun)
    }
  }
}

/// Exit codes that scripts can rely on.
enum ExitStatus {
  /// All valid, or the answer was OK.
  static let success = ExitCode(0)
  /// Something was invalid, or the answer was FAILED.
  static let negative = ExitCode(1)
  /// The command could not do its work.
  static let notRun = ExitCode(2)
}
