// Deriving by restriction: which facets may be given, and what they may say.

/// One derivation step: the facets of the base, narrowed by those given.
///
/// - SeeAlso: XML Schema Part 2, 4.3, "constraints on … schema components"
struct Restriction {
  let base: SimpleType
  var constraints: Constraints
  private(set) var whiteSpace: WhiteSpace
  /// Base facets with the given ones in place.
  private(set) var facets: [Facet]
  /// The given facets, patterns and enumeration values gathered into one of each.
  private(set) var ownFacets: [Facet] = []

  private let name: String?
  private let namespaces: any NamespaceContext

  init(
    of base: SimpleType, name: String?, facets given: [Facet], fixed: Set<Facet.Kind>, namespaces: any NamespaceContext
  ) throws(SimpleTypeError) {
    self.base = base
    self.name = name
    self.namespaces = namespaces
    constraints = base.constraints
    whiteSpace = base.whiteSpace
    facets = base.facets
    if case .any = base.variety { throw error("anySimpleType cannot be restricted; choose a more special type") }
    ownFacets = try gathered(given)
    for facet in ownFacets { try apply(facet) }
    try checkFixed()
    try checkLengths()
    try checkRange()
    constraints.fixed.formUnion(fixed.intersection(ownFacets.map(\.kind)))
    constraints.close(for: base.form)
    merge()
  }

  private func error(_ message: String) -> SimpleTypeError {
    SimpleTypeError("\(name.map { "simple type \($0)" } ?? "a restriction of \(base.label)"): \(message)")
  }

  // MARK: The facets themselves

  private func gathered(_ given: [Facet]) throws(SimpleTypeError) -> [Facet] {
    var result: [Facet] = []
    for facet in given {
      guard base.accepts(facet.kind) else {
        throw error("\(facet.kind.rawValue) cannot restrict \(base.label)")
      }
      guard let index = result.firstIndex(where: { $0.kind == facet.kind }) else {
        result.append(facet)
        continue
      }
      switch (result[index], facet) {
      case (.pattern(let first), .pattern(let more)): result[index] = .pattern(first + more)
      case (.enumeration(let first), .enumeration(let more)): result[index] = .enumeration(first + more)
      default: throw error("\(facet.kind.rawValue) is given twice")
      }
    }
    return result
  }

  private mutating func apply(_ facet: Facet) throws(SimpleTypeError) {
    switch facet {
    case .length(let count): constraints.length = try count.notNegative(or: error("length is less than 0"))
    case .minLength(let count): constraints.minLength = try count.notNegative(or: error("minLength is less than 0"))
    case .maxLength(let count): constraints.maxLength = try count.notNegative(or: error("maxLength is less than 0"))
    case .totalDigits(let count):
      guard count > 0 else { throw error("totalDigits is less than 1") }
      constraints.totalDigits = count
    case .fractionDigits(let count):
      constraints.fractionDigits = try count.notNegative(or: error("fractionDigits is less than 0"))
    case .pattern(let alternatives):
      do {
        constraints.patterns.append(try Pattern(alternatives))
      } catch {
        throw self.error("pattern '\(alternatives.joined(separator: "|"))': \(error.message)")
      }
    case .enumeration(let texts): constraints.enumeration = try enumeration(texts)
    case .whiteSpace(let next):
      guard next.rawValue >= whiteSpace.rawValue else {
        throw error("white space is already processed as '\(whiteSpace)'; '\(next)' would undo it")
      }
      whiteSpace = next
    case .minInclusive(let text): constraints.minimum = try bound(text, .minInclusive, base.constraints.minimum)
    case .minExclusive(let text): constraints.minimum = try bound(text, .minExclusive, base.constraints.minimum)
    case .maxInclusive(let text): constraints.maximum = try bound(text, .maxInclusive, base.constraints.maximum)
    case .maxExclusive(let text): constraints.maximum = try bound(text, .maxExclusive, base.constraints.maximum)
    }
  }

