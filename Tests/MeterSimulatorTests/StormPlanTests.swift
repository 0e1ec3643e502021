import CIMModel
import MeterSimulator
import Testing

@Suite("A storm over a fleet")
struct StormPlanTests {
  private let fleet = MeterFleet(count: 20_000, seed: 4, start: Timestamp(seconds: 1_795_255_500))

  @Test("as many meters as planned lose power, as many of them for long, none twice")
  func shares() {
    let storm = Storm(over: fleet, start: fleet.start, plan: Storm.Plan(seed: 9))
    let lasting = storm.interruptions.filter { !$0.isMomentary }
    let nested = lasting.filter(\.isNested)
    #expect(!nested.isEmpty)
    for inner in nested {
      let outer = lasting.filter { !$0.isNested && $0.meters.contains(inner.meters.lowerBound) }
      #expect(outer.count == 1 && outer.allSatisfy { $0.ended < inner.ended && $0.began == inner.began })
    }
    let meters = lasting.filter { !$0.isNested }.flatMap { Array($0.meters) }
    #expect(Set(meters).count == meters.count)
    #expect((3_700...3_900).contains(meters.count))
    #expect(Set(lasting.map(\.kind)) == Set(Storm.Kind.allCases))
    #expect(storm.interruptions.allSatisfy { !$0.isMomentary || $0.ended.seconds(since: $0.began) < 60 })
  }

  @Test("what it does to the fleet is what it says: without power between began and ended, with it after all")
  func truth() {
    let storm = Storm(over: fleet, start: fleet.start, plan: Storm.Plan(seed: 9))
    var struck = fleet
    _ = storm.strike(&struck)
    for interruption in storm.interruptions.prefix(200) {
      let meter = interruption.meters.lowerBound
      #expect(!struck.state(of: meter, at: interruption.began).isEnergised)
      let isBroken = storm.interruptions.contains {
        $0.isNested && !interruption.isNested && $0.meters.contains(meter)
      }
      #expect(struck.state(of: meter, at: interruption.ended).isEnergised == !isBroken)
    }
    #expect(struck.metersWithoutPower(at: fleet.start.adding(seconds: 86_400)).isEmpty)
  }

  @Test("messages get lost and come twice by the shares of the plan")
  func signals() {
    let count = { (loss: Double, duplicates: Double) -> Double in
      var plan = Storm.Plan(seed: 9)
      (plan.loss, plan.duplicates) = (loss, duplicates)
      var struck = fleet
      return Double(Storm(over: fleet, start: fleet.start, plan: plan).strike(&struck).count)
    }
    let all = count(0, 0)
    #expect(abs(count(0, 0.1) / all - 1.1) < 0.02)
    #expect(abs(count(0.05, 0) / all - 0.95) < 0.02)
  }

  @Test("sections are parts of feeders, and hold each transformer once")
  func sections() {
    let topology = fleet.topology
    var seen: [Int] = []
    for section in 0..<topology.sections {
      let transformers = topology.transformers(inSection: section)
      seen += transformers
      #expect(transformers.allSatisfy { topology.section(ofTransformer: $0) == section })
      #expect(transformers.allSatisfy { topology.feeder(ofTransformer: $0) == topology.feeder(ofSection: section) })
      #expect(
        topology.meters(inSection: section).count
          == transformers.map { topology.meters(onTransformer: $0).count }.reduce(0, +))
    }
    #expect(seen == Array(0..<topology.transformers))
    #expect(topology.meters(inSection: topology.sections).isEmpty && topology.meters(inSection: -1).isEmpty)
  }
}
