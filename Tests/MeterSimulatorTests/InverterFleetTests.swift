import CIMModel
import MeterSimulator
import Testing

@Suite("Simulated inverters")
struct InverterFleetTests {
  /// 2026-11-21, midnight.
  private let midnight = Timestamp(seconds: 1_795_219_200)
  private var noon: Timestamp { midnight.adding(seconds: 12 * 3600) }
  private var fleet: InverterFleet { InverterFleet(count: 12, seed: 7, start: noon) }

  @Test("equal seeds give equal fleets; each inverter is found by its mRID and name")
  func identity() {
    let other = InverterFleet(count: 12, seed: 8, start: noon)
    for index in fleet.indices {
      #expect(fleet[index] == fleet[index])
      #expect(fleet.index(of: fleet[index].mRID) == index && fleet.index(of: fleet[index].name) == index)
      #expect(other.index(of: fleet[index].mRID) == nil)
      #expect(fleet[index].source == (index % 3 == 2 ? .storage : .solar))
      #expect((5_000...10_000).contains(fleet[index].rated))
    }
    #expect(fleet.index(of: "INV-0000") == nil && fleet.index(of: "INV-0013") == nil && fleet.index(of: "INV-1") == nil)
    #expect(Set(fleet.indices.map { fleet[$0].rated }).count > 3)
  }

  @Test("panels give nothing at night and never more than their rating by day; batteries stand still untold")
  func sun() {
    for index in fleet.indices {
      #expect(fleet.power(of: index, at: midnight) == 0)
      let atNoon = fleet.power(of: index, at: noon)
      #expect(fleet[index].source == .solar ? (1...fleet[index].rated).contains(atNoon) : atNoon == 0)
    }
  }

  @Test(
    "a power that can be given is given to the watt, shared by what each can do", arguments: [3_000, 12_345, -4_000])
  func dispatch(power: Int) {
    var fleet = fleet
    fleet.dispatch([0, 1, 2, 5], power: power, at: noon)
    #expect([0, 1, 2, 5].reduce(0) { $0 + fleet.power(of: $1, at: noon) } == power)
    fleet.dispatch([0, 1, 2, 5], power: nil, at: noon)
    #expect(fleet.power(of: 0, at: noon) == fleet.capability(of: 0, at: noon).upperBound)
  }

  @Test("a battery gives what it holds and no more, and the switch takes everything from the grid")
  func charge() throws {
    var fleet = fleet
    let battery = fleet[2]
    fleet.dispatch([2], power: battery.rated, at: noon)
    #expect(fleet.stateOfCharge(of: 2) == 0.5)
    fleet.advance(to: noon.adding(seconds: 1800))
    let charge = try #require(fleet.stateOfCharge(of: 2))
    #expect(abs(charge - (0.5 - Double(battery.rated) / 2 / Double(battery.capacity))) < 1e-9)
    fleet.advance(to: noon.adding(seconds: 4 * 3600))
    #expect(fleet.stateOfCharge(of: 2) == 0)
    #expect(fleet.power(of: 2, at: noon.adding(seconds: 4 * 3600)) == 0)
    let opened = fleet.setConnected(false, 0)
    let again = fleet.setConnected(false, 0)
    #expect(opened && !again)
    #expect(fleet.power(of: 0, at: noon) == 0 && fleet.stateOfCharge(of: 0) == nil)
  }
}
