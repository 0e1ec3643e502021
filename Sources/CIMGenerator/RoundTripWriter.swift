// Code for the tests: copies of every class by way of every accessor.

/// Writes a copy function for each class. Properties are set last one first, so that order has to be kept by the setters.
enum RoundTripWriter {
  /// The views of all parts, in one array.
  static func everyNoun(of parts: [String]) -> String {
    var writer = FacadeWriter()
    writer.line("import TypedViews")
    writer.line()
    writer.line("/// The views of all profiles.")
    let all = parts.map { "nounsOf\($0)" }.joined(separator: " + ")
    writer.line("let everyNoun: [any (Noun & RoundTrip).Type] = \(all.isEmpty ? "[]" : all)")
    return writer.text
  }

  static func text(of profiles: [FacadeProfile], shared: SharedComponents, part: String) -> String {
    var writer = FacadeWriter()
    for module in ["CIMModel", part] { writer.line("import \(module)") }
    writer.line()
    writer.line("/// The views of the profiles of \(part).")
    let nouns = profiles.map { $0.noun + ".self" }.joined(separator: ", ")
    writer.line("let nounsOf\(part): [any (Noun & RoundTrip).Type] = [\(nouns)]")
    writer.line()
    for made in shared.classes.values.sorted(by: { $0.name < $1.name }) {
      write(made, name: "Common.\(made.name)", fresh: "Element(\"\", in: \"\")", to: &writer)
    }
    for profile in profiles {
      write(profile.root, name: profile.noun, fresh: "Element(Self.noun, in: Self.namespace)", to: &writer)
      for made in profile.classes where !shared.covers(made.name, in: profile.noun) {
        write(made, name: "\(profile.noun).\(made.name)", fresh: "Element(\"\", in: \"\")", to: &writer)
      }
    }
    return writer.text
  }

  private static func write(_ made: FacadeClass, name: String, fresh: String, to writer: inout FacadeWriter) {
    writer.open("extension \(name): RoundTrip")
    writer.open("func copied() -> Self")
    writer.line("var copy = Self(unchecked: \(fresh))")
    for property in made.properties.reversed() {
      let name = SwiftNames.quoted(SwiftNames.property(property.element))
      writer.line("copy.\(name) = \(copy(of: property, name: name))")
    }
    writer.line("return copy")
    writer.close()
    writer.close()
  }

  private static func copy(of property: FacadeProperty, name: String) -> String {
    guard case .cimClass = property.type else { return name }
    return switch property.cardinality {
    case .optional: "\(name)?.copied()"
    case .required: "\(name).copied()"
    case .many: "\(name).map { $0.copied() }"
    }
  }
}
