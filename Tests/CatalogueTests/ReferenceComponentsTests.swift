// What the catalogue says of all systems of the reference model, held against what they exchange.
import Catalogue
import Components
import IECMessage
import Logging
import MessageBus
import Scenarios
import Testing

@Suite("IEC 61968-1: the systems of the reference model in the registry")
struct ReferenceComponentsTests {
  private var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  private var catalogue: InterfaceCatalogue {
    let utility = Utility(
      meters: 40, seed: 1, systems: ReferenceModel.systems.map(\.id), port: Reference.bus(), logger: logger)
    return InterfaceCatalogue(participants: utility.participants, descriptions: ReferenceComponents.complete)
  }

  @Test("each has a name, a vendor and business functions that the standard knows")
  func entries() throws {
    let known = Dictionary(ReferenceComponents.entries.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    #expect(Set(known.keys) == Set(ReferenceModel.systems.map(\.id)))
    #expect(known.count == ReferenceComponents.entries.count, "an entry stands twice")
    for (id, entry) in known {
      #expect(entry.name != id.rawValue && entry.vendor == ReferenceComponents.vendor, "\(id)")
      #expect(!entry.functions.isEmpty && entry.functions.allSatisfy { BusinessFunction.named($0) != nil }, "\(id)")
    }
  }

  @Test("whatever one of them sends is answered or heard by another")
  func ends() {
    #expect(catalogue.gaps.filter { $0.kind != .silent }.map(\.text) == [])
  }

  @Test("what they send in the scenarios is in the registry")
  func traffic() async throws {
    let catalogue = catalogue
    var count = 0
    for scenario in Scenario.all {
      let report = try await ScenarioPlayer(logger: logger).play(scenario)
      #expect(report.failure == nil)
      for exchange in report.exchanges {
        guard let verb = exchange.verb, let noun = exchange.noun, let entry = catalogue[exchange.from] else { continue }
        let patterns = verb.role == .event ? entry.emits : entry.requests
        count += 1
        #expect(
          patterns.contains { $0.covers(verb, noun) }, "\(exchange.from) sends \(verb.rawValue) \(noun): \(scenario.id)"
        )
      }
    }
    #expect(count > 300)
  }
}
