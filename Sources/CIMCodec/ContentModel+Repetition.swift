// Whether an element can stand more than once in a content model.
import CIMSchema

extension ContentModel {
  /// Whether a parent may have two children of this name. Elements that come through a wildcard may always repeat.
  func mayRepeat(_ symbol: Schema.Symbol) -> Bool {
    if let all { return !all.contains { $0.symbol == symbol } }
    var reached = Set<Int32>()
    var next: [Int32] = []
    for transition in transitions where transition.symbol == symbol && reached.insert(transition.next).inserted {
      next.append(transition.next)
    }
    if next.isEmpty { return true }
    while let index = next.popLast() {
      let state = states[Int(index)]
      for i in Int(state.first)..<Int(state.first + state.count) {
        if transitions[i].symbol == symbol { return true }
        if reached.insert(transitions[i].next).inserted { next.append(transitions[i].next) }
      }
      for i in Int(state.wildcardFirst)..<Int(state.wildcardFirst + state.wildcardCount)
      where reached.insert(wildcards[i].next).inserted {
        next.append(wildcards[i].next)
      }
    }
    return false
  }
}
