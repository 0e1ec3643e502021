// Commands, outages and broken communication, and what they leave in the registers.

import CIMModel
import MeterSimulator
import Testing

@Suite("Commands to simulated meters")
struct CommandTests {
  @Test("a disconnected meter draws nothing and its register stands still")
  func disconnected() {
    var fleet = makeFleet(20)
    let (open, closed) = (winter.adding(seconds: 10 * hour + 7), winter.adding(seconds: 30 * hour + 13))
    #expect(fleet.disconnect(3, at: open) == .done(at: open))
    let standing = fleet.register(of: 3, at: open)
    #expect(fleet.register(of: 3, at: open.adding(seconds: 5 * day)) == standing)
    #expect(fleet.power(of: 3, at: open.adding(seconds: 60)) == 0)
    #expect(fleet.voltage(of: 3, at: open.adding(seconds: 60)) > 200_000)
    #expect(fleet.connect(3, at: closed) == .done(at: closed))
    #expect(fleet.register(of: 3, at: closed) == standing)
    #expect(fleet.register(of: 3, at: closed.adding(seconds: day)).forward > standing.forward)
    #expect(fleet.power(of: 3, at: closed.adding(seconds: 60)) > 0)
    // The past stays what it was.
    #expect(fleet.power(of: 3, at: open.adding(seconds: -60)) > 0)
    #expect(!fleet.state(of: 3, at: open).isConnected)
    #expect(fleet.state(of: 3, at: open.adding(seconds: -1)).isConnected)
    let between = fleet.intervals(of: 3, from: open, to: closed)
    #expect(between.count > 70 && between.allSatisfy { $0.forward == 0 && $0.reverse == 0 })
  }

  @Test("what was not drawn is what an undisturbed twin drew meanwhile")
  func twin() {
    let calm = makeFleet(20)
    var disturbed = calm
    let (open, closed) = (winter.adding(seconds: hour), winter.adding(seconds: 9 * hour))
    disturbed.disconnect(3, at: open)
    disturbed.connect(3, at: closed)
    let missed = calm.register(of: 3, at: closed) - calm.register(of: 3, at: open)
    let lag = calm.register(of: 3, at: summer) - disturbed.register(of: 3, at: summer)
    #expect(abs(lag.forward - missed.forward) <= 1)
    #expect(calm.register(of: 4, at: summer) == disturbed.register(of: 4, at: summer))
  }

  @Test("commands that change nothing say so")
  func idempotent() {
    var fleet = makeFleet(5)
    #expect(fleet.connect(0, at: winter) == .alreadySo)
    fleet.disconnect(0, at: winter)
    #expect(fleet.disconnect(0, at: winter.adding(seconds: 5)) == .alreadySo)
    #expect(fleet.setOnline(true, 0, at: winter) == false)
  }

  @Test("dead and silent meters cannot be reached")
  func unreachable() {
    var fleet = makeFleet(5)
    fleet.outage(of: [0], at: winter)
    fleet.setOnline(false, 1, at: winter)
    let later = winter.adding(seconds: 5)
    #expect(fleet.disconnect(0, at: later) == .unreachable)
    #expect(fleet.disconnect(1, at: later) == .unreachable)
    #expect(!fleet.state(of: 0, at: later).isReachable)
    fleet.restore([0], at: later)
    fleet.setOnline(true, 1, at: later)
    #expect(fleet.disconnect(0, at: later) == .done(at: later))
    #expect(fleet.disconnect(1, at: later) == .done(at: later))
  }

  @Test("a meter whose communication is broken goes on counting")
  func silent() {
    var fleet = makeFleet(5)
    let calm = fleet
    fleet.setOnline(false, 1, at: winter)
    #expect(fleet.register(of: 1, at: summer) == calm.register(of: 1, at: summer))
  }

  @Test("a command dated before the last change takes effect at that change")
  func late() {
    var fleet = makeFleet(5)
    fleet.disconnect(2, at: winter)
    #expect(fleet.connect(2, at: winter.adding(seconds: -hour)) == .done(at: winter))
    #expect(fleet.state(of: 2, at: winter) == MeterState())
  }

  @Test("registers stay monotonic and intervals exact under random commands", arguments: 0..<8)
  func storm(round: UInt64) {
    var random = SplitMix64(seed: round)
    var fleet = makeFleet(10, seed: round)
    var time = winter
    for _ in 0..<300 {
      time.microseconds += Int64.random(in: -3_000_000...9_000_000_000, using: &random)
      let meter = Int.random(in: fleet.indices, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: fleet.disconnect(meter, at: time)
      case 1: fleet.connect(meter, at: time)
      case 2: fleet.outage(of: fleet.indices.shuffled(using: &random).prefix(4), at: time)
      case 3: fleet.restore(fleet.indices, at: time)
      case 4: fleet.setOnline(Bool.random(using: &random), meter, at: time)
      default: fleet.connect(meter, at: time.adding(seconds: -86_400))
      }
    }
    let forgetful = {
      var copy = fleet
      copy.forgetHistory(before: winter.adding(seconds: 3 * day))
      return copy
    }()
    for meter in fleet.indices {
      var (sum, last) = (Int64(0), fleet.register(of: meter, at: winter))
      let first = last
      for value in fleet.intervals(of: meter, from: winter, to: time, step: 3600) {
        let shown = fleet.register(of: meter, at: value.end)
        #expect(shown.forward >= last.forward && shown.reverse >= last.reverse)
        if !fleet.state(of: meter, at: value.end).isSupplied { #expect(fleet.power(of: meter, at: value.end) == 0) }
        if value.end >= winter.adding(seconds: 3 * day) {
          #expect(forgetful.register(of: meter, at: value.end) == shown)
        }
        sum += value.forward
        last = shown
      }
      #expect(sum == last.forward - first.forward)
    }
  }
}
