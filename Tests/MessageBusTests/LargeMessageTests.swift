// Messages whose objects are not in memory, on their way through the bus.
import CIMModel
import Foundation
import IECMessage
import MessageBus
import SQLiteJournal
import Synchronization
import Testing

@Suite("Large messages", .timeLimit(.minutes(1)))
struct LargeMessageTests {
  private static let coder = MessageXMLCoder()

  /// A document as a transport keeps it: bytes that may be gone once it is delivered.
  private final class Upload: DocumentSource {
    private let all: [UInt8]
    init(_ text: String) { all = Array(text.utf8) }
    var byteCount: Int { all.count }
    func bytes(from offset: Int, count: Int) -> [UInt8] { Array(all.dropFirst(offset).prefix(min(count, 1_000))) }
  }

  private static func text(_ id: String, verb: String = "created", root: String = "EventMessage", meters: Int = 60)
    -> String
  {
    let readings = (0..<meters).map { number in
      """
      <MeterReading><Meter><mRID>meter-\(number)</mRID></Meter><Readings><timeStamp>2026-11-22T00:00:00Z</timeStamp>
      <value>\(number).5</value><ReadingType ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/></Readings></MeterReading>
      """
    }
    return """
      <\(root) xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>\(verb)</Verb><Noun>MeterReadings</Noun>
      <Source>HES</Source><MessageID>\(id)</MessageID><CorrelationID>\(id)</CorrelationID></Header><Payload>
      <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">\(readings.joined())</MeterReadings>
      </Payload></\(root)>
      """
  }

  private static func detached(_ text: String) throws -> Message {
    let message = try coder.decode(Upload(text))
    guard case .detached? = message.payload?.content else { throw NotDetached() }
    return message
  }

  private struct NotDetached: Error {}

  private static func isDetached(_ message: Message?) -> Bool {
    if case .detached? = message?.payload?.content { true } else { false }
  }

  private static func entry(_ outcome: Outcome) -> EntryID? {
    if case .accepted(let entry) = outcome { entry } else { nil }
  }

  private static let hears = [Interest.subscribes([.created], ["MeterReadings"])]

