// What the mapping has to know of a complex type: property names, which of them are arrays, and the order of elements.
import CIMSchema

/// A complex type as JSON sees it; worked out once.
final class TypePlan: Sendable {
  /// An element that the type declares.
  struct Entry: Sendable {
    let symbol: Schema.Symbol
    let element: Schema.ElementID
    /// Property name: the local name, or "{namespace}local" where two elements of the type share it.
    let key: String
    /// Whether it can stand more than once: then it is always an array.
    let isRepeated: Bool
    /// Place in the order of the schema.
    let rank: Int32
  }

  /// In the order of the schema.
  let entries: [Entry]
  let content: ComplexType.Content
  let model: ContentModel
  let attributes: [AttributeUse]
  let anyAttribute: Wildcard?
  let wildcards: [Wildcard]
  /// Place of the first wildcard in the order of the schema.
  let wildcardRank: Int32
  private let byKey: [String: Int]
  private let bySymbol: [Schema.Symbol: Int]
  /// For every transition of the model the place in `entries`.
  let transitionEntries: [Int32]

  init(_ type: ComplexType, in schema: Schema) {
    model = type.model
    content = type.content
    attributes = type.attributes.filter { !$0.isProhibited }
    anyAttribute = type.anyAttribute
    wildcards = type.model.wildcards.map(\.wildcard)
    wildcardRank = type.model.wildcards.map(\.next).min() ?? .max
    var firsts: [Schema.Symbol: (element: Schema.ElementID, rank: Int32)] = [:]
    for transition in type.model.transitions where transition.next < firsts[transition.symbol]?.rank ?? .max {
      firsts[transition.symbol] = (transition.element, transition.next)
    }
    for (place, member) in (type.model.all ?? []).enumerated() {
      firsts[member.symbol] = (member.element, Int32(place))
    }
    let symbols = firsts.sorted { ($0.value.rank, $0.key) < ($1.value.rank, $1.key) }
    var locals: [String: Int] = [:]
    for (symbol, _) in symbols { locals[schema.symbols[Int(symbol)].local, default: 0] += 1 }
    let repeated = type.model.repeatedSymbols
    entries = symbols.map { symbol, first in
      let name = schema.symbols[Int(symbol)]
      let isShared = locals[name.local, default: 0] > 1
      return Entry(
        symbol: symbol, element: first.element, key: isShared ? "{\(name.namespace)}\(name.local)" : name.local,
        isRepeated: repeated.contains(symbol), rank: first.rank)
    }
    byKey = Dictionary(entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    let places = Dictionary(entries.enumerated().map { ($1.symbol, $0) }, uniquingKeysWith: { first, _ in first })
    bySymbol = places
    transitionEntries = type.model.transitions.map { Int32(places[$0.symbol] ?? 0) }
  }

  func entry(forKey key: String) -> Int? { byKey[key] }
  func entry(for symbol: Schema.Symbol) -> Int? { bySymbol[symbol] }

  /// Whether an element may also be written as its text alone.
  var isValue: Bool { if case .simple = content { true } else { false } }

  /// Whether text may stand in it.
  var takesText: Bool {
    switch content {
    case .simple, .mixed: true
    case .empty, .elements: false
    }
  }

  /// The simple type of its text; nil where it holds elements.
  var valueType: SimpleType? { if case .simple(let type) = content { type } else { nil } }

  /// Values that never carry an attribute of their own are written without an object around them.
  var isBareValue: Bool { isValue && attributes.isEmpty && anyAttribute == nil }

  /// How strictly the content of an undeclared element of this namespace is judged; nil where none may stand.
  func process(_ namespace: String) -> Wildcard.Process? {
    let admitting = wildcards.filter { $0.admits(namespace) }
    // What one of them skips may be anything at all.
    return admitting.first { $0.process == .skip }?.process ?? admitting.first?.process
  }
}

extension ContentModel {
  /// Symbols that can stand twice in one element.
  fileprivate var repeatedSymbols: Set<Schema.Symbol> {
    var repeated: Set<Schema.Symbol> = []
    var targets: [Schema.Symbol: Set<Int32>] = [:]
    for transition in transitions { targets[transition.symbol, default: []].insert(transition.next) }
    for (symbol, starts) in targets {
      var seen = starts
      var open = Array(starts)
      search: while let index = open.popLast() {
        let state = states[Int(index)]
        for transition in transitions[Int(state.first)..<Int(state.first + state.count)] {
          if transition.symbol == symbol {
            repeated.insert(symbol)
            break search
          }
          if seen.insert(transition.next).inserted { open.append(transition.next) }
        }
        for transition in wildcards[Int(state.wildcardFirst)..<Int(state.wildcardFirst + state.wildcardCount)]
        where seen.insert(transition.next).inserted {
          open.append(transition.next)
        }
      }
    }
    return repeated
  }
}
