// From groups of like-named elements to the order the schema wants.
import CIMSchema

extension TypePlan {
  /// Stands for elements that came through a wildcard, in place of a number of an entry.
  static let wildcard = -1

  /// Where an order is looked for: the number of tries beyond one per element.
  private static let spareSteps = 20_000

  /// Puts groups into the order of the content model; within a group the order stays.
  ///
  /// The writer asks the same question: whatever the answer is, it holds for both directions.
  ///
  /// - Parameters:
  ///   - groups: numbers of entries, or `wildcard`, with how many there are, in the order of the text.
  ///   - foreign: namespaces of the elements that came through wildcards, in order.
  /// - Returns: one number of an entry, or `wildcard`, per element. Where the content model can take the elements in no
  ///   order, that of the schema with each group in one piece: the decoder will name what is wrong.
  func arranged(_ groups: [(entry: Int, count: Int)], foreign: [String]) -> [Int] {
    if groups.count == 1, let group = groups.first { return Array(repeating: group.entry, count: group.count) }
    // The members of xs:all may come in any order: that of the text is as good as any.
    if model.all == nil {
      if let order = search(groups, foreign: foreign) { return order }
      return grouped(groups.sorted { rank($0.entry) < rank($1.entry) })
    }
    return grouped(groups)
  }

  private func grouped(_ groups: [(entry: Int, count: Int)]) -> [Int] {
    groups.flatMap { Array(repeating: $0.entry, count: $0.count) }
  }

  private func rank(_ entry: Int) -> Int32 { entry == Self.wildcard ? wildcardRank : entries[entry].rank }

  /// Depth first through the automaton, what the schema names first being tried first.
  private func search(_ groups: [(entry: Int, count: Int)], foreign: [String]) -> [Int]? {
    var left = [Int](repeating: 0, count: entries.count)
    var total = foreign.count
    var nextForeign = 0
    for group in groups where group.entry != Self.wildcard {
      left[group.entry] = group.count
      total += group.count
    }
    var taken: [(entry: Int, state: Int, choice: Int)] = []
    taken.reserveCapacity(total)
    var state = 0
    var choice = 0
    var steps = 0
    while true {
      if taken.count == total && model.states[state].accepts { return taken.map(\.entry) }
      steps += 1
      if steps > total * 2 + Self.spareSteps { return nil }
      if let step = step(from: state, choice: choice, left: left, foreign: foreign, next: nextForeign) {
        taken.append((step.entry, state, step.choice))
        if step.entry == Self.wildcard { nextForeign += 1 } else { left[step.entry] -= 1 }
        state = step.state
        choice = 0
      } else {
        guard let last = taken.popLast() else { return nil }
        if last.entry == Self.wildcard { nextForeign -= 1 } else { left[last.entry] += 1 }
        state = last.state
        choice = last.choice + 1
      }
    }
  }

  /// The first way out of a state, from a choice on, for which an element is left.
  private func step(
    from index: Int, choice: Int, left: [Int], foreign: [String], next: Int
  ) -> (entry: Int, state: Int, choice: Int)? {
    let state = model.states[index]
    var choice = choice
    while choice < Int(state.count) {
      let place = Int(state.first) + choice
      let entry = Int(transitionEntries[place])
      if left[entry] > 0 { return (entry, Int(model.transitions[place].next), choice) }
      choice += 1
    }
    guard next < foreign.count else { return nil }
    while choice < Int(state.count + state.wildcardCount) {
      let transition = model.wildcards[Int(state.wildcardFirst) + choice - Int(state.count)]
      if transition.wildcard.admits(foreign[next]) { return (Self.wildcard, Int(transition.next), choice) }
      choice += 1
    }
    return nil
  }
}
