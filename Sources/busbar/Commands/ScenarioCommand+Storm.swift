// busbar scenario storm: a storm over a simulated fleet, and what the OMS makes of it.
import ArgumentParser
import CIMModel
import Components
import Logging
import MeterSimulator
import TerminalDrawing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ScenarioCommand {
  struct StormRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "storm", abstract: "Let a storm pass over a simulated fleet and hold the OMS against the truth.",
      discussion: """
        Feeders, sections, transformers and single services lose power, some only for seconds. Their meters' messages reach
        the OMS late, twice or not at all, stamped by clocks that are wrong. Printed are precision and recall of the
        outages it finds: a match is the same device at the same time.

        Example:  busbar scenario storm --meters 100000 --loss 0.05 --seed 7
                  busbar scenario storm --format json --at-least 0.95

        Exit code 0: precision and recall are at least --at-least; 1: they are not; 2: not run.
        """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: "Simulated meters, 1000 to 2000000.")
    var meters = 1_000_000

    @Option(help: "Share of the meters that lose power, 0 to 0.9.")
    var share = 0.2

    @Option(help: "Share of those that lose it for less than a minute, 0 to 1.")
    var momentary = 0.05

    @Option(help: "Share of transmissions that are lost, 0 to 0.9.")
    var loss = 0.0

    @Option(help: "Share of messages that are transmitted twice, 0 to 1.")
    var duplicates = 0.1

    @Option(help: "Equal seeds give equal storms.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("What precision and recall have to be, 0 to 1.", valueName: "SHARE"))
    var atLeast = 0.0

    @Option(help: "text for people, json for machines.")
    var format: Format = .text

    func validate() throws {
      if !(1_000...2_000_000).contains(meters) { throw ValidationError("--meters must be 1000 to 2000000.") }
      for (name, value, most) in [
        ("share", share, 0.9), ("momentary", momentary, 1), ("loss", loss, 0.9), ("duplicates", duplicates, 1),
        ("at-least", atLeast, 1),
      ] where !(0...most).contains(value) {
        throw ValidationError("--\(name) must be 0 to \(most).")
      }
    }

    func run() async throws {
      var plan = Storm.Plan(seed: seed)
      (plan.share, plan.momentaryShare, plan.loss, plan.duplicates) = (share, momentary, loss, duplicates)
      var logger = Logger(label: "busbar.storm")
      logger.logLevel = .critical
      let began = ContinuousClock.now
      let drill = StormDrill(meters: meters, start: Timestamp(seconds: 1_795_255_200), plan: plan)
      let report: StormDrill.Report
      do {
        report = try await drill.run(logger: logger)
      } catch {
        Terminal.warn("the storm could not be played: \(error)")
        throw ExitStatus.notRun
      }
      let seconds = (ContinuousClock.now - began) / .seconds(1)
      for line in format == .json ? [json(report, seconds).line] : text(report, seconds) { Terminal.line(line) }
      if min(report.score.precision, report.score.recall) < atLeast { throw ExitStatus.negative }
    }

    private func json(_ report: StormDrill.Report, _ seconds: Double) -> JSONText {
      let (score, counts) = (report.score, report.counts)
      let kinds = Storm.Kind.allCases.map { kind in
        let found = score.kinds[kind] ?? .init()
        return (
          kind.rawValue,
          JSONText.object([
            ("truth", .number(found.truth)), ("found", .number(found.found)), ("matched", .number(found.matched)),
          ])
        )
      }
      return .object([
        ("meters", .number(meters)), ("seed", .number(Int(clamping: seed))), ("loss", .decimal(loss)),
        ("duplicates", .decimal(duplicates)), ("truth", .number(score.truth)), ("found", .number(score.found)),
        ("matched", .number(score.matched)), ("precision", rounded(score.precision)), ("recall", rounded(score.recall)),
        ("metersOut", .number(score.metersOut)), ("meterPrecision", rounded(score.meterPrecision)),
        ("meterRecall", rounded(score.meterRecall)), ("kinds", .object(kinds)),
        ("momentary", .number(report.momentary)),
        ("events", .number(report.events)), ("messages", .number(report.messages)), ("bytes", .number(report.bytes)),
        ("eventDuplicates", .number(counts.duplicates)), ("lateEvents", .number(counts.late)),
        ("momentaryMeters", .number(counts.momentary)), ("falseAlarms", .number(counts.falseAlarms)),
        ("questions", .number(counts.questions)), ("requests", .number(report.requests)),
        ("published", .number(report.published)), ("openAtEnd", .number(report.openAtEnd)),
        ("seconds", rounded(seconds)), ("peakMemoryMB", .number(Self.peakMemory)),
      ])
    }

    private func rounded(_ value: Double) -> JSONText { .decimal((value * 10_000).rounded() / 10_000) }

    private func text(_ report: StormDrill.Report, _ seconds: Double) -> [String] {
      let score = report.score
      let table = SummaryTable(
        [.text("What"), .number("There were"), .number("Found"), .number("Right")],
        rows: Storm.Kind.allCases.map { kind in
          let found = score.kinds[kind] ?? .init()
          return [kind.rawValue] + [found.truth, found.found, found.matched].map(HumanFormat.count)
        } + [["all"] + [score.truth, score.found, score.matched].map(HumanFormat.count)])
      let style = DrawingStyle(boxDrawing: true, colour: Terminal.hasColor)
      return table.lines(width: Terminal.width, style: style) + [
        "",
        "outages  precision \(four(score.precision))  recall \(four(score.recall))",
        "meters   precision \(four(score.meterPrecision))  recall \(four(score.meterRecall))",
        "\(HumanFormat.count(report.events)) events in \(HumanFormat.count(report.messages)) messages, "
          + "\(HumanFormat.count(report.counts.questions)) questions to meters, "
          + "\(HumanFormat.count(report.published)) messages published; open at the end: \(report.openAtEnd)",
        "\(HumanFormat.count(meters)) meters, seed \(seed): \(four(seconds)) s, \(Self.peakMemory) MB at most",
      ]
    }

    private func four(_ value: Double) -> String { String((value * 10_000).rounded() / 10_000) }

    /// What the process has taken at most, in MB.
    private static var peakMemory: Int {
      var usage = rusage()
      #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
      #elseif canImport(Musl)
        getrusage(RUSAGE_SELF, &usage)
        return Int(usage.ru_maxrss) / 1024
      #else
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss / 1_048_576
      #endif
    }
  }
}
