// Master data for people: a tree of what is linked, a history, and what a set would change.
public import CIMModel

/// Lines of text about objects.
public enum MasterDataText {
  /// An object and everything linked to it, with dates.
  public static func tree(_ root: Neighbourhood.Branch) -> [String] {
    var lines = [label(root)]
    append(root.branches, indent: "", to: &lines)
    return lines
  }

  private static func append(_ branches: [Neighbourhood.Branch], indent: String, to lines: inout [String]) {
    for (index, branch) in branches.enumerated() {
      let isLast = index == branches.count - 1
      lines.append(indent + (isLast ? "└─ " : "├─ ") + label(branch))
      append(branch.branches, indent: indent + (isLast ? "   " : "│  "), to: &lines)
    }
  }

  private static func label(_ branch: Neighbourhood.Branch) -> String {
    let key = ObjectKey(branch.record.kind, mRID: branch.record.mRID)
    let names = branch.slice?.names ?? []
    var text = key.mRID == nil && !names.isEmpty ? branch.record.kind.element : key.description
    for name in names { text += " \(name)" }
    text += branch.slice.map { "  \($0.valid)" } ?? "  not valid then"
    if let link = branch.link { text += "  (linked \(link.valid))" }
    return text
  }

  /// Every state of knowledge of an object and of its links, oldest first.
  public static func history(of object: ObjectNumber, in view: any MasterDataView) throws -> [String] {
    var entries: [(known: Period, text: String)] = try view.history(of: object).map { slice in
      let leaves = leaves(slice.content).filter { !$0.path.hasPrefix("ConfigurationEvent") && $0.path != "mRID" }
      let fields = leaves.map { "\($0.path)=\($0.text)" }.joined(separator: " ")
      return (slice.known, "valid \(slice.valid)" + (fields.isEmpty ? "" : "  \(fields)"))
    }
    for link in try view.linkHistory(of: object) {
      let other = try view.key(of: link.other(than: object), at: link.valid.from, known: link.known.from)
      entries.append((link.known, "linked with \(other)  \(link.valid)"))
    }
    return entries.sorted { $0.known.from < $1.known.from }.map { entry in
      let until = entry.known.isOpen ? "" : "  until \(entry.known.to.xmlText) this was thought so"
      return "\(entry.known.from.xmlText)  \(entry.text)\(until)"
    }
  }

  /// Texts of all leaves with their paths.
  static func leaves(_ element: Element, _ prefix: String = "") -> [(path: String, text: String)] {
    element.children.flatMap { child -> [(path: String, text: String)] in
      let path = prefix.isEmpty ? child.name : "\(prefix)/\(child.name)"
      if child.children.isEmpty { return [(path, child.text.isEmpty ? child.attribute("ref") ?? "" : child.text)] }
      return leaves(child, path)
    }
  }

  /// What two states of knowledge say differently of the objects that changes concern: lines with "-" and "+".
  ///
  /// - Parameters:
  ///   - changes: of one transaction.
  ///   - known: the transaction's time.
  public static func difference(
    _ changes: [ChangeRecord], known: Timestamp, in view: any MasterDataView
  ) throws -> [String] {
    var lines: [String] = []
    var seen: Set<String> = []
    let before = Timestamp(microseconds: known.microseconds - 1)
    for change in changes {
      guard let object = change.object else { continue }
      let key = try view.key(of: object, at: change.at)
      if let other = change.other {
        let otherKey = try view.key(of: other, at: change.at)
        guard seen.insert("\(object.value)-\(other.value)").inserted else { continue }
        func text(_ known: Timestamp?) throws -> [String] {
          try view.links(of: object, known: known).filter { $0.first == object && $0.second == other }
            .map { "  linked \($0.valid)" }
        }
        lines += section("\(key) – \(otherKey)", try text(before), try text(nil))
      } else {
        guard seen.insert("\(object.value)").inserted else { continue }
        func text(_ known: Timestamp?) throws -> [String] {
          try view.slices(of: object, known: known).flatMap { slice in
            ["  \(slice.valid)"] + leaves(slice.content).map { "    \($0.path): \($0.text)" }
          }
        }
        lines += section(key.description, try text(before), try text(nil))
      }
    }
    return lines
  }

  private static func section(_ title: String, _ before: [String], _ after: [String]) -> [String] {
    guard before != after else { return [] }
    let difference = after.difference(from: before)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines = [title]
    var old = 0
    var new = 0
    while old < before.count || new < after.count {
      if old < before.count, removed.contains(old) {
        lines.append("-" + before[old])
        old += 1
      } else if new < after.count, added.contains(new) {
        lines.append("+" + after[new])
        new += 1
      } else {
        lines.append(" " + after[new])
        old += 1
        new += 1
      }
    }
    return lines
  }
}