  @Test("each participant gets it as it takes it, and the journal has the bytes", arguments: JournalUnderTest.allCases)
  func delivered(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      let journal = try open()
      let bus = makeBus(journal, Self.coder)
      let (remote, own) = (Scripted("OMS", Self.hears, takesDetached: true), Scripted("MDM", Self.hears))
      try await bus.join(remote)
      try await bus.join(own)
      let text = Self.text("m1")
      let whole = try Self.coder.decode(Array(text.utf8))
      try await running(bus) { () async throws in
        guard case .accepted(let entry) = try await bus.send(try Self.detached(text), from: "HES") else {
          Issue.record("not accepted")
          return
        }
        let far = await remote.next(1).first
        #expect(Self.isDetached(far) && far?.header == whole.header)
        #expect(await own.next(1) == [whole])
        #expect(try await journal.body(of: entry) == Array(text.utf8))
        // The same again is known, in memory or not.
        #expect(Self.entry(try await bus.send(try Self.detached(text), from: "HES")) == entry)
        #expect(Self.entry(try await bus.send(whole, from: "HES", raw: Array(text.utf8))) == entry)
        let other = try await bus.send(try Self.detached(Self.text("m1", meters: 61)), from: "HES")
        #expect(Self.entry(other) != entry)
      }
      try await journal.close()
    }
  }

  @Test("a message is the same however it is read: white space that means nothing, and where its schemas are")
  func sameDigest() async throws {
    let bus = makeBus(InMemoryJournal(), Self.coder)
    let text = Self.text("m1").replacing(
      "<MeterReadings xmlns=",
      with: """
        <MeterReadings xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:a b.xsd" xmlns=
        """
    ).replacing("<value>7.5</value>", with: "<value>\n 7.5 </value>")
    let whole = try Self.coder.decode(Array(text.utf8))
    #expect(text != Self.text("m1"))
    try await running(bus) { () async throws in
      let entry = try await bus.send(try Self.detached(text), from: "HES").entry
      #expect(try await bus.send(whole, from: "HES", raw: Array(text.utf8)).entry == entry)
    }
  }

  @Test("systems that work on trees have so much of them in memory as there is room for, and all get theirs")
  func bounded() async throws {
    var configuration = BusConfiguration.forTests
    let text = Self.text("m")
    configuration.attachedBytes = text.utf8.count * 2
    let bus = makeBus(InMemoryJournal(), Self.coder, configuration)
    final class Counts: Sendable {
      let state = Mutex((now: 0, most: 0))
    }
    let counts = Counts()
    let systems = (0..<6).map { number in
      Scripted(
        ParticipantID("S\(number)"), Self.hears,
        onEvent: { _ in
          counts.state.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
          }
          try await Task.sleep(for: .milliseconds(5))
          counts.state.withLock { $0.now -= 1 }
        })
    }
    for system in systems { try await bus.join(system) }
    try await running(bus) { () async throws in
      for number in 0..<3 { _ = try await bus.send(try Self.detached(Self.text("m\(number)")), from: "HES") }
      for system in systems { #expect(await system.next(3).map { $0.header?.messageID } == ["m0", "m1", "m2"]) }
    }
    let most = counts.state.withLock { $0.most }
    #expect(most > 0 && most <= 2)
  }

  @Test("what waited for a start comes out of its file", arguments: JournalUnderTest.allCases)
  func restarted(_ kind: JournalUnderTest) async throws {
    try await kind.with { open in
      var journal = try open()
      let first = makeBus(journal, Self.coder)
      for id in ["OMS", "MDM"] { try await first.join(Scripted(ParticipantID(id), Self.hears)) }
      let texts = (0..<3).map { Self.text("m\($0)") }
      for text in texts { _ = try await first.send(try Self.detached(text), from: "HES") }
      try await journal.close()
      journal = try open()
      let second = makeBus(journal, Self.coder)
      let (remote, own) = (Scripted("OMS", Self.hears, takesDetached: true), Scripted("MDM", Self.hears))
      try await second.join(remote)
      try await second.join(own)
      try await running(second) { () async throws in
        let far = await remote.next(3)
        #expect(far.map { $0.header?.messageID } == ["m0", "m1", "m2"])
        if kind == .sqlite { #expect(far.allSatisfy(Self.isDetached)) }
        #expect(await own.next(3) == (try texts.map { try Self.coder.decode(Array($0.utf8)) }))
      }
      try await journal.close()
    }
  }

  @Test("a file that is gone is a dead letter, and what is behind it goes on")
  func missing() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("busbar-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var journal = try SQLiteJournal(folder: folder)
    let first = makeBus(journal, Self.coder)
    try await first.join(Scripted("OMS", Self.hears))
    _ = try await first.send(try Self.detached(Self.text("m1")), from: "HES")
    try await journal.close()
    let spool = folder + "/spool"
    for file in FileManager.default.enumerator(atPath: spool)?.compactMap({ $0 as? String }) ?? []
    where file.hasSuffix(".xml") { try FileManager.default.removeItem(atPath: spool + "/" + file) }
    journal = try SQLiteJournal(folder: folder)
    let second = makeBus(journal, Self.coder)
    let oms = Scripted("OMS", Self.hears, takesDetached: true)
    try await second.join(oms)
    try await running(second) { () async throws in
      _ = try await second.send(try Self.detached(Self.text("m2")), from: "HES")
      #expect(await oms.next(1).map { $0.header?.messageID } == ["m2"])
      #expect(try await journal.deadLetters(limit: 9).map(\.cause.code) == ["1.8"])
    }
    try await journal.close()
  }

  @Test("a request is answered, by systems of both kinds", arguments: [false, true])
  func answered(_ takesDetached: Bool) async throws {
    let bus = makeBus(InMemoryJournal(), Self.coder)
    let mdm = Scripted("MDM", [.serves([.create], ["MeterReadings"])], takesDetached: takesDetached)
    try await bus.join(mdm)
    let text = Self.text("m1", verb: "create", root: "RequestMessage")
    try await running(bus) { () async throws in
      guard case .reply(_, let reply) = try await bus.send(try Self.detached(text), from: "CIS") else {
        Issue.record("no reply")
        return
      }
      #expect(reply.reply?.result == .ok && reply.header?.correlationID == "m1")
      let asked = await mdm.next(1).first
      #expect(Self.isDetached(asked) == takesDetached)
      if !takesDetached { #expect(asked == (try Self.coder.decode(Array(text.utf8)))) }
    }
  }

  @Test("what is refused is kept with its bytes, whether it became a message or not")
  func refused() async throws {
    let journal = InMemoryJournal()
    let bus = makeBus(journal, Self.coder)
    try await running(bus) { () async throws in
      let text = Self.text("m1", verb: "create", root: "RequestMessage")
      guard case .reply(let entry, let reply) = try await bus.send(try Self.detached(text), from: "CIS") else {
        Issue.record("no reply")
        return
      }
      // Nobody serves it.
      #expect(reply.reply?.result == .failed)
      #expect(try await journal.body(of: entry) == Array(text.utf8))
      let unread = try await bus.refuse(Upload("<odd/>"), from: "CIS", code: "1.8", reason: "odd")
      #expect(try await journal.body(of: unread) == Array("<odd/>".utf8))
    }
  }
}
