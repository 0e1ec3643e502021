// Search has to find what looking at every message finds.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus
import Testing

@testable import SQLiteJournal

@Suite("SQLite journal: search", .timeLimit(.minutes(2)))
struct SearchTests {
  @Test("a search finds what looking at every message finds, whatever part is indexed", arguments: 0..<4)
  func likeTheOracle(_ seed: UInt64) async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var random = Generator(seed: seed)
      let journal = try SQLiteJournal(folder: folder)
      let oracle = InMemoryJournal()
      for part in 0..<3 {
        for number in 0..<40 {
          let unit = RandomMessages.unit(&random, after: Int64(part * 40 + number) * 20)
          _ = try await journal.write(unit)
          _ = try await oracle.write(unit)
        }
        // The last part stays behind the index.
        if part < 2 { while try await journal.indexNext() > 0 {} }
      }
      let change = JournalUnit(states: [StateChange(EntryID(3), .dead, at: .now(), deadLetter: RandomMessages.cause)])
      _ = try await journal.write(change)
      _ = try await oracle.write(change)
      var total = 0
      for _ in 0..<40 {
        var query = RandomMessages.query(&random)
        let expected = try await all(oracle, query)
        let found = try await all(journal, query)
        #expect(found == expected, "seed \(seed): \(query)")
        total += expected.count
        query.limit = 1000
        #expect(try await journal.search(query).entries == expected, "seed \(seed): \(query)")
      }
      #expect(total > 100, "the queries find next to nothing")
      try await journal.close()
    }
  }

  /// All pages of a query.
  private func all(_ journal: some SearchableJournal, _ query: MessageQuery) async throws -> [JournalEntry] {
    var query = query
    var found: [JournalEntry] = []
    while true {
      let page = try await journal.search(query)
      #expect(page.entries.count <= query.limit && page.unsearched == 0)
      found += page.entries
      guard let next = page.next else { return found }
      query.before = next
    }
  }

  @Test(
    "an object and a word are found in either case, in references, attributes, CDATA and broken documents",
    arguments: [
      ("<a><mRID>AbC-1</mRID></a>", "abc-1", "ABC-1"),
      (
        "<a><Names><name>North Feeder 7</name></Names></a>",
        "north feeder  7", "feeder"
      ),
      (
        "<a ref='0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0'/>", "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
        "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
      ),
      ("<a><name>Gro&#xDF;-Zähler</name></a>", "GROß-ZÄHLER", "gross-zähler groß-zähler"),
      ("<a><mRID><![CDATA[x]]>-&#50;</mRID></a>", "X-2", "x-2"),
      ("<a><serialNumber>12345</serialNumber></a>", "12345", "12345"),
    ])
  func terms(_ body: String, _ object: String, _ text: String) async throws {
    let words = SearchWords.words(text).last ?? ""
    for criteria in [MessageQuery(object: object), MessageQuery(text: words)].map(SearchCriteria.content) {
      let known = String(decoding: try terms(of: body).bytes, as: UTF8.self)
      #expect(try fits(body, criteria), "\(criteria) in \(known)")
    }
    let broken = body.dropLast(3) + " <<"
    if !body.contains("/>") { #expect(try fits(String(broken), .content(of: MessageQuery(object: object)))) }
  }

  @Test(
    "numbers, instants and the columns' own elements are no words",
    arguments: ["12.75", "-3", "2026-11-21T10:00:00Z", "created", "m-1", "c-1", "hes"])
  func noWords(_ word: String) throws {
    let body = """
      <M><Header><Verb>created</Verb><Source>HES</Source><MessageID>m-1</MessageID>
      <CorrelationID>c-1</CorrelationID></Header><value>12.75</value><value>-3</value>
      <timeStamp>2026-11-21T10:00:00Z</timeStamp></M>
      """
    #expect(try !fits(body, .content(of: MessageQuery(text: word))))
  }

  @Test("all terms of a large message are found, however many pieces they are written in")
  func largeMessage() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      var entry = SQLiteJournalTests.entry("m1")
      let meters = (0..<60_000).map { "<Meter><mRID>meter-number-\($0)</mRID></Meter>" }.joined()
      entry.body = Array("<Meters>\(meters)</Meters>".utf8)
      _ = try await journal.write(JournalUnit(entries: [entry, SQLiteJournalTests.entry("m2")]))
      for isIndexed in [false, true] {
        if isIndexed { #expect(try await journal.indexNext() == 2) }
        for number in [0, 17, 30_000, 59_999] {
          let found = try await journal.search(MessageQuery(object: "METER-number-\(number)"))
          #expect(found.entries.map(\.messageID) == ["m1"], "\(number)")
        }
        #expect(try await journal.search(MessageQuery(object: "meter-number-60000")).entries.isEmpty)
      }
      try await journal.close()
    }
  }

  private func fits(_ body: String, _ criteria: SearchCriteria) throws -> Bool {
    var criteria = criteria
    criteria.strike(try terms(of: body))
    return criteria.isEmpty
  }

  private func terms(of body: String) throws -> SearchTerms {
    var terms = SearchTerms()
    var pieces = [Data(body.utf8)]
    try terms.add(document: { pieces.popLast() })
    return terms
  }
}