  private func enumeration(_ texts: [String]) throws(SimpleTypeError) -> Enumeration {
    var values: [Value] = []
    var normalized: [[UInt8]] = []
    let comparesAsText = base.form.comparesAsText
    for text in texts {
      if let problem = base.check(text, namespaces: namespaces) {
        throw error("enumeration value is not valid for \(base.label): \(problem.message)")
      }
      if !comparesAsText, let value = base.value(of: text, namespaces: namespaces) { values.append(value) }
      if !base.needsNamespaces { normalized.append(withBytes(of: text) { base.normalized($0) }) }
    }
    return Enumeration(texts: texts, normalized: normalized, values: comparesAsText ? nil : values)
  }

  /// - Parameter inherited: the bound of the base on the same side. An exclusive bound may repeat it, although it is no
  ///   value of the base.
  private func bound(
    _ text: String, _ kind: Facet.Kind, _ inherited: Constraints.Bound?
  ) throws(SimpleTypeError) -> Constraints.Bound {
    let isInclusive = kind == .minInclusive || kind == .maxInclusive
    let value = base.value(of: text, namespaces: namespaces)
    let isRepeated = !isInclusive && inherited.map { !$0.isInclusive && $0.value == value } ?? false
    if !isRepeated, let problem = base.check(text, namespaces: namespaces) {
      throw error("\(kind.rawValue) is not valid for \(base.label): \(problem.message)")
    }
    guard let value else { throw error("\(kind.rawValue) '\(text)' is no value of \(base.label)") }
    return Constraints.Bound(text: text, value: value, isInclusive: isInclusive)
  }

  // MARK: The facets against each other and the base

  private func checkFixed() throws(SimpleTypeError) {
    for facet in ownFacets where base.constraints.fixed.contains(facet.kind) {
      let isSame =
        switch facet {
        case .length(let count): count == base.constraints.length
        case .minLength(let count): count == base.constraints.minLength
        case .maxLength(let count): count == base.constraints.maxLength
        case .totalDigits(let count): count == base.constraints.totalDigits
        case .fractionDigits(let count): count == base.constraints.fractionDigits
        case .whiteSpace(let next): next == base.whiteSpace
        case .minInclusive, .minExclusive: constraints.minimum?.value == base.constraints.minimum?.value
        case .maxInclusive, .maxExclusive: constraints.maximum?.value == base.constraints.maximum?.value
        case .pattern, .enumeration: true
        }
      guard isSame else { throw error("\(facet.kind.rawValue) is fixed by \(base.label) and cannot change") }
    }
  }

  /// - SeeAlso: XML Schema Part 2, 4.3.1.4, 4.3.2.4 and 4.3.3.4
  private func checkLengths() throws(SimpleTypeError) {
    let inherited = base.constraints
    if let length = constraints.length {
      if let fixed = inherited.length, fixed != length {
        throw error("length \(length) differs from length \(fixed) of \(base.label)")
      }
      if let least = constraints.minLength, least > length || inherited.minLength != least {
        throw error("length \(length) and minLength \(least) do not go together")
      }
      if let most = constraints.maxLength, most < length || inherited.maxLength != most {
        throw error("length \(length) and maxLength \(most) do not go together")
      }
    }
    if let least = constraints.minLength, let most = constraints.maxLength, least > most {
      throw error("minLength \(least) is greater than maxLength \(most)")
    }
    if let least = constraints.minLength, let other = inherited.minLength, least < other {
      throw error("minLength \(least) is less than \(other), that of \(base.label)")
    }
    if let most = constraints.maxLength, let other = inherited.maxLength, most > other {
      throw error("maxLength \(most) is greater than \(other), that of \(base.label)")
    }
  }

