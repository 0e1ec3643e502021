// Master data in memory: for tests and demonstrations.
public import CIMModel
import Synchronization

/// Keeps everything in memory, without any index but by object and by name; ends with the process.
public final class MemoryMasterData: MasterDataStore {
  private let state = Mutex(MemoryTables())
  private let now: @Sendable () -> Timestamp

  public init(now: @escaping @Sendable () -> Timestamp = { .now() }) { self.now = now }

  public func write<Result: Sendable>(
    keeps: Bool, _ body: @escaping @Sendable (any MasterDataTransaction) throws -> Result
  ) async throws -> Result {
    try state.withLock { state in
      let time = Timestamp(microseconds: max(now().microseconds, state.lastKnown.microseconds + 1))
      let transaction = MemoryTransaction(state, time: time)
      let result = try body(transaction)
      if keeps {
        state = transaction.tables
        state.lastKnown = time
      }
      return result
    }
  }

  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (any MasterDataView) throws -> Result
  ) async throws -> Result {
    let tables = state.withLock { $0 }
    return try body(MemoryTransaction(tables, time: tables.lastKnown))
  }
}

struct IndexEntry: Hashable, Sendable {
  var kind: ObjectKind
  var term: IndexTerm
}

struct MemoryTables: Sendable {
  struct Entry: Sendable {
    var record: ObjectRecord
    var slices: [Slice] = []
    var links: [Link] = []
  }
  /// Of number n at n - 1.
  var entries: [Entry] = []
  var byMRID: [String: Int] = [:]
  /// Objects that ever had a name or attribute.
  var byTerm: [IndexEntry: Set<Int>] = [:]
  var changes: [ChangeRecord] = []
  var published: Int64 = 0
  var replies: [String: [UInt8]] = [:]
  var lastNumber: Int64 = 0
  var lastKnown = Timestamp(microseconds: 0)
}

private final class MemoryTransaction: MasterDataTransaction {
  var tables: MemoryTables
  let time: Timestamp
  /// Entries as they were, to be put back in reverse order; nil: the entry was new.
  private var undo: [(index: Int, entry: MemoryTables.Entry?)] = []

  init(_ tables: MemoryTables, time: Timestamp) {
    self.tables = tables
    self.time = time
  }

  private func index(_ object: ObjectNumber) throws -> Int {
    let index = Int(object.value) - 1
    guard tables.entries.indices.contains(index) else { throw MasterDataError.storage("no object \(object.value)") }
    return index
  }

  private func isKnown(_ period: Period, _ known: Timestamp?) -> Bool {
    known.map { period.contains($0) } ?? period.isOpen
  }

  func record(of object: ObjectNumber) -> ObjectRecord? { (try? index(object)).map { tables.entries[$0].record } }

  func object(_ kind: ObjectKind, mRID: String) -> ObjectNumber? {
    tables.byMRID["\(kind)/\(mRID)"].map { ObjectNumber(Int64($0 + 1)) }
  }

  func slices(_ kind: ObjectKind, by term: IndexTerm, known: Timestamp?) -> [Slice] {
    // The index is not taken back with a savepoint: what it says beyond the entries is looked up here.
    (tables.byTerm[IndexEntry(kind: kind, term: term)] ?? []).sorted().filter { $0 < tables.entries.count }.flatMap {
      index in
      tables.entries[index].slices.filter { slice in
        isKnown(slice.known, known) && IndexTerm.all(of: slice.content).contains(term)
      }
    }
  }

  func slices(of object: ObjectNumber, known: Timestamp?) throws -> [Slice] {
    tables.entries[try index(object)].slices.filter { isKnown($0.known, known) }
      .sorted { $0.valid.from < $1.valid.from }
  }

  func validity(of object: ObjectNumber) throws -> [Period] { try slices(of: object, known: nil).map(\.valid) }

  func history(of object: ObjectNumber) throws -> [Slice] {
    tables.entries[try index(object)].slices.sorted { ($0.known.from, $0.number) < ($1.known.from, $1.number) }
  }

  func links(of object: ObjectNumber, known: Timestamp?) throws -> [Link] {
    tables.entries[try index(object)].links.filter { isKnown($0.known, known) }
      .sorted { ($0.valid.from, $0.number) < ($1.valid.from, $1.number) }
  }

  func links(_ first: ObjectNumber, _ second: ObjectNumber) throws -> [Link] {
    try links(of: first, known: nil).filter { $0.first == first && $0.second == second }
  }

