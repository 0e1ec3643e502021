import CIMModel
import MeterSimulator
import Testing

@Suite("Devices behind meters: firmware, battery, clock, load control")
struct DeviceStatesTests {
  private let fleet = MeterFleet(count: 1_000_000, seed: 7, start: Timestamp(seconds: 1_795_255_500))
  private let now = Timestamp(seconds: 1_795_255_500)

  @Test("what nobody changed follows from the seed, and differs from meter to meter")
  func fromSeed() {
    let (one, other) = (DeviceStates(seed: 7), DeviceStates(seed: 7))
    for meter in [0, 17, 999_999] { #expect(one.firmware(of: meter) == other.firmware(of: meter)) }
    #expect(Set((0..<200).map { one.firmware(of: $0) }).count > 5)
    #expect(one.touched.isEmpty)
  }

  @Test("a battery is full at first and never gets fuller")
  func battery() {
    let states = DeviceStates(seed: 7)
    for index in [0, 5, 500_000] {
      let meter = fleet[index]
      #expect(states.battery(of: meter, at: meter.installed) == 100)
      var last = 100
      for year in 1...30 {
        let charge = states.battery(of: meter, at: meter.installed.adding(seconds: Int64(year) * 31_557_600))
        #expect(charge <= last && charge >= 0)
        last = charge
      }
      #expect(last == 0)
    }
  }

  @Test("a clock drifts at most two seconds a day, for a week, from when it was set")
  func clock() {
    var states = DeviceStates(seed: 7)
    for index in 0..<50 {
      states[index].clockSet = now
      #expect(states.clockDrift(of: fleet[index], at: now) == 0)
      #expect(abs(states.clockDrift(of: fleet[index], at: now.adding(seconds: 86_400))) <= 2_000)
      #expect(abs(states.clockDrift(of: fleet[index], at: now.adding(seconds: 40 * 86_400))) <= 14_000)
    }
    #expect((0..<50).contains { states.clockDrift(of: fleet[$0], at: now.adding(seconds: 86_400)) != 0 })
  }

  @Test("devices delay an event by less than the limit, and not all by the same")
  func delay() {
    let states = DeviceStates(seed: 7)
    let delays = (0..<100).map { states.delay(of: $0, event: "E1", limit: 300) }
    #expect(delays.allSatisfy { (0...300).contains($0) })
    #expect(Set(delays).count > 20)
    #expect(delays == (0..<100).map { states.delay(of: $0, event: "E1", limit: 300) })
    #expect(states.delay(of: 1, event: "E1", limit: 0) == 0)
  }

  @Test("devices are found by name and mRID, and tell their meter; those of another fleet are not found")
  func identifiers() {
    let other = MeterFleet(count: 1_000_000, seed: 8, start: now)
    for index in [0, 42, 999_999] {
      let meter = fleet[index]
      #expect(fleet.index(ofLoadControlDevice: meter.loadControlMRID) == index)
      #expect(fleet.index(ofLoadControlDevice: meter.loadControlName) == index)
      #expect(fleet.index(ofPANDevice: meter.panDeviceMRID) == index)
      #expect(fleet.index(ofPANDevice: meter.panDeviceName) == index)
      #expect(other.index(ofPANDevice: meter.panDeviceMRID) == nil)
      #expect(fleet.index(ofLoadControlDevice: meter.panDeviceMRID) == nil)
      #expect(meter.installCode.utf8.count == 16 && meter.installCode.allSatisfy(\.isHexDigit))
    }
    #expect(fleet.index(ofLoadControlDevice: "LC-01000000") == nil)
  }
}
