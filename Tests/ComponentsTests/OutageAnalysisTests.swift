import CIMModel
import Components
import Testing

/// A feeder of two sections with four transformers of five meters each; time goes by the second.
private struct Network {
  var analysis: OutageAnalysis
  /// Meters that have power, for questions.
  var dead: Set<String> = []

  init(_ edit: (inout OutageAnalysis.Configuration) -> Void = { _ in }) {
    var configuration = OutageAnalysis.Configuration()
    edit(&configuration)
    let places = (0..<40).map { index in
      NetworkHierarchy.Place(
        meter: IdentifiedObject(mRID: "m\(index)", names: ["M\(index)"]), usagePoint: "U\(index)",
        devices: ["T\(index / 5)", "S\(index / 20)", "F"])
    }
    analysis = OutageAnalysis(
      network: NetworkHierarchy(places, levels: ["transformer", "section", "feeder"]), configuration: configuration)
    analysis.keepsChanges = true
  }

  func at(_ second: Int64) -> Timestamp { start.adding(seconds: second) }

  mutating func lost(_ meters: some Sequence<Int>, at second: Int64, heard: Int64? = nil) {
    for meter in meters {
      dead.insert("M\(meter)")
      analysis.lost(IdentifiedObject(names: ["M\(meter)"]), at: at(second), now: at(heard ?? second))
    }
  }

  mutating func back(_ meters: some Sequence<Int>, at second: Int64, heard: Int64? = nil) {
    for meter in meters {
      dead.remove("M\(meter)")
      analysis.restored(IdentifiedObject(mRID: "m\(meter)"), at: at(second), now: at(heard ?? second))
    }
  }

  /// Lets time pass and answers every question by who has power, at once.
  mutating func wait(until second: Int64) {
    answerAll(analysis.now)
    while let due = analysis.nextDue, due <= at(second) {
      analysis.advance(to: due)
      answerAll(due)
    }
    analysis.advance(to: at(second))
    answerAll(at(second))
  }

  private mutating func answerAll(_ time: Timestamp) {
    while case let questions = analysis.takeQuestions(limit: 7), !questions.isEmpty {
      for question in questions {
        analysis.answer(question, dead.contains(question.meter.label) ? .silent : .hasPower, now: time)
      }
    }
  }

  /// What is open, as "device state".
  var open: [String] { analysis.openOutages.map { "\($0.device) \($0.state.rawValue)" } }
}

@Suite("Outages are found in what meters tell, without bus or clock")
struct OutageAnalysisTests {
  @Test("a loss is held off; then meters are asked; what does not answer three times is out")
  func holdOff() {
    var network = Network()
    network.dead = ["M3"]
    network.lost([0, 1, 2, 4], at: 10)
    network.analysis.advance(to: network.at(69))
    #expect(network.open == [])
    network.analysis.advance(to: network.at(70))
    #expect(network.open == ["T0 predicted"])
    network.wait(until: 120)
    #expect(network.open == ["T0 confirmed"])
    let outage = network.analysis.openOutages.first
    #expect(outage?.metersOut == ["m0", "m1", "m2", "m3", "m4"])
    #expect(outage?.began == network.at(10))
    #expect(outage?.kind == "transformer" && outage?.feeder == "F")
    // One silent meter, asked three times; of those that told, one, three times.
    #expect(network.analysis.counts.questions == 2)
  }

  @Test("power that is back in time is momentary, also when the message of it is late or comes before the next loss's")
  func momentary() {
    var network = Network()
    network.lost(0..<5, at: 0)
    network.back(0..<5, at: 20, heard: 55)
    network.wait(until: 200)
    #expect(network.analysis.outages.isEmpty)
    #expect(network.analysis.counts.momentary == 5)
    // A switch tries again: what it tells comes in the wrong order.
    network.lost(5..<10, at: 300)
    network.lost(5..<10, at: 310)
    network.back(5..<10, at: 304, heard: 340)
    network.dead.formUnion((5..<10).map { "M\($0)" })
    network.wait(until: 500)
    #expect(network.open == ["T1 confirmed"])
    #expect(network.analysis.counts.late == 5)
  }

  @Test("power that was back while nobody told: the meter is asked, and it was no outage")
  func falseAlarm() {
    var network = Network()
    network.lost([7], at: 0)
    network.dead = []
    network.wait(until: 400)
    #expect(network.open == [])
    #expect(network.analysis.outages.first?.falseAlarm == .momentary)
    #expect(network.analysis.counts.confirmed == 0)
  }

  @Test("what is told twice counts once")
  func duplicates() {
    var network = Network()
    for heard in [5, 9, 30] as [Int64] { network.lost([0, 1], at: 0, heard: heard) }
    network.wait(until: 200)
    #expect(network.analysis.counts.duplicates == 4)
    #expect(network.analysis.outages.flatMap(\.metersOut).sorted() == ["m0", "m1"])
    network.back([0], at: 300)
    network.back([0], at: 300, heard: 310)
    #expect(network.analysis.counts.duplicates == 5)
  }

