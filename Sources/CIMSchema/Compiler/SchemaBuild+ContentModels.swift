// The automata of all complex types, once every declaration is known.

extension SchemaBuild {
  func compileContentModels() throws(SchemaError) {
    let groups = try substitutionGroups()
    for index in schema.complexTypes.indices {
      let (schema, source) = (self.schema, complexTypeSources[index])
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
      do throws(ContentModelBuilder.Failure) {
        let model = try builder.build(schema.complexTypes[index].particle)
        if let members = model.all, Set(members.map(\.slot)).count > 64 {
          throw ContentModelBuilder.Failure.tooLarge
        }
        self.schema.complexTypes[index].model = model
      } catch {
        switch error {
        case .tooLarge:
          throw source.document.error(
            .tooLarge, "the content model has more than \(ContentModelBuilder.maximumPositions) places; use unbounded",
            source.node)
        case .ambiguous(let name):
          throw source.document.error(
            .ambiguous, "the content model is ambiguous: '\(name)' can be taken at two places (cos-nonambig)",
            source.node)
        }
      }
    }
  }

  /// For every head, all elements that may stand in its place, however far down, the abstract ones left out.
  private func substitutionGroups() throws(SchemaError) -> [SchemaName: [Schema.ElementID]] {
    var result: [SchemaName: [Schema.ElementID]] = [:]
    for head in substitutes.keys {
      var open = substitutes[head] ?? []
      var seen: Set<SchemaName> = [head]
      var members: [Schema.ElementID] = []
      let blocked = schema.globalElements[head].map { schema.elements[Int($0)].block.contains("substitution") } ?? false
      while let name = open.popLast() {
        guard seen.insert(name).inserted else { continue }
        open += substitutes[name] ?? []
        if let id = schema.globalElements[name], !schema.elements[Int(id)].isAbstract { members.append(id) }
      }
      result[head] = blocked ? [] : members.sorted()
    }
    return result
  }
}
