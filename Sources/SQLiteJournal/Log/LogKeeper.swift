// The work of the log's thread: admission, the write, and what goes into the database next.
import CIMModel
import Foundation
import GRDBSQLite
import MessageBus
import SQLiteAccess

/// Writes units to the log and gathers them into generations. To be used by the log's thread alone.
final class LogKeeper {
  /// Units that lie in the log and not yet in the database, in the order of their numbers.
  private struct Generation {
    var units: [LoggedUnit] = []
    var keys = RecentKeys()
    /// Entries, of whatever age, that are no part of the inbox any more.
    var gone: Set<EntryID> = []
    /// Where they lie.
    var segments: [LogSegment] = []
    /// Once they are carried, no segment up to this one is read again.
    var lastSegment: Int64 = 0
    var bytes = 0
    var began = ContinuousClock.now

    var isEmpty: Bool { units.isEmpty }
  }

  private let configuration: SQLiteJournal.Configuration
  private let folder: LogFolder
  private let inbox: InboxReader
  private let spool: Spool
  private let journalPath: String
  private var current = Generation()
  /// On its way into the database.
  private var carried: Generation?
  private var free: [LogSegment] = []
  private var slots = 0
  private var lastSegment: LogSegment?
  private var lastNumber: Int64
  /// The last segment before the one in use that holds anything.
  private var previous: LogSegment.Extent
  private var lastEntry: Int64
  private var records = RecordWriter()
  /// Files of units whose write failed: a start that comes now may find them whole in the log all the same.
  private var abandoned: [String] = []

  /// - Parameters:
  ///   - lastSegment: the highest number of a segment so far.
  ///   - lastEntry: the highest number of an entry so far.
  init(
    folder: LogFolder, inbox: InboxReader, spool: Spool, path: String, configuration: SQLiteJournal.Configuration,
    lastSegment: Int64, lastEntry: Int64
  ) {
    self.folder = folder
    self.inbox = inbox
    self.spool = spool
    journalPath = path
    self.configuration = configuration
    lastNumber = lastSegment
    // All of it lies in the database; with an older one it does not, and that is to be told.
    previous = LogSegment.Extent(number: lastSegment, length: lastSegment == 0 ? 0 : .max)
    self.lastEntry = lastEntry
  }

  // MARK: Writing

  /// Makes these durable, all or none, and says what became of each.
  ///
  /// - Throws: `BusError` with code `.diskFull` or `.storage`.
  func write(_ batch: ArraySlice<JournalLog.Waiting>) throws(BusError) -> [Admission] {
    var results: [Admission] = []
    results.reserveCapacity(batch.count)
    let segment = try segment()
    var added: [LoggedUnit] = []
    added.reserveCapacity(batch.count)
    records.removeAll()
    records.append(raw: segment.opening)
    var index = segment.records
    var keys: [EntryID] = []
    defer { inbox.finish() }
    do throws(BusError) {
      for waiting in batch {
        let first = waiting.unit.entries.first?.inboxKey.map { RecentKeys.Hashed($0) }
        let admission = try admit(waiting, first, &added)
        results.append(admission)
        guard case .written(let ids, _) = admission, let logged = added.last else { continue }
        records.append(logged, index: index, segment: segment.number)
        index += 1
        for (place, entry) in logged.unit.entries.enumerated() where entry.state.isKnownToInbox {
          guard let key = place == 0 ? first : entry.inboxKey.map({ RecentKeys.Hashed($0) }) else { continue }
          current.keys.add(key, ids[place])
          keys.append(ids[place])
        }
      }
      // Nothing more is asked, and what a reader holds open the database cannot clear away.
      inbox.finish()
      if !added.isEmpty { try segment.append(records.bytes, records: added.count) }
      // The head of this segment says that what failed before it does not count.
      spool.remove(abandoned)
      abandoned = []
    } catch {
      for key in keys { current.keys.remove(key) }
      let files = batch.flatMap(\.files).map(\.name)
      if segment.isBroken { abandoned += files } else { spool.remove(files) }
      if segment.isBroken, segment.length == 0 {
        // Nothing under its number counts: the next one may have the file.
        current.segments.removeLast()
        free.append(segment)
      }
      // The numbers of these entries may stand in the file all the same: they are not used again.
      throw error
    }
    if current.isEmpty { current.began = .now }
    for logged in added {
      for change in logged.unit.states { note(change) }
      current.bytes += logged.size
    }
    current.units += added
    return results
  }

