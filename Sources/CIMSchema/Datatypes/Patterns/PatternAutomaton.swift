// The nondeterministic automaton of a pattern, after Thompson.

/// States that either read one character of a set or branch without reading.
struct PatternAutomaton: Sendable {
  enum State: Sendable {
    case read(set: Int, next: Int)
    case branch(Int, Int)
    case accept
  }

  private(set) var states: [State] = []
  private(set) var sets: [ScalarSet] = []
  private(set) var start = 0

  private var setIndexes: [ScalarSet: Int] = [:]

  /// Patterns that need more are refused; `{n,m}` needs m copies of what it repeats.
  static let maximumStates = 100_000

  /// - Throws: `PatternError` when the pattern needs too many states.
  init(_ syntax: PatternSyntax) throws(PatternError) {
    let accept = try add(.accept)
    start = try build(syntax, next: accept)
    setIndexes = [:]
  }

  private mutating func add(_ state: State) throws(PatternError) -> Int {
    guard states.count < PatternAutomaton.maximumStates else {
      throw PatternError("the pattern needs more than \(PatternAutomaton.maximumStates) states; repeat less")
    }
    states.append(state)
    return states.count - 1
  }

  /// Adds the states of `syntax` in front of the state `next`; returns the first of them.
  private mutating func build(_ syntax: PatternSyntax, next: Int) throws(PatternError) -> Int {
    switch syntax {
    case .empty:
      return next
    case .characters(let set):
      if setIndexes[set] == nil {
        setIndexes[set] = sets.count
        sets.append(set)
      }
      return try add(.read(set: setIndexes[set] ?? 0, next: next))
    case .sequence(let parts):
      var first = next
      for part in parts.reversed() { first = try build(part, next: first) }
      return first
    case .choice(let branches):
      var first: Int?
      for branch in branches.reversed() {
        let entry = try build(branch, next: next)
        first = try first.map { (other) throws(PatternError) in try add(.branch(entry, other)) } ?? entry
      }
      return first ?? next
    case .repeat(let part, let minimum, let maximum):
      return try buildRepeat(part, minimum: minimum, maximum: maximum, next: next)
    }
  }

  private mutating func buildRepeat(
    _ part: PatternSyntax, minimum: Int, maximum: Int?, next: Int
  ) throws(PatternError) -> Int {
    var first = next
    if let maximum {
      for _ in minimum..<maximum { first = try add(.branch(try build(part, next: first), next)) }
    } else {
      first = try add(.accept)
      states[first] = .branch(try build(part, next: first), next)
    }
    for _ in 0..<minimum {
      let entry = try build(part, next: first)
      // Nothing repeated is nothing, however often.
      if entry == first { break }
      first = entry
    }
    return first
  }
}
