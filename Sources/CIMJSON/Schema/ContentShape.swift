// What a content model says that JSON Schema can say too: how often, which of several, and whether order can be lost.
import CIMSchema

/// A content model by property names.
struct ContentShape {
  struct Bounds {
    var min: Int
    /// Nil: unbounded.
    var max: Int?
  }

  /// Whether grouping by name keeps every valid order, so that "#items" is never needed.
  private(set) var isOrderSafe = true
  /// Properties that every element of the type has.
  private(set) var required: [String] = []
  /// Rules of choices.
  private(set) var choices: [JSONTree] = []
  private var all: [String: Bounds] = [:]
  private let keys: [Schema.ElementID: String]

  init(_ type: ComplexType, _ plan: TypePlan) {
    var keys: [Schema.ElementID: String] = [:]
    var symbols: [Schema.ElementID: Schema.Symbol] = [:]
    for transition in type.model.transitions { symbols[transition.element] = transition.symbol }
    for member in type.model.all ?? [] { symbols[member.element] = member.symbol }
    for (element, symbol) in symbols { keys[element] = plan.entry(for: symbol).map { plan.entries[$0].key } }
    self.keys = keys
    guard let particle = type.particle else { return }
    let counts = bounds(particle)
    all = counts
    // Elements that stand for others: then none is required, and they may come in any order.
    let hasSubstitutes = plan.entries.contains { counts[$0.key] == nil }
    isOrderSafe = !hasSubstitutes && isSafe(particle)
    guard !hasSubstitutes else {
      all = all.mapValues { Bounds(min: 0, max: $0.max) }
      return
    }
    required = plan.entries.map(\.key).filter { (counts[$0]?.min ?? 0) > 0 }
    if (counts[Vocabulary.any]?.min ?? 0) > 0 { required.append(Vocabulary.any) }
    collectChoices(particle)
  }

  func bounds(of key: String) -> Bounds { all[key] ?? Bounds(min: 0, max: nil) }

  // MARK: How often

  private func bounds(_ particle: Particle) -> [String: Bounds] {
    switch particle {
    // An element that only stands for others, or that nothing can be.
    case .element(let id, let min, let max): return keys[id].map { [$0: Bounds(min: min, max: max)] } ?? [:]
    case .any(_, let min, let max): return [Vocabulary.any: Bounds(min: min, max: max)]
    case .sequence(let parts, let min, let max):
      var sum: [String: Bounds] = [:]
      for part in parts {
        for (key, bounds) in bounds(part) {
          let other = sum[key] ?? Bounds(min: 0, max: 0)
          sum[key] = Bounds(min: other.min + bounds.min, max: Self.combine(other.max, bounds.max, +))
        }
      }
      return sum.mapValues { Self.repeated($0, min, max) }
    case .choice(let parts, let min, let max):
      let each = parts.map { bounds($0) }
      var union: [String: Bounds] = [:]
      for key in Set(each.flatMap(\.keys)) {
        let of = each.map { $0[key] ?? Bounds(min: 0, max: 0) }
        union[key] = of.dropFirst().reduce(of[0]) {
          Bounds(min: Swift.min($0.min, $1.min), max: Self.combine($0.max, $1.max, Swift.max))
        }
      }
      return union.mapValues { Self.repeated($0, min, max) }
    case .all(let parts, let min):
      var sum: [String: Bounds] = [:]
      for part in parts { sum.merge(bounds(part)) { first, _ in first } }
      return sum.mapValues { Self.repeated($0, min, 1) }
    }
  }

  private static func combine(_ a: Int?, _ b: Int?, _ body: (Int, Int) -> Int) -> Int? {
    guard let a, let b else { return nil }
    return body(a, b)
  }

  private static func repeated(_ bounds: Bounds, _ min: Int, _ max: Int?) -> Bounds {
    let least = bounds.min.multipliedReportingOverflow(by: min)
    guard let max, let own = bounds.max else {
      return Bounds(min: least.overflow ? 0 : least.partialValue, max: bounds.max == 0 || max == 0 ? 0 : nil)
    }
    let most = own.multipliedReportingOverflow(by: max)
    return Bounds(min: least.overflow ? 0 : least.partialValue, max: most.overflow ? nil : most.partialValue)
  }

  // MARK: Order

  private func isSafe(_ particle: Particle) -> Bool {
    switch particle {
    case .element, .any, .all: return true
    case .sequence(let parts, _, let max), .choice(let parts, _, let max):
      if max != 1 {
        // Repeated as a whole: only one thing inside, and no order among like things.
        return bounds(particle).count <= 1 && parts.allSatisfy(isSafe)
      }
      var seen: Set<String> = []
      for part in parts {
        let keys = Set(bounds(part).keys)
        if !isSafe(part) || !seen.isDisjoint(with: keys) { return false }
        seen.formUnion(keys)
      }
      return true
    }
  }

  // MARK: Which of several

  /// Choices that are certain to be made: those below sequences that stand exactly once.
  private mutating func collectChoices(_ particle: Particle) {
    switch particle {
    case .sequence(let parts, 1, 1):
      for part in parts { collectChoices(part) }
    case .choice(let parts, let min, 1?):
      let alternatives = parts.map { part in
        bounds(part).filter { $0.value.min > 0 }.map(\.key).sorted()
      }
      // An alternative that may be empty satisfies the choice with nothing.
      let isOptional = min == 0 || alternatives.contains([])
      let rules = alternatives.filter { !$0.isEmpty }.map { JSONTree.required($0) }
      guard rules.count > 1 || !isOptional else { return }
      let isPlain = parts.allSatisfy {
        if case .element(_, let min, _) = $0 {
          min > 0
        } else if case .any(_, let min, _) = $0 {
          min > 0
        } else {
          false
        }
      }
      if isPlain {
        let none = JSONTree.object([("not", .object([("anyOf", .array(rules))]))])
        choices.append(.object([("oneOf", .array(rules + (isOptional ? [none] : [])))]))
      } else if !isOptional {
        choices.append(.object([("anyOf", .array(rules))]))
      }
    case .choice(let parts, let min, _) where min > 0:
      let alternatives = parts.map { part in bounds(part).filter { $0.value.min > 0 }.map(\.key).sorted() }
      if !alternatives.contains([]) {
        choices.append(.object([("anyOf", .array(alternatives.map { JSONTree.required($0) }))]))
      }
    default: break
    }
  }
}