  private func checkRange() throws(SimpleTypeError) {
    let kinds = Set(ownFacets.map(\.kind))
    if kinds.isSuperset(of: Facet.Kind.minima) || kinds.isSuperset(of: Facet.Kind.maxima) {
      throw error("a bound is given both as inclusive and as exclusive")
    }
    if let minimum = constraints.minimum, let maximum = constraints.maximum {
      let order = minimum.value.compare(to: maximum.value)
      // A bound may meet that of the base, even if no value is left (4.3.9.4 and 4.3.8.4).
      let areBothGiven = kinds.intersection(Facet.Kind.minima).count + kinds.intersection(Facet.Kind.maxima).count == 2
      let mayBeEqual = !areBothGiven || minimum.isInclusive == maximum.isInclusive
      guard order == .less || order == .equal && mayBeEqual else {
        throw error("the range from \(minimum.text) to \(maximum.text) is empty")
      }
    }
    if let total = constraints.totalDigits, let other = base.constraints.totalDigits, total > other {
      throw error("totalDigits \(total) is greater than \(other), that of \(base.label)")
    }
    if let fraction = constraints.fractionDigits, let other = base.constraints.fractionDigits, fraction > other {
      throw error("fractionDigits \(fraction) is greater than \(other), that of \(base.label)")
    }
    // As Xerces: a base may leave more fraction digits than the total of this step; the total then decides.
    if kinds.contains(.fractionDigits), let total = constraints.totalDigits, let fraction = constraints.fractionDigits,
      fraction > total
    {
      throw error("fractionDigits \(fraction) is greater than totalDigits \(total)")
    }
  }

  private mutating func merge() {
    let kinds = ownFacets.map(\.kind)
    let hasMinimum = !Facet.Kind.minima.isDisjoint(with: kinds)
    let hasMaximum = !Facet.Kind.maxima.isDisjoint(with: kinds)
    facets.removeAll { facet in
      switch facet.kind {
      case .pattern: false
      case .minInclusive, .minExclusive: hasMinimum
      case .maxInclusive, .maxExclusive: hasMaximum
      default: kinds.contains(facet.kind)
      }
    }
    facets += ownFacets
  }
}

extension Int {
  fileprivate func notNegative(or error: SimpleTypeError) throws(SimpleTypeError) -> Int {
    guard self >= 0 else { throw error }
    return self
  }
}

extension SimpleType {
  /// Restricts `base` by facets; with no facets, the type is another name for the same values.
  ///
  /// - Parameters:
  ///   - facets: of this step only; several patterns are alternatives.
  ///   - fixed: the kinds of facet that types derived from this one must leave as they are.
  ///   - namespaces: in force where the facets are written, for QName and NOTATION values.
  /// - Throws: `SimpleTypeError` when a facet does not apply to the type, has no valid value for the base, contradicts
  ///   another one, or widens or unfixes one of the base.
  /// - SeeAlso: XML Schema Part 2, 4.1.2.1
  public convenience init(
    restricting base: SimpleType, name: String?, facets: [Facet], fixed: Set<Facet.Kind> = [],
    namespaces: any NamespaceContext
  ) throws(SimpleTypeError) {
    let step = try Restriction(of: base, name: name, facets: facets, fixed: fixed, namespaces: namespaces)
    self.init(
      name: name, base: base, variety: base.variety, form: base.form, whiteSpace: step.whiteSpace,
      constraints: step.constraints, facets: step.facets, ownFacets: step.ownFacets)
  }

  /// Whether facets of this kind may restrict the type.
  ///
  /// - SeeAlso: XML Schema Part 2, 4.1.5 (cos-applicable-facets)
  func accepts(_ kind: Facet.Kind) -> Bool {
    switch variety {
    case .any: false
    case .union: kind == .pattern || kind == .enumeration
    case .list:
      switch kind {
      case .length, .minLength, .maxLength, .pattern, .enumeration, .whiteSpace: true
      default: false
      }
    case .atomic(let primitive):
      switch kind {
      case .pattern, .whiteSpace: true
      case .enumeration: primitive != .boolean
      case .length, .minLength, .maxLength: primitive.takesLength
      case .minInclusive, .maxInclusive, .minExclusive, .maxExclusive: primitive.isOrdered
      case .totalDigits, .fractionDigits: primitive == .decimal
      }
    }
  }
}
