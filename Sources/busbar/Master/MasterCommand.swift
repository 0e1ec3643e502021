// busbar master: what hangs where, for whom, since when.
import ArgumentParser

struct MasterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "master",
    abstract: "Look at master data, load it, compare it, and build the sets of everyday changes.",
    discussion: """
      The commands read the data folder of a bus that runs with --master-data, or ran. 'load' writes into it; the others \
      that change something print an OperationSet, or send it to a running bus with --send.

      An object is named by its mRID or a name, with its kind in front where that is not enough: Meter:M-17.

      Example:  busbar master show M-17 --as-of 2026-01-01T00:00:00Z
                busbar master history UsagePoint:u1
                busbar master exchange-meter --usage-point u1 --to M-18 --at 2026-11-21T10:00:00Z --send http://127.0.0.1:8480
      """,
    subcommands: [
      MasterShow.self, MasterHistory.self, MasterDiff.self, MasterLoad.self, MasterReconcile.self, MasterEvents.self,
      MasterExchangeMeter.self, MasterMoveIn.self, MasterMoveOut.self, MasterSwitch.self,
    ])
}