  @Test("a single meter is a service; two of them on one transformer are two")
  func services() {
    var network = Network()
    network.lost([11, 13], at: 0)
    network.wait(until: 200)
    #expect(network.open == ["M11 confirmed", "M13 confirmed"])
    #expect(network.analysis.openOutages.map(\.kind) == ["service", "service"])
    #expect(network.analysis.openOutages.map(\.transformer) == ["T2", "T2"])
  }

  @Test("transformers that go together are their section; both sections are the feeder")
  func groups() {
    var section = Network()
    section.lost(0..<20, at: 0)
    section.wait(until: 200)
    #expect(section.open == ["S0 confirmed"])
    #expect(section.analysis.openOutages.first?.kind == "section")
    #expect(section.analysis.openOutages.first?.metersAffected == 20)
    var feeder = Network()
    feeder.lost((0..<40).filter { $0 % 7 != 0 }, at: 0)
    feeder.dead = Set((0..<40).map { "M\($0)" })
    feeder.wait(until: 200)
    #expect(feeder.open == ["F confirmed"])
  }

  @Test("transformers that go one after the other are outages of their own")
  func apart() {
    var network = Network()
    for transformer in 0..<4 {
      network.wait(until: Int64(transformer) * 100)
      network.lost(transformer * 5..<transformer * 5 + 5, at: Int64(transformer) * 100)
    }
    network.wait(until: 600)
    #expect(network.open == ["T0 confirmed", "T1 confirmed", "T2 confirmed", "T3 confirmed"])
  }

  @Test("a silent meter with power: the section is not out, three of its transformers are")
  func narrowed() {
    var network = Network()
    network.lost(0..<15, at: 0)
    network.wait(until: 300)
    #expect(network.open == ["T0 confirmed", "T1 confirmed", "T2 confirmed"])
    #expect(network.analysis.outages.first?.falseAlarm == .narrowed)
    #expect(network.analysis.outages.first?.device == "S0")
  }

  @Test("when most are back the others are asked: one has power, one is an outage of its own")
  func restoration() {
    var network = Network()
    network.lost(0..<5, at: 0)
    network.wait(until: 300)
    network.back([0], at: 1000)
    #expect(network.open == ["T0 partiallyRestored"])
    network.back([1, 2], at: 1001)
    #expect(network.open == ["T0 restored"])
    network.dead = ["M4"]
    network.wait(until: 1500)
    #expect(network.open == ["M4 confirmed"])
    let first = network.analysis.outages.first
    #expect(first?.state == .closed && first?.falseAlarm == nil && first?.restored == network.at(1001))
  }

  @Test("an outage whose end was never told is found out by asking again")
  func rechecked() {
    var network = Network()
    network.lost([8], at: 0)
    network.wait(until: 200)
    #expect(network.open == ["M8 confirmed"])
    network.dead = []
    network.wait(until: 1500)
    #expect(network.open == ["M8 confirmed"])
    network.wait(until: 2500)
    #expect(network.open == [])
    #expect(network.analysis.outages.first?.wasConfirmed == true)
  }

  @Test("what was told by a clock in the future counts as now, and does not wait for it")
  func clockAhead() {
    var network = Network()
    network.lost(0..<5, at: 1_000_000, heard: 0)
    network.wait(until: 100)
    #expect(network.open == ["T0 confirmed"])
    network.back(0..<5, at: 600)
    network.wait(until: 900)
    #expect(network.open == [])
  }

  @Test("meters that could not be asked are no evidence")
  func unknown() {
    var network = Network()
    network.lost([0, 1, 2], at: 0)
    network.analysis.advance(to: network.at(60))
    for question in network.analysis.takeQuestions(limit: 100) {
      network.analysis.answer(question, .unknown, now: network.at(61))
    }
    #expect(network.open == ["T0 confirmed"])
    #expect(network.analysis.openOutages.first?.metersOut == ["m0", "m1", "m2"])
  }

  @Test("an answer that comes when the outage is over is noted all the same")
  func lateAnswer() {
    var network = Network { $0.restorationHold = nil }
    network.lost(0..<4, at: 0)
    network.analysis.advance(to: network.at(60))
    let questions = network.analysis.takeQuestions(limit: 10)
    network.back(0..<4, at: 100)
    #expect(network.analysis.outages.map(\.state) == [.closed])
    for question in questions { network.analysis.answer(question, .hasPower, now: network.at(101)) }
    #expect(network.analysis.outages.first?.verification?.answered == true)
    #expect(network.analysis.outages.first?.verification?.meter.label == "M4")
  }

