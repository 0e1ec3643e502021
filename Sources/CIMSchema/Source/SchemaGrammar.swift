// What may stand where in a schema document: the grammar of XML Schema 1.0 itself, as tables.

/// Children and attributes of one kind of schema element.
struct SchemaGrammar: Sendable {
  /// Names that may stand at this place of the order, once or any number of times.
  struct Slot: Sendable {
    var names: [String]
    var isRepeated = false
    var isRequired = false
    /// Whether nothing may follow where this slot is used.
    var isLast = false
  }

  var slots: [Slot]
  var attributes: [String]
  var required: [String] = []

  private static let annotation = Slot(names: ["annotation"])
  private static let model = Slot(names: ["group", "all", "choice", "sequence"])
  private static let attributeUses = [
    Slot(names: ["attribute", "attributeGroup"], isRepeated: true), Slot(names: ["anyAttribute"]),
  ]
  static let facets = [
    "length", "minLength", "maxLength", "pattern", "enumeration", "whiteSpace", "maxInclusive", "maxExclusive",
    "minInclusive", "minExclusive", "totalDigits", "fractionDigits",
  ]
  private static let facetSlot = Slot(names: facets, isRepeated: true)
  private static let definitions = ["simpleType", "complexType", "group", "attributeGroup"]
  private static let occurrence = ["minOccurs", "maxOccurs"]

