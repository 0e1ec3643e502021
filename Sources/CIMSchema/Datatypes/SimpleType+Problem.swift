// Putting a broken rule into words.

extension SimpleType {
  /// The words for `failure`, which the check of `text` found.
  func problem(_ failure: Failure, _ text: Bytes, namespaces: any NamespaceContext) -> ValueProblem {
    let found = Wording.quoted(text.trimmed)
    let type = name ?? builtinAncestor.label
    switch failure {
    case .form:
      let advice = Wording.advice(for: form, Array(text.trimmed))
      return ValueProblem(
        rule: form == .language ? "cvc-pattern-valid" : "cvc-datatype-valid.1.2.1",
        message: "\(found) is no \(builtinAncestor.label): \(advice)")
    case .undeclaredPrefix:
      let prefix = Wording.quoted(text.trimmed.prefix { $0 != 0x3A })
      return ValueProblem(
        rule: "UndeclaredPrefix",
        message: "the prefix \(prefix) of \(found) is not declared: add xmlns:… for it, or use a declared one")
    case .item: return itemProblem(text, namespaces)
    case .member:
      let members = if case .union(let members) = variety { members } else { [SimpleType]() }
      return ValueProblem(
        rule: "cvc-datatype-valid.1.2.3",
        message: "\(found) is not valid for \(type): write \(members.map(\.expectation).joined(separator: ", or "))")
    case .pattern(let step):
      let alternatives = constraints.patterns[step].alternatives.map(Wording.visible).joined(separator: "  or  ")
      return ValueProblem(
        rule: "cvc-pattern-valid", message: "\(found) does not have the form of \(type): it must match \(alternatives)")
    case .enumeration:
      return ValueProblem(
        rule: "cvc-enumeration-valid",
        message: "\(found) is not one of the values of \(type): \(enumerationAdvice(text))")
    case .length(let length): return lengthProblem("length", found, length, "exactly", constraints.length)
    case .minLength(let length): return lengthProblem("minLength", found, length, "at least", constraints.minLength)
    case .maxLength(let length): return lengthProblem("maxLength", found, length, "at most", constraints.maxLength)
    case .totalDigits(let count):
      return ValueProblem(
        rule: "cvc-totalDigits-valid",
        message: "\(found) has \(count) digits: \(type) allows \(constraints.totalDigits ?? 0) in all")
    case .fractionDigits(let count):
      return ValueProblem(
        rule: "cvc-fractionDigits-valid",
        message: "\(found) has \(count) digits behind the point: \(type) allows \(constraints.fractionDigits ?? 0)")
    case .minimum: return boundProblem(found, type, constraints.minimum, "min", "at least", "greater than")
    case .maximum: return boundProblem(found, type, constraints.maximum, "max", "at most", "less than")
    }
  }

  private func itemProblem(_ text: Bytes, _ namespaces: any NamespaceContext) -> ValueProblem {
    var problem = ValueProblem(rule: "cvc-datatype-valid.1.2.2", message: "an item of the list is not valid")
    guard case .list(let item) = variety else { return problem }
    var number = 0
    text.forEachItem { text in
      number += 1
      guard let failure = item.failure(of: text, namespaces: namespaces) else { return true }
      problem = item.problem(failure, text, namespaces: namespaces)
      problem.message = "item \(number) of the list: \(problem.message)"
      return false
    }
    return problem
  }

  private func lengthProblem(
    _ facet: String, _ found: String, _ length: Int, _ relation: String, _ limit: Int?
  ) -> ValueProblem {
    let limit = limit ?? 0
    let unit =
      switch variety {
      case .list: "item"
      case .atomic(.hexBinary), .atomic(.base64Binary): "octet"
      default: "character"
      }
    return ValueProblem(
      rule: "cvc-\(facet)-valid",
      message: "\(found) has \(length) \(unit)\(length == 1 ? "" : "s"): "
        + "\(name ?? builtinAncestor.label) wants \(relation) \(limit)")
  }

  private func boundProblem(
    _ found: String, _ type: String, _ bound: Constraints.Bound?, _ side: String, _ inclusive: String,
    _ exclusive: String
  ) -> ValueProblem {
    let isInclusive = bound?.isInclusive ?? true
    let relation = isInclusive ? inclusive : exclusive
    let limit = Wording.visible(String(decoding: (bound?.text ?? "").utf8.filter { !$0.isXMLSpace }, as: UTF8.self))
    let needsZone = form.calendar != nil ? ", and the two must agree on whether there is a time zone" : ""
    return ValueProblem(
      rule: "cvc-\(side)\(isInclusive ? "Inclusive" : "Exclusive")-valid",
      message: "\(found) is out of range for \(type): it must be \(relation) \(limit)\(needsZone)")
  }

  private func enumerationAdvice(_ text: Bytes) -> String {
    let texts = constraints.enumeration?.texts ?? []
    let found = String(decoding: text.trimmed, as: UTF8.self)
    if let match = texts.first(where: { $0.lowercased() == found.lowercased() && $0 != found }) {
      return "only the letter case differs; write \(Wording.quoted(match.utf8))"
    }
    return "write \(Wording.list(texts))"
  }

  /// What this type wants, as the end of "write …".
  private var expectation: String {
    if let enumeration = constraints.enumeration { return Wording.list(enumeration.texts) }
    if isBuiltin { return "a value of type \(label)" }
    return "a value of type \(name ?? "based on \(builtinAncestor.label)")"
  }
}
