import CIMModel
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-100, 5.2.5 asynchronous request/reply", .timeLimit(.minutes(1)))
struct AsyncRequestTests {
  static let serves: [Interest] = [.serves([.create], ["EndDeviceControls"])]

  @Test("the request is acknowledged with 0.3, the reply comes later", arguments: JournalUnderTest.allCases)
  func laterReply(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let bus = makeBus(journal)
      let cis = Scripted("CIS")
      try await bus.join(cis)
      let door = Door()
      try await bus.join(
        Scripted("HES", Self.serves) { request in
          try await door.pass()
          return request.reply(.ok, ids: [ObjectID("4711")], source: "HES")
        })
      let request = Sample.control()
      try await running(bus) { () async throws in
        let ack = try #require(try await bus.send(request, from: "CIS").reply)
        #expect(ack.kind == .response && ack.reply?.result == .ok)
        #expect(ack.reply?.errors.map(\.code) == ["0.3"] && ack.reply?.errors.first?.level == .inform)
        door.open()
        let late = await cis.next(1)
        #expect(late.first?.reply?.ids.map(\.value) == ["4711"])
        #expect(late.first?.header?.correlationID == request.header?.correlationID)
      }
      let timeline = try await bus.timeline(messageID: try #require(request.header?.messageID))
      #expect(timeline.map(\.from) == ["CIS", "BUS", "HES"])
      #expect(timeline.first?.state == .done)
      #expect(timeline.first?.deliveries.first?.state == .done)
      try await journal.close()
    }
  }

  @Test("a participant that goes on failing is given up, and the sender is told with its CorrelationID")
  func givenUp() async throws {
    let bus = makeBus()
    let cis = Scripted("CIS")
    try await bus.join(cis)
    let tries = Counter()
    try await bus.join(
      Scripted("HES", Self.serves) { _ in
        tries.up()
        throw Mishap()
      })
    let request = Sample.control()
    try await running(bus) { () async throws in
      _ = try await bus.send(request, from: "CIS")
      let late = try #require(await cis.next(1).first)
      #expect(late.reply?.result == .failed && late.reply?.errors.first?.code == "5.3")
      #expect(late.header?.correlationID == request.header?.correlationID)
      #expect(tries.current == 3)
      let dead = try await bus.deadLetters()
      #expect(dead.map(\.participant) == ["HES"] && dead.first?.cause.code == "5.3")
    }
  }

  @Test("a participant may acknowledge first and send its reply as a message of its own")
  func replyAsMessage() async throws {
    let bus = makeBus()
    let cis = Scripted("CIS")
    try await bus.join(cis)
    let hes = Scripted("HES", Self.serves) { request in
      request.reply(.ok, errors: [ReplyError(code: "0.3", level: .inform)], source: "HES")
    }
    try await bus.join(hes)
    let request = Sample.control()
    try await running(bus) { () async throws in
      _ = try await bus.send(request, from: "CIS")
      _ = await hes.next(1)
      let foreign = try await bus.send(request.reply(.ok, source: "MDM"), from: "MDM")
      #expect(foreign.reply?.reply?.errors.first?.code == "2.15")
      let part = request.reply(.partial, errors: [ReplyError(code: "0.1")], source: "HES")
      let final = request.reply(.ok, source: "HES")
      _ = try await bus.send(part, from: "HES")
      _ = try await bus.send(final, from: "HES")
      #expect(await cis.next(2).map(\.reply?.result) == [.partial, .ok])
      // The request has its final reply: a second one answers nothing.
      let twice = try await bus.send(request.reply(.ok, source: "HES"), from: "HES")
      #expect(twice.reply?.reply?.errors.first?.code == "2.15")
    }
  }

  @Test("a reply that never comes is answered for with 4.1")
  func expiry() async throws {
    var configuration = BusConfiguration.forTests
    configuration.asyncDeadline = .milliseconds(40)
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    let cis = Scripted("CIS")
    try await bus.join(cis)
    try await bus.join(
      Scripted("HES", Self.serves) { request in
        request.reply(.ok, errors: [ReplyError(code: "0.3", level: .inform)], source: "HES")
      })
    let request = Sample.control()
    try await running(bus) { () async throws in
      _ = try await bus.send(request, from: "CIS")
      let late = try #require(await cis.next(1).first)
      #expect(late.reply?.errors.first?.code == "4.1")
      #expect(late.header?.correlationID == request.header?.correlationID)
    }
  }

  @Test("a requester that was told 4.1 is not sent the late reply as well")
  func lateReply() async throws {
    var configuration = BusConfiguration.forTests
    // Long enough for the first request to be under way before it expires.
    configuration.asyncDeadline = .seconds(1)
    let bus = makeBus(InMemoryJournal(), TableCoder(), configuration)
    let cis = Scripted("CIS")
    try await bus.join(cis)
    let door = Door()
    let hes = Scripted("HES", Self.serves) { request in
      try await door.pass()
      return request.reply(.ok, source: "HES")
    }
    try await bus.join(hes)
    try await running(bus) { () async throws in
      // The second waits behind the first, and expires in the queue.
      for _ in 0..<2 { _ = try await bus.send(Sample.control(), from: "CIS") }
      _ = await hes.next(1)
      #expect(await cis.next(2).map(\.reply?.errors.first?.code) == ["4.1", "4.1"])
      door.open()
      // A dead delivery each, and the first one's late reply.
      var dead: [DeadLetter] = []
      while dead.count < 3 {
        try Task.checkCancellation()
        dead = try await bus.deadLetters()
      }
      #expect(dead.map(\.cause.code) == ["4.1", "4.1", "4.1"])
      #expect(dead.first?.entry.from == "HES")
    }
    #expect(await cis.rest().isEmpty)
  }

  @Test("a sender that has not joined needs a ReplyAddress")
  func noReplyAddress() async throws {
    let bus = makeBus()
    try await bus.join(Scripted("HES", Self.serves))
    let outcome = try await bus.send(Sample.control(), from: "CIS")
    #expect(outcome.reply?.reply?.errors.first?.code == "1.5")
  }
}
