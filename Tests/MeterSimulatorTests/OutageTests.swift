// Outages of transformers and feeders, and the signals meters send.

import CIMModel
import MeterSimulator
import Testing

@Suite("Outages of a simulated fleet")
struct OutageTests {
  @Test("an outage of a feeder kills its meters and no other; most send a last gasp")
  func feeder() {
    var fleet = makeFleet(5000)
    let meters = fleet.topology.meters(onFeeder: 2)
    let gasps = fleet.outage(of: meters, at: winter)
    #expect(fleet.metersWithoutPower(at: winter) == Array(meters))
    #expect(gasps.count < meters.count && gasps.count > meters.count * 94 / 100)
    #expect(Set(gasps.map(\.meter)).isSubset(of: Set(meters)))
    #expect(gasps.allSatisfy { $0.kind == .lastGasp && $0.occurred == winter && $0.received > winter })
    #expect(gasps.allSatisfy { $0.received < winter.adding(seconds: 8) })
    #expect(zip(gasps, gasps.dropFirst()).allSatisfy { $0.received <= $1.received })
    #expect(fleet.voltage(of: meters.lowerBound, at: winter) == 0)
    #expect(fleet.power(of: meters.lowerBound, at: winter) == 0)

    let back = winter.adding(seconds: 600)
    let restorations = fleet.restore(meters, at: back)
    #expect(restorations.count > meters.count * 94 / 100)
    #expect(restorations.allSatisfy { $0.kind == .restoration && $0.occurred == back })
    #expect(fleet.metersWithoutPower(at: back) == [])
    #expect(fleet.metersWithoutPower(at: back.adding(seconds: -1)) == Array(meters))
  }

  @Test("the share that is lost is the one asked for, about 2 percent by default")
  func loss() {
    func lost(_ share: Double?) -> Double {
      var fleet = makeFleet(50_000)
      let gasps = share.map { fleet.outage(of: 0..<50_000, at: winter, lossShare: $0) }
      return 1 - Double((gasps ?? fleet.outage(of: 0..<50_000, at: winter)).count) / 50_000
    }
    #expect((0.017...0.023).contains(lost(nil)))
    #expect((0.19...0.21).contains(lost(0.2)))
    #expect(lost(0) == 0)
    #expect(lost(1) == 1)
  }

  @Test("equal fleets lose the same signals, another instant loses others")
  func seeded() {
    var (a, b, c) = (makeFleet(2000), makeFleet(2000), makeFleet(2000))
    let gasps = a.outage(of: 0..<2000, at: winter)
    #expect(gasps == b.outage(of: (0..<2000).reversed(), at: winter))
    #expect(Set(gasps.map(\.meter)) != Set(c.outage(of: 0..<2000, at: summer).map(\.meter)))
  }

  @Test("a dead meter does not die twice, a silent one dies silently")
  func silence() {
    var fleet = makeFleet(30)
    fleet.setOnline(false, 5, at: winter)
    let gasps = fleet.outage(of: [5, 6, 6], at: winter.adding(seconds: 1), lossShare: 0)
    #expect(gasps.map(\.meter) == [6])
    #expect(fleet.outage(of: [5, 6], at: winter.adding(seconds: 2), lossShare: 0) == [])
    #expect(fleet.metersWithoutPower(at: winter.adding(seconds: 2)) == [5, 6])
    #expect(fleet.restore([7], at: winter.adding(seconds: 3)) == [])
  }

  @Test("transformers and feeders part the fleet", arguments: [0, 1, 7, 10, 12, 999, 12_345])
  func topology(count: Int) {
    let topology = makeFleet(count).topology
    var next = 0
    for transformer in 0..<topology.transformers {
      let meters = topology.meters(onTransformer: transformer)
      #expect(meters.lowerBound == next && !meters.isEmpty && meters.count <= 14)
      #expect(meters.allSatisfy { topology.transformer(of: $0) == transformer })
      next = meters.upperBound
    }
    #expect(next == count)
    next = 0
    for feeder in 0..<topology.feeders {
      let meters = topology.meters(onFeeder: feeder)
      #expect(meters.lowerBound == next && !meters.isEmpty)
      #expect(meters.allSatisfy { topology.feeder(of: $0) == feeder })
      next = meters.upperBound
    }
    #expect(next == count)
    #expect(topology.meters(onTransformer: topology.transformers).isEmpty)
    #expect(topology.meters(onFeeder: -1).isEmpty)
  }
}
