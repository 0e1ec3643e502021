import CIMModel
import Components
import IECMessage
import Logging
import MessageBus
import MeterSimulator
import Testing

@Suite("A storm: the OMS finds what has happened", .serialized)
struct StormTests {
  @Test(
    "20,000 meters: precision and recall, over the bus and straight to the OMS",
    arguments: [(0.05, 0.95, true), (0, 0.99, false)])
  func finds(loss: Double, least: Double, overBus: Bool) async throws {
    var plan = Storm.Plan(seed: 11)
    plan.loss = loss
    var drill = StormDrill(meters: 20_000, start: start, plan: plan)
    drill.step = 20
    drill.metersPerMessage = 100
    let bus = overBus ? Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), logger: quiet) : nil
    let report = try await running({
      if let bus { try await bus.run() } else { try await Task.sleep(for: .seconds(600)) }
    }) { [drill] in try await drill.run(over: bus, logger: quiet) }
    let score = report.score
    #expect(score.truth > 200)
    #expect(score.precision >= least && score.recall >= least, "\(score)")
    #expect(score.meterPrecision >= least && score.meterRecall >= least, "\(score)")
    #expect(report.openAtEnd == 0)
    #expect(report.counts.duplicates > 500 && report.counts.momentary > 50)
  }

  @Test("an OMS that never goes up the network misses feeders and sections: the score tells")
  func scoreCanFail() async throws {
    var drill = StormDrill(meters: 5_000, start: start, plan: Storm.Plan(seed: 3))
    drill.analysis.groupShare = 1.1
    let report = try await drill.run(logger: quiet)
    #expect(report.score.recall < 0.95)
  }

  @Test("equal seeds give equal storms and equal findings")
  func repeatable() async throws {
    var plan = Storm.Plan(seed: 5)
    plan.loss = 0.05
    let first = try await StormDrill(meters: 3_000, start: start, plan: plan).run(logger: quiet)
    let second = try await StormDrill(meters: 3_000, start: start, plan: plan).run(logger: quiet)
    #expect(first.score == second.score)
    #expect(first.counts == second.counts)
  }
}
