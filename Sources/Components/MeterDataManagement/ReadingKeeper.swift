// The store of an MDM on threads of its own: stores block, actors must not.
import CIMModel
import Dispatch
import MeterIngest
import MeterQuery
import MeterStore
import VEE

/// Takes readings in and gives them out, off the threads that run actors.
///
/// One thing is written at a time; questions go on beside it, at most four at once.
final class ReadingKeeper: Sendable {
  let store: any ReadingStore
  let groups: MeterGroups
  private let policy: IngestPolicy
  /// Meters beyond which none is added any more.
  private let meterLimit: Int
  private let author: String
  private let now: @Sendable () -> Timestamp
  private let writing = DispatchQueue(label: "busbar.mdm.writing")
  private let reading = DispatchQueue(label: "busbar.mdm.reading", attributes: .concurrent)
  private let readers = DispatchSemaphore(value: 4)

  init(
    store: any ReadingStore, groups: MeterGroups, policy: IngestPolicy, meterLimit: Int, author: String,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.groups = groups
    self.policy = policy
    self.meterLimit = max(1, meterLimit)
    self.author = author
    self.now = now
  }

  func written<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      writing.async { continuation.resume(with: Result { try body() }) }
    }
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      reading.async { [readers] in
        readers.wait()
        defer { readers.signal() }
        continuation.resume(with: Result { try body() })
      }
    }
  }

  /// Takes in the MeterReadings of a message; those of one that came before change nothing.
  func take(_ objects: [Element], from sender: String, messageID: String?) async throws -> IngestReport {
    try await written { [self] in
      var policy = policy
      if try isFull() { policy.unknownMeters = .reject }
      return try ReadingIngest(store: store, policy: policy, now: now)
        .ingest(from: sender, messageID: messageID, author: author, objects: objects)
    }
  }

  /// Meters are numbered from 1 on without gaps.
  private func isFull() throws -> Bool {
    try store.read { try !$0.meters(after: Int64(meterLimit) - 1, limit: 1).isEmpty }
  }

  func answer(_ inquiry: ReadingInquiry, most: Int) async throws -> ReadingInquiry.Answer {
    try await read { [self] in try inquiry.run(on: store, groups: groups, most: most) }
  }

  func storedDays() async throws -> ClosedRange<Int32>? {
    try await read { [store] in try store.read { try $0.storedDays() } }
  }

  func completeness(of day: Int32, limit: Int) async throws -> Completeness {
    try await read { [self] in try Completeness(of: day, in: store, limit: limit) }
  }

  func validate(_ day: Int32, _ settings: VEESettings) async throws -> VEEReport {
    try await written { [self] in try VEEPipeline(store: store, settings: settings, author: author).run(days: day...day)
    }
  }

  /// Whether something that is done once has been done.
  func isNoted(_ key: String) async throws -> Bool {
    try await read { [store] in try store.read { try $0.file(key)?.state == .complete } }
  }

  func note(_ key: String, _ name: String) async throws {
    try await written { [self] in
      try store.write(Batch(kind: "note", source: name, author: author)) {
        try $0.note(FileProgress(key: key, name: name, state: .complete))
      }
    }
  }
}