  func links(after: Int64, limit: Int) -> [Link] {
    let all = tables.entries.lazy.flatMap { entry in entry.links.filter { $0.first == entry.record.number } }
    return Array(all.filter { $0.number > after }.sorted { $0.number < $1.number }.prefix(limit))
  }

  func links(of object: ObjectNumber, after: Int64, limit: Int) throws -> [Link] {
    let links = tables.entries[try index(object)].links
    return Array(links.filter { $0.number > after }.sorted { $0.number < $1.number }.prefix(limit))
  }

  func linkHistory(of object: ObjectNumber) throws -> [Link] {
    tables.entries[try index(object)].links.sorted { ($0.known.from, $0.number) < ($1.known.from, $1.number) }
  }

  func objects(_ kind: ObjectKind, after: ObjectNumber?, limit: Int) -> [ObjectRecord] {
    let rest = tables.entries.dropFirst(Int(after?.value ?? 0))
    return Array(rest.lazy.map(\.record).filter { $0.kind == kind }.prefix(limit))
  }

  func changes(after: Int64, limit: Int) -> [ChangeRecord] {
    Array(tables.changes.dropFirst(Int(max(after, 0))).prefix(limit))
  }

  func published() -> Int64 { tables.published }
  func reply(to request: String) -> [UInt8]? { tables.replies[request] }

  private func number() -> Int64 {
    tables.lastNumber += 1
    return tables.lastNumber
  }

  private func touch(_ object: ObjectNumber) throws -> Int {
    let index = try index(object)
    undo.append((index, tables.entries[index]))
    return index
  }

  func insertObject(_ kind: ObjectKind, mRID: String?) throws -> ObjectNumber {
    let index = tables.entries.count
    if let mRID {
      guard tables.byMRID.updateValue(index, forKey: "\(kind)/\(mRID)") == nil else {
        throw MasterDataError.storage("\(kind) \(mRID) is there already")
      }
    }
    let record = ObjectRecord(number: ObjectNumber(Int64(index + 1)), kind: kind, mRID: mRID)
    tables.entries.append(.init(record: record))
    undo.append((index, nil))
    return record.number
  }

  func insert(_ object: ObjectNumber, valid: Period, content: Element, parts: [Element]) throws {
    let index = try touch(object)
    let slice = Slice(
      number: number(), object: object, valid: valid, known: Period(time), content: content, parts: parts)
    tables.entries[index].slices.append(slice)
    let kind = tables.entries[index].record.kind
    for term in IndexTerm.all(of: content) {
      tables.byTerm[IndexEntry(kind: kind, term: term), default: []].insert(index)
    }
  }

  func supersede(_ slice: Slice) throws {
    let index = try touch(slice.object)
    guard let at = tables.entries[index].slices.firstIndex(where: { $0.number == slice.number }) else { return }
    if tables.entries[index].slices[at].known.from == time {
      tables.entries[index].slices.remove(at: at)
    } else {
      tables.entries[index].slices[at].known.to = time
    }
  }

  func insertLink(_ first: ObjectNumber, _ second: ObjectNumber, valid: Period) throws {
    let link = Link(number: number(), first: first, second: second, valid: valid, known: Period(time))
    for end in [first, second] {
      let index = try touch(end)
      tables.entries[index].links.append(link)
    }
  }

  func supersede(_ link: Link) throws {
    for end in [link.first, link.second] {
      let index = try touch(end)
      guard let at = tables.entries[index].links.firstIndex(where: { $0.number == link.number }) else { continue }
      if tables.entries[index].links[at].known.from == time {
        tables.entries[index].links.remove(at: at)
      } else {
        tables.entries[index].links[at].known.to = time
      }
    }
  }

  func append(_ change: ChangeRecord) {
    var change = change
    change.sequence = Int64(tables.changes.count + 1)
    tables.changes.append(change)
  }

  func setPublished(_ sequence: Int64) {
    let bounded = min(max(sequence, tables.published), Int64(tables.changes.count))
    for index in Int(tables.published)..<Int(bounded) { tables.changes[index].body = nil }
    tables.published = bounded
  }

  func keep(reply: [UInt8], to request: String) { tables.replies[request] = reply }

  func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
    let (mark, changes, replies) = (undo.count, tables.changes.count, tables.replies)
    do {
      return try body()
    } catch {
      while undo.count > mark, let last = undo.popLast() {
        if let entry = last.entry {
          tables.entries[last.index] = entry
        } else {
          let record = tables.entries.removeLast().record
          if let mRID = record.mRID { tables.byMRID["\(record.kind)/\(mRID)"] = nil }
        }
      }
      tables.changes.removeLast(tables.changes.count - changes)
      tables.replies = replies
      throw error
    }
  }
}