/// Messages and queries at random, few enough words that queries find something.
enum RandomMessages {
  static let cause = NewEntry.Cause(code: "2.5", reason: "no such thing")
  static let objects = [
    "MTR-00000001", "mtr-00000002", "7b1c0f0e-36a1-4e07-9b5d-2f5f4b0c9a11", "North Feeder", "Zähler 7", "4711",
    "3.26.0.85", "-x-", "a/b", "urn:x:1",
  ]
  static let words = [
    "power", "OUTAGE", "restored.", "voltage-sag", "größer", "see: note", "12", "5.5", "\u{130}stanbul",
    "2026-11-21T10:00:00Z", "a.b@c.example", "(why?)", String(repeating: "long", count: 40),
  ]
  static let partners: [ParticipantID] = ["HES", "MDM", "OMS", "CIS-001", "Leit stelle"]
  static let nouns = ["MeterReadings", "EndDeviceEvents", "EndDeviceControls"]
  static let verbs: [Verb] = [.created, .get, .reply]
  static let states: [JournalEntry.State] = [.done, .done, .done, .open, .unrouted, .dead]

  /// - Parameter seconds: when, but for a minute.
  static func unit(_ random: inout Generator, after seconds: Int64) -> JournalUnit {
    let number = random.next(1_000)
    let state = random.pick(states)
    var entry = NewEntry(
      received: Timestamp(microseconds: seconds * 1_000_000 + random.next(60_000_000)), from: random.pick(partners),
      kind: .event,
      verb: random.pick(verbs), noun: random.pick(nouns), messageID: "m-\(number % 90)",
      correlationID: random.next(2) == 0 ? "c-\(number % 30)" : nil, source: random.pick(partners).rawValue,
      body: Array(body(&random).utf8), state: state)
    for _ in 0..<Int(random.next(3)) {
      let partner = random.pick(partners)
      if !entry.deliveries.contains(partner) { entry.deliveries.append(partner) }
    }
    if state == .dead { entry.deadLetter = cause }
    return JournalUnit(entries: [entry])
  }

  private static func body(_ random: inout Generator) -> String {
    if random.next(12) == 0 { return "\(random.pick(words)) \(random.pick(words)) not XML" }
    var text = "<?xml version=\"1.0\"?>\n<m:Event xmlns:m=\"urn:example\"><Header><Noun>hidden</Noun></Header>"
    for _ in 0..<Int(random.next(4)) {
      switch random.next(4) {
      case 0: text += "<mRID>\(random.pick(objects))</mRID>"
      case 1: text += "<Names>\n  <name> \(random.pick(objects)) </name></Names>"
      case 2: text += "<m:reason kind=\"\(random.pick(words))\">\(random.pick(words))\t\(random.pick(words))</m:reason>"
      default: text += "<EndDeviceEventType ref=\"\(random.pick(objects))\"/><value>\(random.pick(words))</value>"
      }
    }
    return text + "</m:Event>"
  }

  static func query(_ random: inout Generator) -> MessageQuery {
    var query = MessageQuery(limit: Int(random.pick([3, 10, 50])))
    func sometimes(_ chance: UInt64, _ random: inout Generator) -> Bool { random.next(chance) == 0 }
    if sometimes(8, &random) { query.messageID = "m-\(random.next(90))" }
    if sometimes(8, &random) { query.correlationID = "c-\(random.next(30))" }
    if sometimes(4, &random) { query.noun = random.pick(nouns) }
    if sometimes(5, &random) { query.verb = random.pick(verbs) }
    if sometimes(4, &random) { query.partner = random.pick(partners) }
    if sometimes(3, &random) { query.object = random.pick(objects).uppercased() }
    if sometimes(3, &random) {
      query.text = random.pick(words) + (sometimes(2, &random) ? " " + random.pick(words) : "")
    }
    if sometimes(5, &random) { query.from = Timestamp(seconds: random.next(2600)) }
    if sometimes(5, &random) { query.to = Timestamp(seconds: random.next(2600)) }
    if sometimes(4, &random) { query.state = random.pick(states) }
    if sometimes(6, &random) { query.before = EntryID(random.next(130)) }
    return query
  }
}

/// Numbers at random that a seed brings again (splitmix64).
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< bound.
  mutating func next(_ bound: UInt64) -> Int64 { Int64(next() % bound) }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(next(UInt64(values.count)))] }
}
