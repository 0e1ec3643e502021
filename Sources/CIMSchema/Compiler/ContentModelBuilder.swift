// From particles to a deterministic automaton: every place where an element or wildcard stands becomes a state, and
// XML Schema's rule of unique particle attribution makes the result deterministic without further ado.

/// Builds the automata of complex types, one after another.
struct ContentModelBuilder {
  /// What can stand at one place.
  private struct Position {
    var elements: [(symbol: Schema.Symbol, element: Schema.ElementID)]
    var wildcard: Wildcard?
    /// The particle as written: two copies made by maxOccurs do not compete.
    var origin: Int
  }

  private struct Fragment {
    var isNullable: Bool
    var first: [Int]
    var last: [Int]
  }

  /// Elements of the particle's substitution group, the head first.
  let substitutes: (Schema.ElementID) -> [(symbol: Schema.Symbol, element: Schema.ElementID)]
  let namespaceOf: (Schema.Symbol) -> String
  let nameOf: (Schema.Symbol) -> String

  private var positions: [Position] = []
  private var follow: [[Int]] = []
  private var origins = 0
  /// What the longer lists of `follow` hold: they are long where many parts in a row are optional.
  private var longLists: [Int: Set<Int>] = [:]
  private var linkCount = 0
  /// By symbol: the state that was last left by it, counted over all types, and the particle that took it there.
  private var leavings: [(state: Int, origin: Int)] = []
  private var stateCount = 0
  static var maximumPositions: Int { 20_000 }
  /// 2,000 optional elements in a row make 2,000,000; optional copies of optional parts soon make more.
  static var maximumLinks: Int { 4_000_000 }

  enum Failure: Error {
    case tooLarge
    case ambiguous(String)
  }

  init(
    substitutes: @escaping (Schema.ElementID) -> [(symbol: Schema.Symbol, element: Schema.ElementID)],
    namespaceOf: @escaping (Schema.Symbol) -> String, nameOf: @escaping (Schema.Symbol) -> String
  ) {
    self.substitutes = substitutes
    self.namespaceOf = namespaceOf
    self.nameOf = nameOf
  }

  /// - Parameter symbols: how many there are in the schema.
  mutating func build(_ particle: Particle?, symbols: Int) throws(Failure) -> ContentModel {
    positions.removeAll(keepingCapacity: true)
    follow.removeAll(keepingCapacity: true)
    longLists.removeAll()
    origins = 0
    linkCount = 0
    while leavings.count < symbols { leavings.append((-1, 0)) }
    var model = ContentModel()
    guard let particle else {
      model.states = [ContentModel.State(first: 0, count: 0, wildcardFirst: 0, wildcardCount: 0, accepts: true)]
      return model
    }
    if case .all(let members, let min) = particle { return all(members, min: min) }
    let whole = try fragment(particle)
    try append(state: whole.first, accepts: whole.isNullable, to: &model)
    let accepting = Set(whole.last)
    for index in positions.indices {
      try append(state: follow[index], accepts: accepting.contains(index), to: &model)
    }
    return model
  }

  /// Particles are numbered by where they stand in the schema: the copies that maxOccurs makes share their number.
  private mutating func fragment(_ particle: Particle) throws(Failure) -> Fragment {
    switch particle {
    case .element(let id, let min, let max):
      let members = substitutes(id)
      origins += 1
      let number = origins
      return try repeated(min, max) { (builder) throws(Failure) in
        try builder.position(Position(elements: members, wildcard: nil, origin: number))
      }
    case .any(let wildcard, let min, let max):
      origins += 1
      let number = origins
      return try repeated(min, max) { (builder) throws(Failure) in
        try builder.position(Position(elements: [], wildcard: wildcard, origin: number))
      }
    case .sequence(let parts, let min, let max):
      let base = origins
      return try repeated(min, max) { (builder) throws(Failure) in
        builder.origins = base
        var result = Fragment(isNullable: true, first: [], last: [])
        for part in parts {
          let next = try builder.fragment(part)
          result = try builder.concatenate(result, next)
        }
        return result
      }
    case .choice(let parts, let min, let max):
      let base = origins
      return try repeated(min, max) { (builder) throws(Failure) in
        builder.origins = base
        // A choice of nothing can never be satisfied unless it may be absent.
        var result = Fragment(isNullable: false, first: [], last: [])
        for part in parts {
          let next = try builder.fragment(part)
          result.isNullable = result.isNullable || next.isNullable
          result.first += next.first
          result.last += next.last
        }
        return result
      }
    case .all(let parts, _):
      // Only reached where a group of xs:all was wrapped: XML Schema allows it as the whole content only.
      return try fragment(.sequence(parts, min: 1, max: 1))
    }
  }

