// Which configuration file a command works with.
import ArgumentParser
import ConfigurationFile

struct ConfigurationOption: ParsableArguments {
  @Option(name: .customLong("config"), help: ArgumentHelp("The configuration file.", valueName: "FILE"))
  var path: String = "busbar.yaml"

  /// The file; where it is wrong, names every problem and ends the command with "not run".
  func read() throws -> Configuration { try Self.read(path) }

  static func read(_ path: String) throws -> Configuration {
    do {
      return try Configuration(contentsOf: path)
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }
}
