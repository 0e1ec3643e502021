// A unit as the log has it.
import MessageBus

/// A unit with the numbers of its entries, and what was taken out of them because it is large.
struct LoggedUnit: Sendable {
  var unit: JournalUnit
  var ids: [EntryID]
  var files: [Spool.File] = []

  /// Bytes that it holds in memory, about.
  var size: Int {
    128 + unit.bodyBytes + unit.entries.count * 512 + unit.settlements.count * 128
  }
}

extension JournalUnit {
  /// Bytes of all its bodies and forms.
  var bodyBytes: Int { entries.reduce(0) { $0 + $1.body.count + ($1.form?.count ?? 0) } }
}