  /// Whether its message may be sent again.
  private func note(_ change: StateChange) {
    if !change.state.isKnownToInbox {
      current.keys.remove(change.entry)
      carried?.keys.remove(change.entry)
      current.gone.insert(change.entry)
    } else {
      current.gone.remove(change.entry)
      carried?.gone.remove(change.entry)
    }
  }

  private func admit(
    _ waiting: JournalLog.Waiting, _ first: RecentKeys.Hashed?, _ added: inout [LoggedUnit]
  ) throws(BusError) -> Admission {
    var unit = waiting.unit
    var reused: EntryID?
    // A message that is no message of the inbox, or is dead from the start, is not looked for.
    if waiting.isAdmission, let first {
      switch try find(first) {
      case .duplicate(let entry): return .duplicate(of: entry)
      case .reused(let entry):
        reused = entry
        unit.entries[0].remark(reused: entry)
      case .unknown: break
      }
    }
    var ids: [EntryID] = []
    ids.reserveCapacity(unit.entries.count)
    for _ in unit.entries {
      lastEntry += 1
      ids.append(EntryID(lastEntry))
    }
    added.append(LoggedUnit(unit: unit, ids: ids, files: waiting.files))
    return .written(ids, reused: reused)
  }

  private func find(_ key: RecentKeys.Hashed) throws(BusError) -> RecentKeys.Finding {
    // The newest say what a MessageID was used for; a duplicate may be among any of them.
    var reused = current.keys.find(key)
    if case .duplicate = reused { return reused }
    if let earlier = carried?.keys.find(key) {
      if case .duplicate = earlier { return earlier }
      if reused == .unknown { reused = earlier }
    }
    do {
      let known = try inbox.known(key.key)
      switch known {
      case .duplicate(let entry) where !isGone(entry): return known
      case .reused(let entry) where !isGone(entry) && reused == .unknown: return known
      default: return reused
      }
    } catch {
      throw BusError(reading: error, path: journalPath)
    }
  }

  /// The database does not know yet that this is no part of the inbox any more.
  private func isGone(_ entry: EntryID) -> Bool {
    current.gone.contains(entry) || carried?.gone.contains(entry) == true
  }

  /// The segment that the next write goes to.
  private func segment() throws(BusError) -> LogSegment {
    if let segment = current.segments.last, !segment.isBroken { return segment }
    let segment: LogSegment
    if let used = free.popLast() {
      segment = used
    } else {
      segment = try LogSegment(path: folder.newFile(from: &slots), folder: folder.path)
    }
    if let lastSegment, lastSegment.length > 0 { previous = lastSegment.extent }
    lastNumber += 1
    segment.begin(lastNumber, after: previous)
    lastSegment = segment
    current.segments.append(segment)
    return segment
  }

  /// Nothing is written afterwards.
  func close() { inbox.close() }

  // MARK: Into the database

  /// What is to be carried into the database, with the number of the segment up to which it goes.
  struct Load: Sendable {
    var units: [LoggedUnit]
    var segment: Int64
  }

  var isEmpty: Bool { current.isEmpty && carried == nil }
  /// Nothing has been written since the last load was taken.
  var isTaken: Bool { current.isEmpty }
  var isCarrying: Bool { carried != nil }
  /// The log has room for more.
  var hasRoom: Bool { carried == nil || current.bytes < configuration.logBytes }

  /// Whether there is enough for a load, or it has waited long enough.
  var isDue: Bool {
    guard !current.isEmpty, carried == nil else { return false }
    return current.units.count >= configuration.carryUnits || current.bytes >= configuration.carryBytes
      || .now - current.began >= configuration.carryAge
  }

  /// Everything that was written since the last load.
  func takeLoad() -> Load? {
    guard carried == nil, !current.isEmpty else { return nil }
    current.lastSegment = lastNumber
    let load = Load(units: current.units, segment: lastNumber)
    carried = current
    current = Generation()
    return load
  }

  /// The load that was taken, once more.
  var load: Load? {
    carried.map { Load(units: $0.units, segment: $0.lastSegment) }
  }

  /// The load lies in the database.
  ///
  /// - Returns: how many units it had.
  func loadIsCarried() -> Int {
    guard let done = carried else { return 0 }
    carried = nil
    for segment in done.segments {
      // Two are in use at a time; what a burst has made large is given back.
      if free.count < 2, segment.length <= configuration.carryBytes * 2 {
        free.append(segment)
      } else {
        segment.remove()
      }
    }
    return done.units.count
  }
}
