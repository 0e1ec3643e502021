import Components
import IECMessage
import MessageBus
import Scenarios
import Testing

@Suite("IEC 61968-9, clause 5: exchange figures")
struct FigureTests {
  @Test("the components exchange the messages of the figure", arguments: Scenario.tour.map(\.id), [1 as UInt64, 42])
  func passes(id: String, seed: UInt64) async throws {
    let scenario = try #require(Scenario.named(id))
    let report = try await Stand.with(meters: 100, seed: seed) { stand in
      try await ScenarioRunner(bus: stand.bus, utility: stand.utility, seed: seed).run(scenario)
    }
    #expect(report.failure == nil)
    #expect(report.exchanges.allSatisfy { $0.step != nil })
    #expect(report.seconds > 0)
  }

  @Test("all figures can be performed one after the other on one bus, twice")
  func inOrder() async throws {
    let reports = try await Stand.with(meters: 60) { stand in
      let runner = try ScenarioRunner(bus: stand.bus, utility: stand.utility, seed: 7)
      var reports: [ScenarioReport] = []
      for scenario in Scenario.tour + Scenario.tour { reports.append(try await runner.run(scenario)) }
      return reports
    }
    #expect(reports.compactMap(\.failure) == [])
  }

  @Test("Figure 14: readings come in messages of so many meters, with the order's MessageID as CorrelationID")
  func figure14() async throws {
    let (report, messages) = try await Stand.with(meters: 100) { stand in
      let report = try await ScenarioRunner(bus: stand.bus, utility: stand.utility).run(.figure14)
      return (report, stand.coder.all)
    }
    #expect(report.failure == nil)
    let order = try #require(report.exchanges.first { $0.step == 1 })
    let fromDataManagement = report.exchanges.filter { $0.from == "MDM" && $0.verb == .created }
    #expect(fromDataManagement.count == 6)  // 100 meters, 40 to a message, twice
    #expect(fromDataManagement.allSatisfy { $0.correlationID == order.messageID })
    #expect(report.messages == 2 * 2 + 12)
    let sizes = messages.filter { $0.verb == .created && $0.header?.source == "MDM" }
      .map { MeterReadings(objects: $0.payload?.objects ?? []).meterReadings.count }
    #expect(Set(sizes) == [40, 20])
  }

  @Test("Figure 33: the notice carries the reading, its reason and the order's CorrelationID")
  func figure33() async throws {
    let (report, notices) = try await Stand.with { stand in
      let report = try await ScenarioRunner(bus: stand.bus, utility: stand.utility, seed: 5).run(.figure33)
      return (report, await stand.utility.customerInformation.notices)
    }
    #expect(report.failure == nil)
    #expect(notices.map { $0.work.kind } == [.disconnect, .reconnect])
    #expect(notices.map { $0.work.readings.first?.reason } == ["serviceDisconnect", "serviceConnect"])
    #expect(notices.map(\.correlationID) == report.exchanges.filter { $0.from == "CIS" }.map(\.correlationID))
    // One correlation from the order to the notice.
    #expect(Set(report.exchanges.map(\.correlationID)).count == 2)
  }

  @Test("Figure 7: a neighbour whose last gasp was lost counts as without power", arguments: [0.0, 0.4])
  func figure7(loss: Double) async throws {
    let (report, outage) = try await Stand.with(seed: 3, signalLoss: loss) { stand in
      let report = try await ScenarioRunner(bus: stand.bus, utility: stand.utility, seed: 4).run(.figure7)
      return (report, await stand.utility.outageManagement.outages.last)
    }
    #expect(report.failure == nil)
    let verification = try #require(outage?.verification)
    #expect(verification.onSameTransformer == !verification.answered)
    #expect(outage?.state == .closed)
    if loss == 0 { #expect(outage?.metersOut.count == outage?.metersOnTransformer) }
  }

  @Test("a scenario is found by its id and by the number of its figure")
  func named() {
    #expect(Scenario.named("figure-33") == .figure33)
    #expect(Scenario.named("7") == .figure7)
    #expect(Scenario.named("99") == nil)
    #expect(Set(Scenario.all.map(\.id)).count == Scenario.all.count)
  }

  @Test("a utility too small for the scenarios is refused")
  func tooFewMeters() async throws {
    let code = try await Stand.with(meters: 5) { stand -> ScenarioError.Code? in
      do {
        _ = try ScenarioRunner(bus: stand.bus, utility: stand.utility)
        return nil
      } catch let error as ScenarioError {
        return error.code
      }
    }
    #expect(code == .tooFewMeters)
  }

  @Test("a runner performs one scenario at a time")
  func busy() async throws {
    let outcomes = try await Stand.with { stand in
      let runner = try ScenarioRunner(bus: stand.bus, utility: stand.utility)
      return await withTaskGroup(of: String.self) { group in
        for _ in 0..<2 {
          group.addTask {
            do { return try await runner.run(.figure33).passed ? "passed" : "failed" } catch { return "\(error)" }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(outcomes.sorted() == ["a scenario is being performed", "passed"])
  }
}