  @Test("changes come once each, in the state they have then: created, changed, closed")
  func changes() {
    var network = Network()
    network.lost(0..<5, at: 0)
    network.analysis.advance(to: network.at(60))
    let first = network.analysis.takeChanges(limit: 10)
    #expect(first.map(\.kind) == [.created] && first.first?.outage.state == .predicted)
    network.wait(until: 200)
    network.back([0], at: 300)
    let second = network.analysis.takeChanges(limit: 10)
    #expect(second.map(\.kind) == [.changed] && second.first?.outage.state == .partiallyRestored)
    #expect(second.first?.outage.usagePointsRestored == ["U0"])
    network.back(1..<5, at: 301)
    network.wait(until: 900)
    let third = network.analysis.takeChanges(limit: 10)
    #expect(third.map(\.kind) == [.closed])
    #expect(network.analysis.takeChanges(limit: 10).isEmpty && !network.analysis.hasChanges)
  }

  @Test("a year of outages leaves no more than the last hundred")
  func bounded() {
    var network = Network {
      $0.outageLimit = 100
      $0.recheck = nil
    }
    for day in 0..<365 as Range<Int64> {
      network.lost(0..<5, at: day * 86_400)
      network.wait(until: day * 86_400 + 300)
      network.back(0..<5, at: day * 86_400 + 600)
      network.wait(until: day * 86_400 + 1000)
      _ = network.analysis.takeChanges(limit: 10)
    }
    #expect(network.analysis.counts.closed == 365)
    #expect(network.analysis.outages.count == 100)
    #expect(network.analysis.outages.last?.number == 365)
    #expect(network.analysis.nextDue == nil)
  }

  @Test("meters of no network are learnt from their events, with what feeds their usage points")
  func learnt() {
    var configuration = OutageAnalysis.Configuration()
    configuration.learningLimit = 3
    var analysis = OutageAnalysis(network: NetworkHierarchy(), configuration: configuration)
    for point in ["P0", "P1"] { analysis.add(usagePoint: [point], devices: ["7 Mill Lane"]) }
    for (meter, point) in [("A", "P0"), ("B", "P1"), ("C", "P9"), ("D", "P8")] {
      analysis.lost(IdentifiedObject(mRID: meter), usagePoint: point, at: start, now: start)
    }
    analysis.advance(to: start.adding(seconds: 60))
    #expect(Set(analysis.openOutages.map(\.device)) == ["7 Mill Lane", "C"])
    #expect(analysis.counts.unknownMeters == 1)
  }

  @Test("a meter that was taken to be out has been out since its outage began")
  func assumed() {
    var network = Network()
    network.dead = ["M4"]
    network.lost(0..<4, at: 10)
    network.wait(until: 300)
    network.back(0..<4, at: 1000)
    network.wait(until: 1500)
    #expect(network.open == ["M4 confirmed"])
    #expect(network.analysis.openOutages.first?.began == network.at(10))
  }

  @Test("at the beginning of 1970 a silent meter and one with power make a part of a transformer, too")
  func epoch() {
    var network = Network()
    network.dead = ["M3"]
    let epoch = Int64(-start.seconds(since: Timestamp(microseconds: 0)))
    network.lost(0..<3, at: epoch)
    network.wait(until: epoch + 300)
    #expect(network.open == ["T0 confirmed"])
    #expect(network.analysis.openOutages.first?.isPartial == true)
  }

  @Test("the public hears of an outage first when it is confirmed, and of no end of what it has not heard of")
  func publicKinds() {
    var network = Network()
    network.lost(0..<5, at: 0)
    network.analysis.advance(to: network.at(60))
    #expect(network.analysis.takeChanges(limit: 10).map(\.publicKind) == [nil])
    network.wait(until: 200)
    network.back([0], at: 300)
    #expect(network.analysis.takeChanges(limit: 10).map(\.publicKind) == [.created])
    network.lost([0], at: 310)
    #expect(network.analysis.takeChanges(limit: 10).map(\.publicKind) == [.changed])
    network.back(0..<5, at: 320)
    network.wait(until: 900)
    #expect(network.analysis.takeChanges(limit: 10).map(\.publicKind) == [.closed])
    // Confirmed and over between two looks.
    network.lost(5..<10, at: 1000)
    network.analysis.advance(to: network.at(1060))
    _ = network.analysis.takeChanges(limit: 10)
    network.wait(until: 1200)
    network.back(5..<10, at: 1300)
    network.wait(until: 1800)
    let ends = network.analysis.takeChanges(limit: 10)
    #expect(ends.map(\.kind) == [.closed] && ends.map(\.publicKind) == [nil])
    #expect(ends.first?.outage.wasConfirmed == true)
  }

  @Test("an outage goes by the CorrelationID of its own losses, also when it is made of a larger one")
  func correlation() {
    var network = Network()
    network.analysis.correlationID = "A"
    network.lost(0..<15, at: 0)
    network.analysis.correlationID = "B"
    network.lost([33], at: 30)
    network.wait(until: 200)
    let changes = network.analysis.takeChanges(limit: 10).filter { $0.kind != .closed }
    #expect(
      changes.map { "\($0.outage.device) \($0.correlationID ?? "")" }.sorted() == ["M33 B", "T0 A", "T1 A", "T2 A"])
  }
}
