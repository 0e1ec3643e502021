import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-100, 5.2.2 synchronous request/reply", .timeLimit(.minutes(1)))
struct RequestReplyTests {
  static let serves: [Interest] = [.serves([.get], ["MeterReadings"])]

  @Test(
    "the reply of the serving participant comes back, journaled with its request", arguments: JournalUnderTest.allCases)
  func replies(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let bus = makeBus(journal)
      try await bus.join(Scripted("MDM", Self.serves, onRequest: { $0.reply(.ok, source: "MDM") }))
      let request = Sample.get()
      let outcome = try await running(bus) { try await bus.send(request, from: "CIS") }
      let reply = try #require(outcome.reply)
      #expect(reply.reply?.result == .ok && reply.header?.source == "MDM")
      #expect(reply.header?.correlationID == request.header?.correlationID)
      let timeline = try await bus.timeline(messageID: try #require(request.header?.messageID))
      #expect(timeline.map(\.from) == ["CIS", "MDM"])
      #expect(timeline.map(\.state) == [.done, .done])
      #expect(timeline.first?.id == outcome.entry)
      try await journal.close()
    }
  }

  @Test("the reply carries the request's CorrelationID, or else its MessageID, whatever the participant wrote")
  func correlation() async throws {
    let bus = makeBus()
    try await bus.join(
      Scripted("MDM", Self.serves) { request in
        var reply = request.reply(.ok, source: "MDM")
        reply.header?.correlationID = "somebody else's"
        return reply
      })
    try await running(bus) { () async throws in
      var request = Sample.get()
      request.header?.correlationID = "c-1"
      #expect(try await bus.send(request, from: "CIS").reply?.header?.correlationID == "c-1")
      request.header?.correlationID = nil
      request.header?.messageID = "m-1"
      #expect(try await bus.send(request, from: "CIS").reply?.header?.correlationID == "m-1")
    }
  }

  @Test("a participant that does not answer in time is answered for with 4.1")
  func timeout() async throws {
    var configuration = BusConfiguration.forTests
    configuration.syncDeadline = .milliseconds(20)
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    let door = Door()
    try await bus.join(
      Scripted("MDM", Self.serves) { request in
        try await door.pass()
        return request.reply(.ok, source: "MDM")
      })
    let reply = try await running(bus) { try await bus.send(Sample.get(), from: "CIS").reply }
    #expect(reply?.reply?.result == .failed)
    #expect(reply?.reply?.errors.map(\.code) == ["4.1"])
  }

  @Test("a participant that ignores its cancellation keeps the sender no longer")
  func stubbornParticipant() async throws {
    var configuration = BusConfiguration.forTests
    configuration.syncDeadline = .milliseconds(20)
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    let (stream, opening) = AsyncStream.makeStream(of: Void.self)
    try await bus.join(
      Scripted("MDM", Self.serves) { request in
        // A task of its own, which the cancellation does not reach.
        await Task { for await _ in stream {} }.value
        return request.reply(.ok, source: "MDM")
      })
    try await running(bus) { () async throws in
      #expect(try await bus.send(Sample.get(), from: "CIS").reply?.reply?.errors.first?.code == "4.1")
      opening.finish()
    }
  }

  @Test("a participant that fails is answered for with 5.3 and no word of the inside")
  func failure() async throws {
    let bus = makeBus()
    try await bus.join(Scripted("MDM", Self.serves) { _ in throw Mishap() })
    try await bus.join(Scripted("MAM", [.serves([.get], ["MeterConfig"])]))
    try await running(bus) { () async throws in
      let error = try #require(try await bus.send(Sample.get(), from: "CIS").reply?.reply?.errors.first)
      #expect(error.code == "5.3")
      #expect(!"\(error)".contains("Mishap"))
      // Nobody else notices.
      let other = try await bus.send(.get("MeterConfig", nil, source: "CIS"), from: "CIS")
      #expect(other.reply?.reply?.result == .ok)
    }
  }

  @Test("one slow participant keeps nobody else waiting")
  func slowParticipant() async throws {
    let bus = makeBus()
    let door = Door()
    let slow = Scripted("MDM", Self.serves) { request in
      try await door.pass()
      return request.reply(.ok, source: "MDM")
    }
    try await bus.join(slow)
    try await bus.join(Scripted("MAM", [.serves([.get], ["MeterConfig"])]))
    try await running(bus) { () async throws in
      async let held = bus.send(Sample.get(), from: "CIS")
      _ = await slow.next(1)
      #expect(try await bus.send(.get("MeterConfig", nil, source: "CIS"), from: "CIS").reply?.reply?.result == .ok)
      door.open()
      #expect(try await held.reply?.reply?.result == .ok)
    }
  }

  @Test("a request is never routed back to its sender")
  func loopGuard() async throws {
    let bus = makeBus()
    let own = Scripted("MDM", Self.serves)
    try await bus.join(own)
    try await running(bus) { () async throws in
      #expect(try await bus.send(Sample.get("MDM"), from: "MDM").reply?.reply?.errors.first?.code == "2.5")
      try await bus.join(Scripted("HES", Self.serves, onRequest: { $0.reply(.ok, source: "HES") }))
      #expect(try await bus.send(Sample.get("MDM"), from: "MDM").reply?.header?.source == "HES")
    }
  }

  @Test("a sender that gives up leaves a complete record")
  func cancelledSender() async throws {
    let bus = makeBus()
    let slow = Scripted("MDM", Self.serves) { request in
      try await Door().pass()
      return request.reply(.ok, source: "MDM")
    }
    try await bus.join(slow)
    try await running(bus) { () async throws in
      let request = Sample.get()
      let id = try #require(request.header?.messageID)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await bus.send(request, from: "CIS") }
        _ = await slow.next(1)
        group.cancelAll()
      }
      let timeline = try await bus.timeline(messageID: id)
      #expect(timeline.count == 2 && timeline.first?.state == .done)
    }
  }
}
