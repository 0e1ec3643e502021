// busbar scenario partners: what a running bus has to know before a scenario can be played on it.
import ArgumentParser
import Components
import ConfigurationFile
import IECMessage
import Logging
import MessageBus
import Scenarios

extension ScenarioCommand {
  struct Partners: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "partners", abstract: "Write the partners that 'run --bus' plays, for the bus's configuration.",
      discussion: """
        Put what it prints into the busbar.yaml of the bus, and start it anew; then play with the same --play and --listen.

        Example:  busbar scenario partners 33 --play CIS,MDM >> busbar.yaml
                  busbar scenario run 33 --bus http://127.0.0.1:8480 --play CIS,MDM

        Exit code 0: written; 2: there is no such scenario or system.
        """)

    @Argument(help: ArgumentHelp("Ids, numbers of figures, or scenario files.", valueName: "ID"))
    var names: [String]

    @Option(help: ArgumentHelp("Systems that are played. (default: all of the scenarios)", valueName: "SYSTEM,…"))
    var play: String?

    @Option(help: "The first port of the process that plays them.")
    var listen = 8500

    func run() throws {
      let systems: [ReferenceSystem]
      do {
        let scenarios = try Scenario.wanted(names)
        let wanted = play.map { $0.split(separator: ",").map { ParticipantID($0.uppercased()) } }
        let ids = Set(wanted ?? scenarios.flatMap(\.participants))
        if let stranger = ids.first(where: { ReferenceModel.system($0) == nil }) {
          throw ScenarioError(.noSystem, "\(stranger) is no system of the reference model")
        }
        let utility = Utility(
          meters: ScenarioRunner.minimumMeters, seed: 1, systems: Array(ids), port: StationPorts(),
          logger: Logger(label: "busbar.scenario"))
        systems = utility.systems
      } catch {
        Terminal.warn(String(describing: error))
        throw ExitStatus.notRun
      }
      Terminal.line("partners:")
      for system in systems {
        for line in block(system).lines { Terminal.line("  " + line) }
      }
    }

    private func block(_ system: ReferenceSystem) -> PartnerBlock {
      var block = PartnerBlock(id: system.id.rawValue)
      block.endpoint = "http://127.0.0.1:\(ScenarioSite.port(of: system.id, from: listen))/messages"
      block.soap = nil
      block.maySend = [PatternSettings(verbs: Set(Verb.allCases.filter { $0.role != .response }), nouns: nil)]
      block.serves = system.interests.filter { $0.role == .serves }.map(PatternSettings.init)
      block.subscribes = system.interests.filter { $0.role == .subscribes }.map(PatternSettings.init)
      return block
    }
  }
}

extension PatternSettings {
  fileprivate init(_ interest: Interest) {
    self.init(
      verbs: interest.verbs, nouns: interest.nouns, senders: interest.senders.map { Set($0.map(\.rawValue)) })
  }
}
