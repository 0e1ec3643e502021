// Sets of automaton states, closed over branches.

/// The states an automaton may be in, each at most once. Cleared without touching its memory.
struct StateSet {
  private(set) var elements: [Int32] = []
  private(set) var accepts = false
  /// Branches and states visited since the last `removeAll`.
  private(set) var work = 0

  private var marks: [UInt32]
  private var generation: UInt32 = 1
  private var pending: [Int32] = []

  init(count: Int) { marks = [UInt32](repeating: 0, count: count) }

  var isEmpty: Bool { elements.isEmpty && !accepts }

  mutating func removeAll() {
    elements.removeAll(keepingCapacity: true)
    accepts = false
    work = 0
    generation += 1
    if generation == .max {
      for index in marks.indices { marks[index] = 0 }
      generation = 1
    }
  }

  /// Adds `state` and what it reaches without reading.
  mutating func insert(_ state: Int, of automaton: PatternAutomaton) {
    pending.append(Int32(state))
    while let index = pending.popLast() {
      guard marks[Int(index)] != generation else { continue }
      marks[Int(index)] = generation
      work += 1
      switch automaton.states[Int(index)] {
      case .read: elements.append(index)
      case .accept: accepts = true
      case .branch(let first, let second):
        pending.append(Int32(second))
        pending.append(Int32(first))
      }
    }
  }
}
