// What a policy lets go of goes, and nothing else.
import CIMModel
import Foundation
import GRDB
import MessageBus
import Testing

@testable import SQLiteJournal

@Suite("SQLite journal: retention", .timeLimit(.minutes(2)))
struct RetentionTests {
  /// What a test knows of a journaled message.
  private struct Known {
    var id: EntryID
    var received: Timestamp
    var noun: String?
    var isOpen: Bool
    var pending: ParticipantID?
    var died: Timestamp?
  }

  /// What the policy says, written down once more.
  private func remain(_ all: [Known], _ policy: RetentionPolicy, _ now: Timestamp) -> [Known] {
    all.filter { entry in
      func isOver(_ time: Timestamp, _ age: Duration?) -> Bool {
        age.map { now.seconds(since: time) > $0 / .seconds(1) } ?? false
      }
      if entry.isOpen || entry.pending != nil || entry.id == all.last?.id { return true }
      if let died = entry.died { return !isOver(died, policy.deadLetterAge) }
      return !isOver(entry.received, entry.noun.flatMap { policy.ages[$0] } ?? policy.age)
    }
  }

  @Test("what remains is what the policy says, round after round", arguments: 0..<6)
  func property(_ seed: UInt64) async throws {
    try await SQLiteJournalTests.withFolder { folder in
      var random = Generator(seed: seed &+ 100)
      let journal = try SQLiteJournal(folder: folder)
      let nouns: [String?] = ["MeterReadings", "EndDeviceEvents", "EndDeviceControls", nil]
      var policy = RetentionPolicy()
      if random.next(4) > 0 { policy.age = .seconds(3600 * (1 + random.next(100))) }
      for noun in nouns.compactMap({ $0 }) where random.next(2) == 0 {
        policy.ages[noun] = .seconds(3600 * random.next(120))
      }
      if random.next(3) > 0 { policy.deadLetterAge = .seconds(3600 * random.next(150)) }
      var known: [Known] = []
      var clock: Int64 = 1_000_000
      for _ in 0..<4 {
        for _ in 0..<120 {
          clock += random.next(3600)
          // A minute out of order.
          let received = Timestamp(seconds: clock - random.next(60))
          var entry = Known(
            id: EntryID(0), received: received, noun: random.pick(nouns), isOpen: random.next(12) == 0, pending: nil)
          if !entry.isOpen, random.next(8) == 0 { entry.pending = "OMS" }
          if !entry.isOpen, entry.pending == nil, random.next(6) == 0 {
            entry.died = received.adding(seconds: random.next(50_000))
          }
          known.append(try await write(entry, journal))
        }
        for index in known.indices where random.next(4) == 0 { try await settle(&known[index], journal) }
        let now = Timestamp(seconds: clock + random.next(100_000))
        var result = PruneResult()
        var steps = 0
        while !result.isDone, steps < 1000 {
          result = try await journal.prune(policy, now: now, limit: 1 + Int(random.next(60)))
          steps += 1
        }
        known = remain(known, policy, now)
        let ids = try await journal.pool.read {
          try Int64.fetchAll($0, sql: "SELECT entry FROM message ORDER BY entry")
        }
        #expect(ids == known.map(\.id.rawValue), "seed \(seed): \(policy)")
        for table in ["delivery", "dead_letter"] {
          let left = try await journal.pool.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table) WHERE entry NOT IN (SELECT entry FROM message)")
          }
          #expect(left == 0)
        }
      }
      try await journal.close()
    }
  }

  private func write(_ entry: Known, _ journal: SQLiteJournal) async throws -> Known {
    var new = SQLiteJournalTests.entry("m")
    new.received = entry.received
    new.noun = entry.noun
    new.state = entry.isOpen ? .open : entry.died == nil ? .done : .dead
    if let pending = entry.pending { new.deliveries = [pending] }
    var entry = entry
    entry.id = try #require(try await journal.write(JournalUnit(entries: [new])).first)
    if let died = entry.died {
      _ = try await journal.write(
        JournalUnit(states: [StateChange(entry.id, .dead, at: died, deadLetter: RandomMessages.cause)]))
    }
    return entry
  }

  private func settle(_ entry: inout Known, _ journal: SQLiteJournal) async throws {
    var unit = JournalUnit()
    if entry.isOpen { unit.states = [StateChange(entry.id, .done, at: .now())] }
    if let pending = entry.pending { unit.settlements = [Settlement(entry.id, pending, .done)] }
    guard entry.isOpen || entry.pending != nil else { return }
    _ = try await journal.write(unit)
    entry.isOpen = false
    entry.pending = nil
  }

  @Test("over its size the journal lets the oldest go, dead letters too, and no more than it has to")
  func size() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      var entries: [Known] = []
      for number in 0..<200 {
        var entry = Known(
          id: EntryID(0), received: Timestamp(seconds: Int64(number)), isOpen: number == 3,
          pending: number == 10 ? "OMS" : nil, died: number == 5 ? Timestamp(seconds: 5) : nil)
        var new = SQLiteJournalTests.entry("m\(number)", bytes: number % 20 == 0 ? 300_000 : 8000)
        new.state = entry.isOpen ? .open : .done
        new.deliveries = entry.pending.map { [$0] } ?? []
        entry.id = try #require(try await journal.write(JournalUnit(entries: [new])).first)
        entries.append(entry)
      }
      let full = try await journal.read { try Retention.bytesInUse($0) }
      #expect(full > 4_500_000)
      let policy = RetentionPolicy(totalBytes: 2_500_000)
      var result = PruneResult()
      while !result.isDone { result = try await journal.prune(policy, limit: 7) }
      let used = try await journal.pool.read { try Retention.bytesInUse($0) }
      #expect(used <= 2_500_000 && used > 2_500_000 - 320_000, "\(used)")
      let ids = try await journal.pool.read { try Int64.fetchAll($0, sql: "SELECT entry FROM message ORDER BY entry") }
      let oldest = try #require(ids.dropFirst(2).first)
      #expect(ids == [4, 11] + Array(oldest...200))
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/spool").filter { $0.hasSuffix(".xml") }
      #expect(files.count == ids.count { ($0 - 1) % 20 == 0 })
      let nothing = try await journal.prune(policy)
      #expect(nothing == PruneResult(deleted: 0, spooledBytes: 0, isDone: true))
      // Nothing but what may never go.
      let none = RetentionPolicy(age: .zero, totalBytes: 1)
      while try await !journal.prune(none, now: Timestamp(seconds: 1 << 40)).isDone {}
      #expect(
        try await journal.pool.read { try Int64.fetchAll($0, sql: "SELECT entry FROM message ORDER BY entry") }
          == [4, 11, 200])
      try await journal.close()
    }
  }

  @Test("a number is never used again, though all messages are over their age")
  func numbersRise() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      _ = try await journal.write(JournalUnit(entries: (0..<5).map { SQLiteJournalTests.entry("m\($0)") }))
      let policy = RetentionPolicy(age: .zero)
      let later = Timestamp.now().adding(seconds: 10_000)
      #expect(try await journal.prune(policy, now: later).deleted == 4)
      try await journal.close()
      let again = try SQLiteJournal(folder: folder)
      #expect(try await again.write(JournalUnit(entries: [SQLiteJournalTests.entry("n")])) == [EntryID(6)])
      // The newest of before has lost its place.
      #expect(try await again.prune(policy, now: later).deleted == 1)
      try await again.close()
    }
  }

  @Test("writers hardly wait for a pruning that goes on beside them")
  func besideWriters() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      let old = (0..<1000).map { number in
        var entry = SQLiteJournalTests.entry("o\(number)", bytes: 600)
        entry.received = Timestamp(seconds: 1000)
        return entry
      }
      for _ in 0..<8 { _ = try await journal.write(JournalUnit(entries: old)) }
      let clock = ContinuousClock()
      let (alone, _) = try await slowest(journal, clock) { false }
      let isDone = Flag()
      async let pruning: Void = {
        while try await !journal.prune(RetentionPolicy(age: .seconds(60)), limit: 256).isDone {}
        isDone.set()
      }()
      let (beside, writes) = try await slowest(journal, clock) { !isDone.value }
      try await pruning
      print("journal: slowest of \(writes) commits \(alone) alone, \(beside) beside pruning")
      #expect(writes >= 50)
      // One step and its commit more, on a machine that may be slow.
      #expect(beside < .seconds(2))
      try await journal.close()
    }
  }

  private func slowest(
    _ journal: SQLiteJournal, _ clock: ContinuousClock, whilst isOn: () -> Bool
  ) async throws -> (Duration, Int) {
    var slowest = Duration.zero
    var count = 0
    while count < 50 || isOn() {
      let start = clock.now
      _ = try await journal.write(JournalUnit(entries: [SQLiteJournalTests.entry("w\(count)", bytes: 600)]))
      slowest = max(slowest, clock.now - start)
      count += 1
    }
    return (slowest, count)
  }

  @Test("a policy that keeps everything deletes nothing")
  func nothing() async throws {
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      _ = try await journal.write(JournalUnit(entries: (0..<5).map { SQLiteJournalTests.entry("m\($0)") }))
      let result = try await journal.prune(RetentionPolicy(), now: Timestamp(seconds: 1 << 40))
      #expect(result == PruneResult(deleted: 0, spooledBytes: 0, isDone: true))
      try await journal.close()
    }
  }
}
