// The deterministic automaton of a pattern, when it is small.

/// A transition table: one look-up per character, no memory while matching.
struct PatternTable: Sendable {
  /// Next state by state and class; `dead` when no text can match any more.
  private let transitions: [UInt16]
  private let accepting: [Bool]
  private let classCount: Int

  private static let dead = UInt16.max
  private static let maximumStates = 1000
  private static let maximumTransitions = 1 << 16
  /// Steps of building beyond which the table is given up.
  private static let maximumWork = 400_000

  /// - Returns: nil when the table would be too big or too slow to build.
  init?(_ automaton: PatternAutomaton, _ alphabet: PatternAlphabet) {
    var builder = StateSet(count: automaton.states.count)
    var numbers: [[Int32]: UInt16] = [:]
    var pending: [[Int32]] = []
    var transitions: [UInt16] = []
    var accepting: [Bool] = []
    var work = 0

    func number(_ states: StateSet) -> UInt16? {
      if states.isEmpty { return PatternTable.dead }
      // -1 marks a set that accepts; only what reads and what accepts makes a difference.
      let key = states.elements.sorted() + (states.accepts ? [-1] : [])
      if let known = numbers[key] { return known }
      guard numbers.count < PatternTable.maximumStates else { return nil }
      let number = UInt16(numbers.count)
      numbers[key] = number
      pending.append(key)
      accepting.append(states.accepts)
      return number
    }

    builder.insert(automaton.start, of: automaton)
    guard number(builder) != nil else { return nil }
    var done = 0
    while done < pending.count {
      let current = pending[done]
      done += 1
      guard transitions.count + alphabet.classCount <= PatternTable.maximumTransitions else { return nil }
      for character in 0..<alphabet.classCount {
        builder.removeAll()
        for state in current where state >= 0 {
          if case .read(let set, let next) = automaton.states[Int(state)], alphabet.members[set][character] {
            builder.insert(next, of: automaton)
          }
        }
        work += current.count + builder.work
        guard work <= PatternTable.maximumWork, let target = number(builder) else { return nil }
        transitions.append(target)
      }
    }
    self.transitions = transitions
    self.accepting = accepting
    classCount = alphabet.classCount
  }

  func matches(_ text: Bytes, _ alphabet: PatternAlphabet) -> Bool {
    var state = 0
    var index = 0
    while index < text.count {
      let next = transitions[state * classCount + alphabet.nextClass(text, &index)]
      if next == PatternTable.dead { return false }
      state = Int(next)
    }
    return accepting[state]
  }
}
