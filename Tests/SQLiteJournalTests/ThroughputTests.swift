import Foundation
import MessageBus
import SQLiteJournal
import Testing

@Suite("SQLite journal: group commit", .serialized, .timeLimit(.minutes(1)))
struct ThroughputTests {
  /// Reported, not gated: the numbers are the machine's. `BUSBAR_BENCH=1` makes the run long enough to mean something.
  @Test("messages of 1 KB committed per second", arguments: [1, 16, 64])
  func messagesPerSecond(_ senders: Int) async throws {
    let long = ProcessInfo.processInfo.environment["BUSBAR_BENCH"] != nil
    let each = (long ? 20_000 : 640) / senders / (senders == 1 && long ? 10 : 1)
    try await SQLiteJournalTests.withFolder { folder in
      let journal = try SQLiteJournal(folder: folder)
      let clock = ContinuousClock()
      let time = try await clock.measure {
        try await withThrowingDiscardingTaskGroup { group in
          for sender in 0..<senders {
            group.addTask {
              for number in 0..<each {
                var entry = SQLiteJournalTests.entry("\(sender)-\(number)", bytes: 1024)
                entry.deliveries = ["OMS"]
                _ = try await journal.write(JournalUnit(entries: [entry]))
              }
            }
          }
        }
      }
      print("journal: \(senders) senders: \(Int(Double(senders * each) / (time / .seconds(1)))) messages/s of 1 KB")
      #expect(try await journal.pendingCounts() == ["OMS": senders * each])
      try await journal.close()
    }
  }
}
