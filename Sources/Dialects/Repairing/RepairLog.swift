// What was repaired, and where.
import IECMessage

/// The repairs of one document, and the place where the work is.
struct RepairLog {
  private let limit: Int
  private var entries: [Inspection.Repair] = []
  private var dropped = 0
  /// Names and ordinals; put into words only when something is noted.
  private var steps: [(name: String, ordinal: Int)] = []
  private var saidOnce: Set<String> = []

  init(limit: Int) { self.limit = max(limit, 1) }

  var isEmpty: Bool { entries.isEmpty }

  /// In the order of the lines.
  var repairs: [Inspection.Repair] {
    // The sort is stable: what belongs to one line stays in the order in which it was done.
    var all = entries.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
      .map(\.element)
    if dropped > 0, let last = all.last {
      all.append(
        Inspection.Repair(line: last.line, path: "/", message: "\(dropped) more repairs are not listed"))
    }
    return all
  }

  /// Where the work is, as the strict reader writes paths.
  private var path: String {
    steps.map { "/" + ($0.ordinal > 1 ? "\($0.name)[\($0.ordinal)]" : $0.name) }.joined()
  }

  mutating func enter(_ node: DocumentNode) { steps.append((node.found, node.ordinal)) }
  mutating func leave() { if !steps.isEmpty { steps.removeLast() } }

  mutating func note(_ line: Int, _ message: String) {
    if entries.count < limit {
      entries.append(Inspection.Repair(line: line, path: path, message: message))
    } else {
      dropped += 1
    }
  }

  /// For what holds of a whole document and would be said of each element.
  mutating func noteOnce(_ line: Int, _ message: String) {
    if saidOnce.count < limit, !saidOnce.insert(message).inserted { return }
    note(line, message)
  }
}
