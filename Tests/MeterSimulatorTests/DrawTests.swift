import CIMModel
import MeterSimulator
import Testing

@Suite("Customers whose devices are switched off draw less")
struct DrawTests {
  private let start = Timestamp(seconds: 1_795_255_500)

  @Test("the register counts that much less, what is fed in goes on, and it never runs backwards", arguments: 0..<40)
  func register(meter: Int) {
    let usual = MeterFleet(count: 40, seed: 6, start: start)
    var fleet = usual
    fleet.draw(60, meter, at: start)
    fleet.draw(100, meter, at: start.adding(seconds: 7200))
    let values = stride(from: 0, through: 10_800, by: 900).map {
      fleet.register(of: meter, at: start.adding(seconds: Int64($0)))
    }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0.forward <= $1.forward && $0.reverse <= $1.reverse })
    let end = start.adding(seconds: 10_800)
    let controlled = usual.register(of: meter, at: start.adding(seconds: 7200)) - usual.register(of: meter, at: start)
    let missing = usual.register(of: meter, at: end).forward - fleet.register(of: meter, at: end).forward
    #expect(abs(missing - controlled.forward * 40 / 100) <= 2)
    #expect(fleet.register(of: meter, at: end).reverse == usual.register(of: meter, at: end).reverse)
  }

  @Test("power falls with it, and comes back")
  func power() {
    let usual = MeterFleet(count: 40, seed: 6, start: start)
    var fleet = usual
    fleet.draw(0, 3, at: start)
    fleet.draw(100, 3, at: start.adding(seconds: 60))
    #expect(fleet.power(of: 3, at: start.adding(seconds: 30)) <= 0)
    #expect(
      fleet.power(of: 3, at: start.adding(seconds: 90)) == usual.power(of: 3, at: start.adding(seconds: 90)))
  }

  @Test("a device has 20 to 60 percent of its customer's load")
  func controllable() {
    let devices = DeviceStates(seed: 6)
    let shares = (0..<1000).map { devices.controllable(of: $0) }
    #expect(shares.allSatisfy { (20...60).contains($0) } && Set(shares).count == 41)
  }
}
