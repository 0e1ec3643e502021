// The automata of all complex types, once every declaration is known.

extension SchemaBuild {
  func compileContentModels() throws(SchemaError) {
    let groups = try substitutionGroups()
    // The builder holds on to the tables, so that a change to them would copy them all: once for all types is enough.
    let schema = self.schema
    var models: [ContentModel] = []
    var builder = ContentModelBuilder(
      substitutes: { id in
        let head = schema.elements[Int(id)]
        var members: [(symbol: Schema.Symbol, element: Schema.ElementID)] = []
        if !head.isAbstract { members.append((head.symbol, id)) }
        if head.isGlobal, let others = groups[head.name] {
          members += others.map { (schema.elements[Int($0)].symbol, $0) }
        }
        return members
      },
      namespaceOf: { schema.symbols[Int($0)].namespace }, nameOf: { schema.symbols[Int($0)].local })
    for index in schema.complexTypes.indices {
      let source = complexTypeSources[index]
      do throws(ContentModelBuilder.Failure) {
        let model = try builder.build(
          schema.complexTypes[index].particle, symbols: schema.symbols.count)
        if let members = model.all, Set(members.map(\.slot)).count > 64 {
          throw ContentModelBuilder.Failure.tooLarge
        }
        models.append(model)
      } catch {
        switch error {
        case .tooLarge:
          throw source.document.error(
            .tooLarge,
            "the content model has more than \(ContentModelBuilder.maximumPositions) places, or more than "
              + "\(ContentModelBuilder.maximumLinks) ways from one to another; use unbounded",
            source.node)
        case .ambiguous(let name):
          throw source.document.error(
            .ambiguous, "the content model is ambiguous: '\(name)' can be taken at two places (cos-nonambig)",
            source.node)
        }
      }
    }
    for (index, model) in models.enumerated() { self.schema.complexTypes[index].model = model }
  }

  static var maximumSubstitutes: Int { 1_000_000 }

  /// For every head, all elements that may stand in its place, however far down, the abstract ones left out.
  private func substitutionGroups() throws(SchemaError) -> [SchemaName: [Schema.ElementID]] {
    var result: [SchemaName: [Schema.ElementID]] = [:]
    var total = 0
    for head in substitutes.keys {
      var open = substitutes[head] ?? []
      var seen: Set<SchemaName> = [head]
      var members: [Schema.ElementID] = []
      let blocked = schema.globalElements[head].map { schema.elements[Int($0)].block.contains("substitution") } ?? false
      while let name = open.popLast() {
        guard seen.insert(name).inserted else { continue }
        open += substitutes[name] ?? []
        if let id = schema.globalElements[name], !schema.elements[Int(id)].isAbstract { members.append(id) }
        total += 1
        // A chain of heads makes half the square of its length.
        guard total <= Self.maximumSubstitutes else {
          let definition = elementDefinitions[head]
          throw SchemaError(
            .tooLarge, "the substitution groups have more than \(Self.maximumSubstitutes) members in all",
            file: definition?.document.file ?? "", line: definition?.node.line ?? 0)
        }
      }
      result[head] = blocked ? [] : members.sorted()
    }
    return result
  }
}
