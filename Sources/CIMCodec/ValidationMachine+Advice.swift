// What to say when an element stands where it must not, and how to go on behind it.
import CIMModel
import CIMSchema
import XMLPull

extension ValidationMachine {
  /// Checks at an end tag that nothing required is missing.
  mutating func checkComplete(_ type: ComplexType, _ schema: Schema, _ frame: Frame, _ reader: borrowing XMLReader) {
    if frame.isDisturbed { return }
    let missing: [String]
    var isRequired = true
    if let members = type.model.all {
      if type.model.allIsOptional && frame.seen == 0 { return }
      let slots = Set(members.filter { $0.isRequired && frame.seen & (1 << UInt64($0.slot)) == 0 }.map(\.slot))
      if slots.isEmpty { return }
      missing = members.filter { slots.contains($0.slot) }.map { schema.symbols[Int($0.symbol)].local }
    } else {
      let state = type.model.states[Int(frame.state)]
      if state.accepts { return }
      let required = isFull ? [] : self.required(type.model, Int(frame.state), schema)
      isRequired = !required.isEmpty
      missing = isRequired || isFull ? required : expected(type.model, Int(frame.state), schema)
    }
    let what =
      isRequired
      ? missing.map { "'\($0)'" }.joined(separator: " and ") + (missing.count == 1 ? " is missing" : " are missing")
      : "\(Self.oneOf(missing)) must follow"
    report(
      "cvc-complex-type.2.4.b", "'\(frame.name)' is not complete: \(what)", at: reader.position, path: path(),
      scope: frame.scope, replyCode: frame.scope == .payload ? "1.7" : "1.8")
  }

  /// Reports an element that its parent may not have here, and finds the rule to hold its content against.
  ///
  /// - Returns: nil where the parent knows no element of this name.
  mutating func unexpected(
    _ id: Schema.ComplexTypeID, _ schema: Schema, _ parent: Frame, _ found: SymbolCache.Result, _ namespace: String,
    _ reader: borrowing XMLReader
  ) -> ChildTarget? {
    let type = schema.complexTypes[Int(id)]
    let place = path(leaf: found.name)
    let last = frames.count - 1
    switch type.content {
    case .empty:
      report(
        "cvc-complex-type.2.1", "'\(found.name)' cannot stand here: \(Self.emptiness(of: type, parent.name))",
        at: reader.position, path: place, scope: parent.scope)
      return nil
    case .simple:
      report(
        "cvc-complex-type.2.2", "'\(parent.name)' holds a value and no elements, but '\(found.name)' stands in it",
        at: reader.position, path: place, scope: parent.scope)
      return nil
    case .elements, .mixed: break
    }
    let wanted = isFull ? [] : wanted(type.model, parent, schema)
    let expectation =
      wanted.isEmpty ? "nothing more may follow in '\(parent.name)'" : "expected here: \(Self.oneOf(wanted))"
    // The same name in another namespace: by far the most common slip of hand-written clients.
    if let twin = type.model.transitions.first(where: { schema.symbols[Int($0.symbol)].local == found.name }),
      schema.symbols[Int(twin.symbol)].namespace != namespace
    {
      let right = schema.symbols[Int(twin.symbol)].namespace
      report(
        "cvc-complex-type.2.4.a",
        "'\(found.name)' is in \(namespace.isEmpty ? "no namespace" : "namespace '\(namespace)'"), but must be in "
          + (right.isEmpty ? "no namespace" : "'\(right)'") + ": mend its xmlns or prefix", at: reader.position,
        path: place, scope: parent.scope)
      frames[last].isDisturbed = true
      return nil
    }
    guard type.model.all == nil, found.symbol >= 0,
      let known = type.model.transitions.first(where: { $0.symbol == found.symbol })
    else {
      let advice = isFull ? "" : likeness(of: found.name, in: type, schema)
      report(
        "cvc-complex-type.2.4.\(wanted.isEmpty ? "d" : "a")",
        "'\(found.name)' is not known in '\(parent.name)'\(advice); \(expectation)",
        at: reader.position, path: place, scope: parent.scope)
      return nil
    }
    frames[last].isDisturbed = true
    if let ahead = nextState(for: found.symbol, from: Int(parent.state), type.model) {
      // Something required was left out before it: go on behind it.
      let required = isFull ? [] : self.required(type.model, Int(parent.state), schema, before: found.symbol)
      report(
        "cvc-complex-type.2.4.a",
        "'\(found.name)' comes too early: \(Self.oneOf(required.isEmpty ? wanted : required)) must stand before it",
        at: reader.position, path: place, scope: parent.scope,
        replyCode: parent.scope == .payload ? "1.7" : "1.8")
      frames[last].state = ahead
    } else {
      let after = wanted.isEmpty ? "; nothing more may follow here" : "; \(expectation)"
      report(
        "cvc-complex-type.2.4.\(wanted.isEmpty ? "d" : "a")",
        "'\(found.name)' stands too late or too often in '\(parent.name)': the order of elements is fixed" + after,
        at: reader.position, path: place, scope: parent.scope)
    }
    return declared(known.element, schema: parent.schema, in: schema, scope: parent.scope)
  }