  private mutating func position(_ position: Position) throws(Failure) -> Fragment {
    guard positions.count < Self.maximumPositions else { throw .tooLarge }
    positions.append(position)
    follow.append([])
    return Fragment(isNullable: false, first: [positions.count - 1], last: [positions.count - 1])
  }

  private mutating func concatenate(_ a: Fragment, _ b: Fragment) throws(Failure) -> Fragment {
    if a.isNullable && a.first.isEmpty { return b }
    for last in a.last { try link(last, to: b.first) }
    return Fragment(
      isNullable: a.isNullable && b.isNullable, first: a.isNullable ? a.first + b.first : a.first,
      last: b.isNullable ? a.last + b.last : b.last)
  }

  private mutating func link(_ from: Int, to targets: [Int]) throws(Failure) {
    for target in targets {
      if follow[from].count < Self.longList {
        if follow[from].contains(target) { continue }
      } else {
        if longLists[from] == nil { longLists[from] = Set(follow[from]) }
        guard longLists[from]?.insert(target).inserted == true else { continue }
      }
      linkCount += 1
      guard linkCount <= Self.maximumLinks else { throw .tooLarge }
      follow[from].append(target)
    }
  }

  private static var longList: Int { 24 }

  /// `body` between `min` and `max` times: required copies, then a loop or optional copies one inside the other.
  private mutating func repeated(
    _ min: Int, _ max: Int?, _ body: (inout ContentModelBuilder) throws(Failure) -> Fragment
  ) throws(Failure) -> Fragment {
    var result = Fragment(isNullable: true, first: [], last: [])
    let required = max == nil ? Swift.max(min - 1, 0) : min
    for _ in 0..<required { result = try concatenate(result, try body(&self)) }
    guard let max else {
      var loop = try body(&self)
      for last in loop.last { try link(last, to: loop.first) }
      if min == 0 { loop.isNullable = true }
      return try concatenate(result, loop)
    }
    if max > min {
      var copies: [Fragment] = []
      for _ in min..<max { copies.append(try body(&self)) }
      var tail = Fragment(isNullable: true, first: [], last: [])
      for copy in copies.reversed() {
        tail = try concatenate(copy, tail)
        tail.isNullable = true
      }
      result = try concatenate(result, tail)
    }
    return result
  }

  private mutating func append(state targets: [Int], accepts: Bool, to model: inout ContentModel) throws(Failure) {
    var state = ContentModel.State(
      first: Int32(model.transitions.count), count: 0, wildcardFirst: Int32(model.wildcards.count), wildcardCount: 0,
      accepts: accepts)
    stateCount += 1
    var wildcards: [(Wildcard, Int)] = []
    for target in targets.count > 1 ? targets.sorted() : targets {
      let position = positions[target]
      for (symbol, element) in position.elements {
        let leaving = leavings[Int(symbol)]
        if leaving.state == stateCount {
          if leaving.origin != position.origin { throw .ambiguous(nameOf(symbol)) }
          continue
        }
        for (wildcard, _) in wildcards where wildcard.admits(namespaceOf(symbol)) {
          throw .ambiguous(nameOf(symbol))
        }
        leavings[Int(symbol)] = (stateCount, position.origin)
        model.transitions.append(ContentModel.Transition(symbol: symbol, element: element, next: Int32(target + 1)))
        state.count += 1
      }
      if let wildcard = position.wildcard {
        for leaving in model.transitions[Int(state.first)...] where wildcard.admits(namespaceOf(leaving.symbol)) {
          throw .ambiguous(nameOf(leaving.symbol))
        }
        if wildcards.contains(where: { $0.1 == position.origin }) { continue }
        if wildcards.contains(where: { overlap($0.0.namespaces, wildcard.namespaces) }) { throw .ambiguous("xs:any") }
        wildcards.append((wildcard, position.origin))
        model.wildcards.append(ContentModel.WildcardTransition(wildcard: wildcard, next: Int32(target + 1)))
        state.wildcardCount += 1
      }
    }
    model.states.append(state)
  }

  private func overlap(_ a: Wildcard.Namespaces, _ b: Wildcard.Namespaces) -> Bool {
    switch (a, b) {
    case (.any, _), (_, .any), (.other, .other): return true
    case (.list(let x), .list(let y)): return !x.isDisjoint(with: y)
    case (.other(let x), .list(let y)), (.list(let y), .other(let x)): return !y.subtracting([x, ""]).isEmpty
    }
  }

  private func all(_ members: [Particle], min: Int) -> ContentModel {
    var model = ContentModel()
    var list: [ContentModel.AllMember] = []
    for (slot, member) in members.enumerated() {
      guard case .element(let id, let least, _) = member else { continue }
      for (symbol, element) in substitutes(id) {
        list.append(ContentModel.AllMember(symbol: symbol, element: element, isRequired: least > 0, slot: slot))
      }
    }
    model.all = list
    model.allIsOptional = min == 0
    return model
  }
}
