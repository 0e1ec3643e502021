// Registers and intervals: the properties every reading must have.

import CIMModel
import MeterSimulator
import Testing

@Suite("Simulated registers and intervals")
struct RegisterTests {
  @Test("equal seeds and starts give equal readings, another seed other ones")
  func deterministic() {
    let (a, b, other) = (makeFleet(50), makeFleet(50), makeFleet(50, seed: 43))
    var differing = 0
    for meter in a.indices {
      let time = summer.adding(seconds: Int64(meter) * 977)
      #expect(a.register(of: meter, at: time) == b.register(of: meter, at: time))
      #expect(a.power(of: meter, at: time) == b.power(of: meter, at: time))
      #expect(a.voltage(of: meter, at: time) == b.voltage(of: meter, at: time))
      #expect(a[meter].mRID == b[meter].mRID)
      if a.register(of: meter, at: time) != other.register(of: meter, at: time) { differing += 1 }
      #expect(a[meter].mRID != other[meter].mRID)
    }
    #expect(differing == a.count)
  }

  @Test("readings of one seed stay what they are from release to release")
  func pinned() {
    let fleet = makeFleet(1000)
    #expect(
      fleet.register(of: 7, at: summer.adding(seconds: 45_296))
        == RegisterValue(forward: 24_898_616, reverse: 11_152_275))
    #expect(fleet[7].mRID == "5ab61219-4766-5ed6-9e44-958a36f20664")
    #expect(fleet[7].serialNumber == "SN-25BA6CBC46C8")
  }

  @Test("the order of reads does not matter")
  func noReplay() {
    let fleet = makeFleet(3)
    let times = (0..<200).map { winter.adding(seconds: $0 * 3571) }
    let forward = times.map { fleet.register(of: 1, at: $0) }
    let backward = times.reversed().map { fleet.register(of: 1, at: $0) }
    #expect(forward == backward.reversed())
  }

  @Test("registers never run backwards, whatever the instants")
  func monotonic() {
    let fleet = makeFleet(80)
    var random = SplitMix64(seed: 1)
    for meter in fleet.indices {
      var time = fleet[meter].installed.adding(seconds: -3600)
      var last = fleet.register(of: meter, at: time)
      #expect(last == RegisterValue(forward: 0, reverse: 0))
      for _ in 0..<150 {
        // From microseconds to months, so that every seam (slot, day, cycle) is crossed in some stride.
        let reach = UInt64(1) << UInt64.random(in: 0...43, using: &random)
        time.microseconds += Int64.random(in: 0...Int64(reach), using: &random)
        let now = fleet.register(of: meter, at: time)
        #expect(now.forward >= last.forward && now.reverse >= last.reverse, "meter \(meter) at \(time.xmlText)")
        last = now
      }
    }
  }

  @Test("a register moves in the middle of a day as it does at midnight", arguments: [0, 1, 2, 3, 4, 5])
  func seamless(meter: Int) {
    let fleet = makeFleet(10)
    for offset in 0..<60 {
      let midnight = winter.adding(seconds: Int64(offset) * day)
      let before = fleet.register(of: meter, at: Timestamp(microseconds: midnight.microseconds - 1))
      let after = fleet.register(of: meter, at: midnight)
      #expect((0...1).contains(after.forward - before.forward))
    }
  }

  @Test("intervals add up to the difference of the registers", arguments: [1, 60, 300, 900, 1800, 3600, 7200, 86_400])
  func intervalsAddUp(step: Int) {
    var fleet = makeFleet(40)
    var random = SplitMix64(seed: UInt64(step))
    for meter in fleet.indices {
      let from = winter.adding(seconds: Int64.random(in: 0...(200 * day), using: &random))
      let to = from.adding(seconds: Int64.random(in: 0...Int64(step * 200), using: &random))
      if meter % 3 == 0 { fleet.disconnect(meter, at: from.adding(seconds: Int64(step * 20))) }
      if meter % 6 == 0 { fleet.connect(meter, at: from.adding(seconds: Int64(step * 50))) }
      let values = Array(fleet.intervals(of: meter, from: from, to: to, step: step))
      #expect(values.count == fleet.intervals(of: meter, from: from, to: to, step: step).count)
      guard let first = values.first, let last = values.last else { continue }
      let begin = first.end.adding(seconds: Int64(-step))
      #expect(begin >= from && last.end <= to)
      let moved = fleet.register(of: meter, at: last.end) - fleet.register(of: meter, at: begin)
      #expect(values.reduce(0) { $0 + $1.forward } == moved.forward)
      #expect(values.reduce(0) { $0 + $1.reverse } == moved.reverse)
      #expect(
        values.allSatisfy { $0.forward >= 0 && $0.reverse >= 0 && $0.end.microseconds % (Int64(step) * 1_000_000) == 0 }
      )
    }
  }

  @Test("a day has 96 intervals, the first ends a quarter of an hour after midnight")
  func dayOfIntervals() {
    let values = Array(makeFleet(1).intervals(of: 0, from: winter, to: winter.adding(seconds: day)))
    #expect(values.count == 96)
    #expect(values.first?.end == winter.adding(seconds: 900))
    #expect(values.last?.end == winter.adding(seconds: day))
  }

  @Test("absurd requests give no intervals and stop nothing")
  func absurd() {
    let fleet = makeFleet(2)
    let never = Timestamp(microseconds: .min)
    let always = Timestamp(microseconds: .max)
    #expect(fleet.intervals(of: 0, from: winter, to: summer, step: 0).count == 0)
    #expect(fleet.intervals(of: 0, from: winter, to: summer, step: -900).count == 0)
    #expect(fleet.intervals(of: 0, from: summer, to: winter).count == 0)
    #expect(fleet.intervals(of: 0, from: never, to: always, step: .max).count > 9000)
    #expect(Array(fleet.intervals(of: 0, from: never, to: always, step: 1).prefix(3)).count == 3)
    #expect(fleet.register(of: 0, at: never) == RegisterValue(forward: 0, reverse: 0))
    #expect(fleet.register(of: 0, at: always).forward > fleet.register(of: 0, at: summer).forward)
    #expect(fleet.power(of: 0, at: never) == 0)
    #expect(fleet.voltage(of: 0, at: always) > 200_000)
    #expect(MeterFleet(count: -5, seed: 0, start: always).count == 0)
    #expect(MeterFleet(count: 5, seed: .max, start: never).register(of: 3, at: winter).forward > 0)
  }
}
