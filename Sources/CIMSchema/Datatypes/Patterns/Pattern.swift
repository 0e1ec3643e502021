// Compiled patterns.

/// The patterns of one derivation step, any of which may match the whole text. Immutable.
///
/// Small patterns run on a table, one look-up per character and without allocation. Others are simulated: time is at
/// most characters × states, memory a few numbers per state; there is no backtracking.
///
/// - SeeAlso: XML Schema Part 2, 4.3.4 and appendix F
final class Pattern: Sendable {
  /// As the schema gives them.
  let alternatives: [String]

  private let automaton: PatternAutomaton
  private let alphabet: PatternAlphabet
  private let table: PatternTable?

  /// - Throws: `PatternError` for a text that is no pattern, and for one that needs more than 100,000 states.
  init(_ alternatives: [String]) throws(PatternError) {
    self.alternatives = alternatives
    var branches: [PatternSyntax] = []
    for alternative in alternatives { branches.append(try PatternParser.parse(alternative)) }
    automaton = try PatternAutomaton(branches.count == 1 ? branches[0] : .choice(branches))
    guard let alphabet = PatternAlphabet(automaton.sets) else {
      throw PatternError("the pattern tells too many characters apart")
    }
    self.alphabet = alphabet
    table = PatternTable(automaton, alphabet)
  }

  /// Whether the whole of `text` matches.
  func matches(_ text: Bytes) -> Bool {
    table?.matches(text, alphabet) ?? simulate(text)
  }

  /// Whether the table was small enough to be built; for tests.
  var isTabled: Bool { table != nil }

  /// As `matches`, but never by the table.
  func simulate(_ text: Bytes) -> Bool {
    var current = StateSet(count: automaton.states.count)
    var next = StateSet(count: automaton.states.count)
    current.insert(automaton.start, of: automaton)
    var index = 0
    while index < text.count {
      if current.elements.isEmpty { return false }
      let character = alphabet.nextClass(text, &index)
      next.removeAll()
      for state in current.elements {
        if case .read(let set, let target) = automaton.states[Int(state)], alphabet.members[set][character] {
          next.insert(target, of: automaton)
        }
      }
      swap(&current, &next)
    }
    return current.accepts
  }
}