  /// Grammars by the key that `key(of:in:)` makes.
  ///
  /// - SeeAlso: XML Schema Part 1, appendix A (the schema for schemas)
  private static let table: [String: SchemaGrammar] = {
    var table: [String: SchemaGrammar] = [
      "schema": SchemaGrammar(
        slots: [
          Slot(names: ["include", "import", "redefine", "annotation"], isRepeated: true),
          Slot(names: definitions + ["element", "attribute", "notation", "annotation"], isRepeated: true),
        ],
        attributes: [
          "attributeFormDefault", "blockDefault", "elementFormDefault", "finalDefault", "targetNamespace", "version",
        ]),
      "include": SchemaGrammar(slots: [annotation], attributes: ["schemaLocation"], required: ["schemaLocation"]),
      "import": SchemaGrammar(slots: [annotation], attributes: ["namespace", "schemaLocation"]),
      "redefine": SchemaGrammar(
        slots: [Slot(names: definitions + ["annotation"], isRepeated: true)], attributes: ["schemaLocation"],
        required: ["schemaLocation"]),
      "annotation": SchemaGrammar(
        slots: [Slot(names: ["appinfo", "documentation"], isRepeated: true)], attributes: []),
      "notation": SchemaGrammar(
        slots: [annotation], attributes: ["name", "public", "system"], required: ["name"]),
      "complexType": SchemaGrammar(
        slots: [annotation, Slot(names: ["simpleContent", "complexContent"], isLast: true), model] + attributeUses,
        attributes: ["mixed"]),
      "simpleType": SchemaGrammar(
        slots: [annotation, Slot(names: ["restriction", "list", "union"], isRequired: true)], attributes: []),
      "simpleType/restriction": SchemaGrammar(
        slots: [annotation, Slot(names: ["simpleType"]), facetSlot], attributes: ["base"]),
      "list": SchemaGrammar(slots: [annotation, Slot(names: ["simpleType"])], attributes: ["itemType"]),
      "union": SchemaGrammar(
        slots: [annotation, Slot(names: ["simpleType"], isRepeated: true)], attributes: ["memberTypes"]),
      "simpleContent": SchemaGrammar(
        slots: [annotation, Slot(names: ["restriction", "extension"], isRequired: true)], attributes: []),
      "complexContent": SchemaGrammar(
        slots: [annotation, Slot(names: ["restriction", "extension"], isRequired: true)], attributes: ["mixed"]),
      "simpleContent/extension": SchemaGrammar(
        slots: [annotation] + attributeUses, attributes: ["base"], required: ["base"]),
      "simpleContent/restriction": SchemaGrammar(
        slots: [annotation, Slot(names: ["simpleType"]), facetSlot] + attributeUses, attributes: ["base"],
        required: ["base"]),
      "complexContent/extension": SchemaGrammar(
        slots: [annotation, model] + attributeUses, attributes: ["base"], required: ["base"]),
      "complexContent/restriction": SchemaGrammar(
        slots: [annotation, model] + attributeUses, attributes: ["base"], required: ["base"]),
      "group": SchemaGrammar(slots: [annotation], attributes: ["ref"] + occurrence, required: ["ref"]),
      "attributeGroup": SchemaGrammar(slots: [annotation], attributes: ["ref"], required: ["ref"]),
      "all": SchemaGrammar(slots: [annotation, Slot(names: ["element"], isRepeated: true)], attributes: occurrence),
      "any": SchemaGrammar(slots: [annotation], attributes: ["namespace", "processContents"] + occurrence),
      "anyAttribute": SchemaGrammar(slots: [annotation], attributes: ["namespace", "processContents"]),
      "element": SchemaGrammar(
        slots: [
          annotation, Slot(names: ["simpleType", "complexType"]),
          Slot(names: ["unique", "key", "keyref"], isRepeated: true),
        ], attributes: ["name", "ref", "type", "default", "fixed", "nillable", "block", "form"] + occurrence),
      "attribute": SchemaGrammar(
        slots: [annotation, Slot(names: ["simpleType"])],
        attributes: ["name", "ref", "type", "use", "default", "fixed", "form"]),
      "selector": SchemaGrammar(slots: [annotation], attributes: ["xpath"], required: ["xpath"]),
      "field": SchemaGrammar(slots: [annotation], attributes: ["xpath"], required: ["xpath"]),
    ]
    let particles = Slot(names: ["element", "group", "choice", "sequence", "any"], isRepeated: true)
    for name in ["choice", "sequence"] {
      table[name] = SchemaGrammar(slots: [annotation, particles], attributes: occurrence)
    }
    let constraint = [
      annotation, Slot(names: ["selector"], isRequired: true),
      Slot(names: ["field"], isRepeated: true, isRequired: true),
    ]
    for name in ["unique", "key"] {
      table[name] = SchemaGrammar(slots: constraint, attributes: ["name"], required: ["name"])
    }
    table["keyref"] = SchemaGrammar(slots: constraint, attributes: ["name", "refer"], required: ["name", "refer"])
    for facet in facets {
      // Enumerations and patterns are a set: none of them alone can be fixed.
      let isFixable = facet != "enumeration" && facet != "pattern"
      table[facet] = SchemaGrammar(
        slots: [annotation], attributes: isFixable ? ["value", "fixed"] : ["value"], required: ["value"])
    }
    table["schema/element"] = SchemaGrammar(
      slots: table["element"]?.slots ?? [],
      attributes: ["name", "type", "substitutionGroup", "default", "fixed", "nillable", "abstract", "final", "block"],
      required: ["name"])
    table["schema/attribute"] = SchemaGrammar(
      slots: table["attribute"]?.slots ?? [], attributes: ["name", "type", "default", "fixed"], required: ["name"])
    table["schema/complexType"] = SchemaGrammar(
      slots: table["complexType"]?.slots ?? [], attributes: ["name", "abstract", "final", "block", "mixed"],
      required: ["name"])
    table["schema/simpleType"] = SchemaGrammar(
      slots: table["simpleType"]?.slots ?? [], attributes: ["name", "final"], required: ["name"])
    table["schema/group"] = SchemaGrammar(
      slots: [annotation, Slot(names: ["all", "choice", "sequence"], isRequired: true)], attributes: ["name"],
      required: ["name"])
    table["schema/attributeGroup"] = SchemaGrammar(
      slots: [annotation] + attributeUses, attributes: ["name"], required: ["name"])
    return table
  }()

  /// The grammar of an element inside another; nil where there is no such element.
  static func of(_ name: String, in parent: String?) -> SchemaGrammar? {
    switch (parent, name) {
    case (nil, _), (_, "restriction"), (_, "extension"): return table[parent.map { $0 + "/" + name } ?? name]
    case ("schema", _), ("redefine", _): return table["schema/" + name] ?? table[name]
    default: return table[name]
    }
  }

  /// Names that came with XML Schema 1.1 and that change what a schema means.
  static let later: Set<String> = [
    "assert", "assertion", "alternative", "override", "openContent", "defaultOpenContent", "explicitTimezone",
    "defaultAttributes", "defaultAttributesApply", "xpathDefaultNamespace", "inheritable", "notNamespace", "notQName",
    "test", "appliesToEmpty",
  ]
}
