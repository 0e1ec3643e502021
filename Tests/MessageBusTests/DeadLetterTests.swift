import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-9, Annex B: refusals and their reply codes", .timeLimit(.minutes(1)))
struct DeadLetterTests {
  @Test(
    "a request without route is refused and kept as a dead letter",
    arguments: [
      ("MeterConfig", "2.5"), ("EndDeviceControls", "2.9"), ("MeterReadings", nil),
    ] as [(String, String?)])
  func noRoute(_ noun: String, _ code: String?) async throws {
    let bus = makeBus()
    try await bus.join(
      Scripted("HES", [.serves([.get], ["MeterReadings"]), .serves([.create], ["EndDeviceControls"])]))
    try await running(bus) { () async throws in
      let reply = try await bus.send(.get(noun, nil, source: "CIS"), from: "CIS").reply
      #expect(reply?.reply?.errors.first?.code == code)
      #expect(try await bus.deadLetters().map(\.cause.code) == (code.map { [$0] } ?? []))
    }
  }

  @Test("a route that names the sender goes before one that does not")
  func routeBySender() async throws {
    let bus = makeBus()
    for (id, senders) in [("MDM", nil), ("HES", ["MDM"])] as [(ParticipantID, Set<ParticipantID>?)] {
      try await bus.join(
        Scripted(
          id, [.serves([.get], ["MeterReadings"], from: senders)], onRequest: { $0.reply(.ok, source: id.rawValue) }))
    }
    try await running(bus) { () async throws in
      #expect(try await bus.send(Sample.get("MDM"), from: "MDM").reply?.header?.source == "HES")
      #expect(try await bus.send(Sample.get("CIS"), from: "CIS").reply?.header?.source == "MDM")
      #expect(try await bus.send(Sample.get("HES"), from: "HES").reply?.header?.source == "MDM")
    }
  }

  @Test("a message that breaks a rule is refused with the rule's reply code")
  func ruleBroken() async throws {
    let bus = makeBus()
    var message = Sample.get()
    message.request = nil
    let outcome = try await bus.send(message, from: "CIS", raw: [1, 2, 3])
    #expect(outcome.reply?.reply?.errors.first?.code == "1.6")
    let dead = try await bus.deadLetters()
    #expect(dead.map(\.entry.id) == [outcome.entry])
    #expect(dead.first?.participant == nil)
  }

  @Test("bytes that never became a message are kept with their cause", arguments: JournalUnderTest.allCases)
  func refusedBytes(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let bus = makeBus(journal)
      let id = try await bus.refuse(raw: Array("<a".utf8), from: "CIS", code: "1.8", reason: "not well-formed")
      #expect(try await journal.body(of: id) == Array("<a".utf8))
      #expect(try await bus.deadLetters().first?.cause == .init(code: "1.8", reason: "not well-formed"))
      #expect(try await bus.deadLetters().first?.entry.kind == nil)
      try await journal.close()
    }
  }
}
