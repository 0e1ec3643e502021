// The state of identity constraints along a document: which are open, what they select, and the tables of keys.
import CIMSchema
import XMLPull

/// The values of a constraint's fields, in order.
struct KeySequence: Hashable {
  // Nearly all keys have one field: it needs no array.
  let first: ValueKey
  let rest: [ValueKey]

  init?(_ values: [ValueKey?]) {
    guard let head = values.first, let first = head else { return nil }
    self.first = first
    var rest: [ValueKey] = []
    for value in values.dropFirst() {
      guard let value else { return nil }
      rest.append(value)
    }
    self.rest = rest
  }
}

/// Everything is keyed by level: the number of open elements, counted from the outermost one with a constraint.
struct IdentityTracker {
  /// A constraint that an open element carries.
  struct Activation {
    var constraint: ConstraintNumber
    var definition: IdentityConstraint
    var level: Int
    /// For a keyref what it has still to find, by value.
    var references: [KeySequence: Reference] = [:]
    /// The cap was reached: nothing more is said of this constraint.
    var isExhausted = false
  }

  /// A constraint by schema and place in it.
  struct ConstraintNumber: Hashable {
    var schema: Int
    var index: Int32
  }

  struct Reference {
    var text: String
    var position: XMLPosition
    var path: String
    var scope: DecodedDocument.Scope
  }

  /// An element that a selector has selected and that is still open.
  struct Context {
    var activation: Int
    var level: Int
    var values: [ValueKey?]
    var texts: [String]
    var matches: [Int]
    /// Something was said of this element already: no more follows from it.
    var isSpoilt = false
  }

  /// An element that is a field of a selected one, and whose value is known at its end tag.
  struct FieldMatch {
    var context: Int
    var field: Int
    var level: Int
    var isNillable: Bool
    /// As in force in its start tag.
    var namespaces: ReaderNamespaces
  }

  /// Keys of one constraint that an element and its descendants contribute.
  struct Table {
    var constraint: ConstraintNumber
    var level: Int
    var entries: [KeySequence: Entry] = [:]
  }

  enum Entry: Hashable {
    /// Selected by the constraint of this very element; with its line.
    case own(line: Int)
    /// From the table of one child.
    case inherited(line: Int)
    /// From the tables of two children: names neither.
    case conflict
  }

  /// Names of the open elements from the outermost one with a constraint; empty when there is none.
  var names: [SchemaName] = []
  var activations: [Activation] = []
  var contexts: [Context] = []
  var matches: [FieldMatch] = []
  /// In order of level.
  var tables: [Table] = []
  /// Keys and references held at present, for each constraint.
  var held: [ConstraintNumber: Int] = [:]
  /// Constraints that ran into the limit: references to them are not judged.
  var exhausted: Set<ConstraintNumber> = []

  var level: Int { names.count }

  // MARK: Tables

  /// The table of a constraint at the innermost open element; nil where it has none.
  func table(of constraint: ConstraintNumber) -> Int? {
    var index = tables.count
    while index > 0, tables[index - 1].level == level {
      index -= 1
      if tables[index].constraint == constraint { return index }
    }
    return nil
  }

  /// Whether a keyref of this element or one outside of it looks for keys of a constraint.
  private func isWanted(_ constraint: ConstraintNumber, within limit: Int) -> Bool {
    activations.contains { activation in
      activation.level <= limit && activation.constraint.schema == constraint.schema
        && activation.definition.refer == constraint.index
    }
  }

  /// Hands the tables of the innermost open element to its parent, where an outer keyref looks for them.
  ///
  /// - SeeAlso: XML Schema Part 1, 3.11.5
  mutating func propagateTables() {
    var handed: [Table] = []
    while let table = tables.last, table.level == level { handed.append(tables.removeLast()) }
    for var table in handed.reversed() {
      let count = table.entries.count
      guard isWanted(table.constraint, within: level - 1) else {
        held[table.constraint, default: 0] -= count
        continue
      }
      table.level -= 1
      if let other = tables.lastIndex(where: { $0.level == table.level && $0.constraint == table.constraint }) {
        merge(table.entries, into: other)
      } else {
        table.entries = inherited(table.entries)
        held[table.constraint, default: 0] -= count - table.entries.count
        tables.append(table)
      }
    }
  }

  private func inherited(_ entries: [KeySequence: Entry]) -> [KeySequence: Entry] {
    entries.compactMapValues { entry in
      switch entry {
      case .own(let line), .inherited(let line): .inherited(line: line)
      case .conflict: nil
      }
    }
  }

  private mutating func merge(_ entries: [KeySequence: Entry], into index: Int) {
    let before = tables[index].entries.count + entries.count
    for (key, entry) in inherited(entries) {
      switch tables[index].entries[key] {
      case nil: tables[index].entries[key] = entry
      case .inherited: tables[index].entries[key] = .conflict
      case .own, .conflict: break
      }
    }
    held[tables[index].constraint, default: 0] -= before - tables[index].entries.count
  }
}