  /// What to do about an element that has to be empty and is not.
  static func emptiness(of type: ComplexType, _ name: String) -> String {
    // References to other objects are what is most often written the other way.
    type.attributes.contains { $0.name.local == "ref" }
      ? "'\(name)' names another object by its attribute: write <\(name) ref=\"…\"/>"
      : "'\(name)' must be empty: write <\(name)/> or close it at once"
  }

  /// The name that may have been meant: the same but for the case of letters, or for two letters at most.
  private func likeness(of name: String, in type: ComplexType, _ schema: Schema) -> String {
    let names =
      type.model.all?.map { schema.symbols[Int($0.symbol)].local }
      ?? type.model.transitions.map { schema.symbols[Int($0.symbol)].local }
    let near = Spelling.nearest(to: name, among: names)
    return near.map { " - did you mean '\($0)'?" } ?? ""
  }

  /// Names that may stand next in a parent.
  private func wanted(_ model: ContentModel, _ parent: Frame, _ schema: Schema) -> [String] {
    guard let members = model.all else { return expected(model, Int(parent.state), schema) }
    return members.filter { parent.seen & (1 << UInt64($0.slot)) == 0 }.map { schema.symbols[Int($0.symbol)].local }
  }

  /// Names that may stand in a state, in schema order.
  private func expected(_ model: ContentModel, _ index: Int, _ schema: Schema) -> [String] {
    let state = model.states[index]
    var names: [String] = []
    for i in Int(state.first)..<Int(state.first + state.count) {
      let name = schema.symbols[Int(model.transitions[i].symbol)].local
      if !names.contains(name) { names.append(name) }
    }
    if state.wildcardCount > 0 { names.append("an element of another namespace") }
    return names
  }

  /// Names without which a content model cannot be completed from a state, or cannot come to a symbol.
  private func required(
    _ model: ContentModel, _ start: Int, _ schema: Schema, before goal: Schema.Symbol? = nil
  ) -> [String] {
    func isReachable(without barred: Schema.Symbol) -> Bool {
      var seen: Set<Int> = [start]
      var open = [start]
      while let index = open.popLast(), seen.count < 1000 {
        let state = model.states[index]
        if goal == nil && state.accepts { return true }
        for transition in model.transitions[Int(state.first)..<Int(state.first + state.count)]
        where transition.symbol != barred {
          if transition.symbol == goal { return true }
          if seen.insert(Int(transition.next)).inserted { open.append(Int(transition.next)) }
        }
        for transition in model.wildcards[Int(state.wildcardFirst)..<Int(state.wildcardFirst + state.wildcardCount)]
        where seen.insert(Int(transition.next)).inserted {
          open.append(Int(transition.next))
        }
      }
      return false
    }
    var names: [String] = []
    for symbol in Set(model.transitions.map(\.symbol)).sorted() where symbol != goal && !isReachable(without: symbol) {
      names.append(schema.symbols[Int(symbol)].local)
    }
    return names
  }

  /// The state behind a symbol that can be reached by leaving out what stands before it; nil where it lies behind.
  private func nextState(for symbol: Schema.Symbol, from start: Int, _ model: ContentModel) -> Int32? {
    var seen: Set<Int> = [start]
    var open = [start]
    var next = 0
    while next < open.count && next < 1000 {
      let state = model.states[open[next]]
      next += 1
      for i in Int(state.first)..<Int(state.first + state.count) {
        let transition = model.transitions[i]
        if transition.symbol == symbol { return transition.next }
        if seen.insert(Int(transition.next)).inserted { open.append(Int(transition.next)) }
      }
    }
    return nil
  }

  private static func oneOf(_ names: [String]) -> String {
    let shown = names.prefix(12).map { $0.contains(" ") ? $0 : "'\($0)'" }
    let list =
      shown.count > 1 ? shown.dropLast().joined(separator: ", ") + " or " + shown[shown.count - 1] : shown.joined()
    return names.count > 12 ? list + " (and \(names.count - 12) more)" : list
  }
}
