// From elements to JSON.
import CIMModel
import CIMSchema

/// Writes elements by the rules of their types.
struct ElementToJSON {
  let store: SchemaStore
  var writer: JSONWriter

  mutating func writeDocument(_ element: Element) { writeForeign(element, isOpaque: false, inherited: nil) }

  /// An element that no declaration at its place names: an object of namespace and element.
  ///
  /// - Parameter inherited: a namespace that need not be said.
  private mutating func writeForeign(_ element: Element, isOpaque: Bool, inherited: String?) {
    writer.beginObject()
    if element.namespace != inherited {
      writer.name(Vocabulary.namespace)
      writer.string(element.namespace)
    }
    writer.name(element.name)
    if let (declaration, schema) = store.global(SchemaName(element.namespace, element.name), isOpaque: isOpaque) {
      write(element, declaration, schema)
    } else {
      writeUntyped(element, isOpaque: isOpaque)
    }
    writer.endObject()
  }

  private mutating func write(_ element: Element, _ declaration: ElementDeclaration, _ schema: LoadedSchema) {
    if declaration.isNillable, element.attributes.count == 1, element.text.isEmpty, element.children.isEmpty,
      Vocabulary.isNil(element.attributes[0]), element.attributes[0].value == "true"
    {
      writer.token("null")
      return
    }
    let typeName = element.attributes.first(where: Vocabulary.isType)?.value
    switch SchemaStore.rule(for: declaration, in: schema, typeName: typeName) {
    case .simple(let type): writeValue(element, ScalarForm(type), isBare: true)
    case .complex(let plan, let schema):
      if plan.isValue {
        writeValue(element, ScalarForm(plan.valueType), isBare: plan.isBareValue, plan)
      } else {
        writeObject(element, plan, schema)
      }
    case .untyped(let isOpaque): writeUntyped(element, isOpaque: isOpaque)
    }
  }

  // MARK: Values

  private mutating func write(_ text: String, _ form: ScalarForm) {
    if form.isBare(text) { writer.token(text) } else { writer.string(text) }
  }

  private mutating func writeValue(_ element: Element, _ form: ScalarForm, isBare: Bool, _ plan: TypePlan? = nil) {
    if isBare && element.attributes.isEmpty && element.children.isEmpty {
      write(element.text, form)
      return
    }
    writer.beginObject()
    writeAttributes(of: element, plan)
    if !element.text.isEmpty || !element.attributes.contains(where: Vocabulary.isNil) {
      writer.name(Vocabulary.text)
      write(element.text, form)
    }
    writer.endObject()
  }

  private mutating func writeAttributes(of element: Element, _ plan: TypePlan?) {
    for attribute in element.attributes {
      writer.name(Vocabulary.key(ofAttribute: attribute.namespace, attribute.name))
      if Vocabulary.isNil(attribute) {
        write(attribute.value, .boolean)
      } else {
        let use = plan?.attributes.first {
          $0.name.local == attribute.name && $0.name.namespace == attribute.namespace
        }
        write(attribute.value, ScalarForm(use?.type))
      }
    }
  }

  // MARK: Objects

  private mutating func writeObject(_ element: Element, _ plan: TypePlan, _ loaded: LoadedSchema) {
    writer.beginObject()
    writeAttributes(of: element, plan)
    if !element.text.isEmpty {
      writer.name(Vocabulary.text)
      writer.string(element.text)
    }
    if !element.children.isEmpty {
      let places = element.children.map { child in
        loaded.schema.symbolIDs[SchemaName(child.namespace, child.name)].flatMap(plan.entry) ?? TypePlan.wildcard
      }
      let groups = Self.groups(places)
      let foreign = zip(places, element.children).filter { $0.0 == TypePlan.wildcard }.map(\.1.namespace)
      if Self.fits(groups, plan) && plan.arranged(groups, foreign: foreign) == places {
        writeGroups(groups, places, element.children, plan, loaded)
      } else {
        writeItems(places, element.children, plan, loaded)
      }
    }
    writer.endObject()
  }

  /// Which groups of like-named children there are, in the order in which they begin.
  private static func groups(_ places: [Int]) -> [(entry: Int, count: Int)] {
    var groups: [(entry: Int, count: Int)] = []
    var numbers: [Int: Int] = [:]
    for place in places {
      if let number = numbers[place] {
        groups[number].count += 1
      } else {
        numbers[place] = groups.count
        groups.append((place, 1))
      }
    }
    return groups
  }

  /// Whether nothing stands more often than a property that is no array can say.
  private static func fits(_ groups: [(entry: Int, count: Int)], _ plan: TypePlan) -> Bool {
    groups.allSatisfy { $0.count == 1 || $0.entry == TypePlan.wildcard || plan.entries[$0.entry].isRepeated }
  }

  private mutating func writeGroups(
    _ groups: [(entry: Int, count: Int)], _ places: [Int], _ children: [Element], _ plan: TypePlan,
    _ loaded: LoadedSchema
  ) {
    var members: [Int: [Int]] = [:]
    for (child, place) in places.enumerated() { members[place, default: []].append(child) }
    for group in groups {
      let isForeign = group.entry == TypePlan.wildcard
      let isArray = isForeign || plan.entries[group.entry].isRepeated
      writer.name(isForeign ? Vocabulary.any : plan.entries[group.entry].key)
      if isArray { writer.beginArray() }
      for child in members[group.entry] ?? [] {
        if isForeign {
          writeForeign(children[child], in: plan)
        } else {
          write(children[child], loaded.schema.elements[Int(plan.entries[group.entry].element)], loaded)
        }
      }
      if isArray { writer.endArray() }
    }
  }

  private mutating func writeItems(
    _ places: [Int], _ children: [Element], _ plan: TypePlan, _ loaded: LoadedSchema
  ) {
    writer.name(Vocabulary.items)
    writer.beginArray()
    for (place, child) in zip(places, children) {
      if place == TypePlan.wildcard {
        writeForeign(child, in: plan)
      } else {
        writer.beginObject()
        writer.name(plan.entries[place].key)
        write(child, loaded.schema.elements[Int(plan.entries[place].element)], loaded)
        writer.endObject()
      }
    }
    writer.endArray()
  }

  private mutating func writeForeign(_ element: Element, in plan: TypePlan) {
    writeForeign(element, isOpaque: plan.process(element.namespace) == .skip, inherited: nil)
  }

  private mutating func writeUntyped(_ element: Element, isOpaque: Bool) {
    if element.attributes.isEmpty && element.children.isEmpty {
      writer.string(element.text)
      return
    }
    writer.beginObject()
    writeAttributes(of: element, nil)
    if !element.text.isEmpty {
      writer.name(Vocabulary.text)
      writer.string(element.text)
    }
    if !element.children.isEmpty {
      writer.name(Vocabulary.items)
      writer.beginArray()
      for child in element.children { writeForeign(child, isOpaque: isOpaque, inherited: element.namespace) }
      writer.endArray()
    }
    writer.endObject()
  }
}
