// A question decoders ask before they look at a value.

extension SimpleType {
  /// Whether every text is a value: there is nothing to check.
  package var takesAnyText: Bool {
    switch variety {
    case .any: true
    case .atomic: form.acceptsAnyText && constraints.isEmpty
    case .list, .union: false
    }
  }
}
