// Checking one value.

/// The rule a value breaks; cheap to make, put into words only when somebody wants to know.
enum Failure: Hashable {
  case form
  case undeclaredPrefix
  /// An item of a list is not valid.
  case item
  /// No member of a union accepts the text.
  case member
  /// Number of the derivation step among those with patterns.
  case pattern(Int)
  case enumeration
  /// With the length that was found.
  case length(Int)
  case minLength(Int)
  case maxLength(Int)
  /// With the digits that were found.
  case totalDigits(Int)
  case fractionDigits(Int)
  case minimum
  case maximum
}

extension SimpleType {
  /// Checks one value, as written.
  ///
  /// Does not allocate for a valid text unless white space inside it must be normalized, an enumeration value is
  /// written in another form than in the schema, or a number with facets has an unusual length.
  ///
  /// - Parameters:
  ///   - text: UTF-8; white space is processed here.
  ///   - namespaces: in force where the value stands; asked for QName and NOTATION only.
  /// - Returns: nil when the value is valid, else the first rule it breaks.
  /// - SeeAlso: XML Schema Part 2, 4.1.4 (cvc-datatype-valid)
  public func check(_ text: UnsafeBufferPointer<UInt8>, namespaces: any NamespaceContext) -> ValueProblem? {
    failure(of: text, namespaces: namespaces).map { problem($0, text, namespaces: namespaces) }
  }

  /// Checks one value, as written.
  public func check(_ text: String, namespaces: any NamespaceContext) -> ValueProblem? {
    withBytes(of: text) { check($0, namespaces: namespaces) }
  }

  func failure(of text: Bytes, namespaces: any NamespaceContext) -> Failure? {
    switch variety {
    case .any: return nil
    case .list(let item): return listFailure(text, item: item, namespaces)
    case .union(let members): return unionFailure(text, members: members, namespaces)
    case .atomic(let primitive):
      if form.acceptsAnyText && constraints.isEmpty { return nil }
      switch whiteSpace {
      case .preserve: return atomicFailure(text, primitive, namespaces)
      case .replace: if text.isReplaced { return atomicFailure(text, primitive, namespaces) }
      case .collapse:
        let trimmed = text.trimmed
        if !form.allowsInnerSpace || trimmed.isCollapsed { return atomicFailure(trimmed, primitive, namespaces) }
      }
      return normalized(text).withUnsafeBufferPointer { atomicFailure($0, primitive, namespaces) }
    }
  }

  // MARK: Atomic types

  private func atomicFailure(_ text: Bytes, _ primitive: Primitive, _ namespaces: any NamespaceContext) -> Failure? {
    if !constraints.isEmpty, let failure = patternFailure(text) { return failure }
    guard form.accepts(text) else { return .form }
    if primitive.isQualifiedName, !hasDeclaredPrefix(text, namespaces) { return .undeclaredPrefix }
    if constraints.isEmpty { return nil }
    if constraints.hasLength, !primitive.isQualifiedName, let failure = lengthFailure(length(of: text, primitive)) {
      return failure
    }
    if let enumeration = constraints.enumeration {
      let isKnown = !primitive.isQualifiedName && enumeration.contains(text)
      guard isKnown || isEqualToMember(text, of: enumeration, primitive, namespaces) else { return .enumeration }
    }
    if constraints.hasDigits || primitive == .decimal && constraints.hasBounds { return decimalFailure(text) }
    guard constraints.hasBounds, let value = Value(text, primitive: primitive, namespaces: namespaces) else {
      return nil
    }
    return boundFailure { value.compare(to: $0) }
  }

  private func patternFailure(_ text: Bytes) -> Failure? {
    for index in constraints.patterns.indices where !constraints.patterns[index].matches(text) {
      return .pattern(index)
    }
    return nil
  }

  private func hasDeclaredPrefix(_ text: Bytes, _ namespaces: any NamespaceContext) -> Bool {
    guard let colon = text.firstIndex(of: 0x3A) else { return true }
    let prefix = String(decoding: text.slice(0, colon), as: UTF8.self)
    return QualifiedName.namespace(ofPrefix: prefix, in: namespaces) != nil
  }

  private func length(of text: Bytes, _ primitive: Primitive) -> Int {
    switch primitive {
    case .hexBinary: text.count / 2
    case .base64Binary: BinaryText.base64Length(text) ?? 0
    default: text.scalarCount
    }
  }

  private func lengthFailure(_ length: Int) -> Failure? {
    if let most = constraints.maxLength, length > most { return .maxLength(length) }
    if let least = constraints.minLength, length < least { return .minLength(length) }
    if let exact = constraints.length, length != exact { return .length(length) }
    return nil
  }

  private func isEqualToMember(
    _ text: Bytes, of enumeration: Enumeration, _ primitive: Primitive, _ namespaces: any NamespaceContext
  ) -> Bool {
    guard enumeration.comparesValues, let value = Value(text, primitive: primitive, namespaces: namespaces) else {
      return false
    }
    return enumeration.contains(value)
  }

  private func decimalFailure(_ text: Bytes) -> Failure? {
    guard let number = DecimalText(text) else { return .form }
    if let most = constraints.fractionDigits, number.fractionDigits > most {
      return .fractionDigits(number.fractionDigits)
    }
    if let most = constraints.totalDigits, number.totalDigits > most { return .totalDigits(number.totalDigits) }
    return boundFailure { bound in
      guard case .decimal(let value) = bound else { return .incomparable }
      return value.withText { number.compare(to: $0) }
    }
  }

  /// - Parameter order: of the value to a bound.
  private func boundFailure(_ order: (Value) -> Ordering) -> Failure? {
    if let maximum = constraints.maximum {
      let order = order(maximum.value)
      guard order == .less || order == .equal && maximum.isInclusive else { return .maximum }
    }
    if let minimum = constraints.minimum {
      let order = order(minimum.value)
      guard order == .greater || order == .equal && minimum.isInclusive else { return .minimum }
    }
    return nil
  }

  // MARK: Lists and unions

  private func listFailure(_ text: Bytes, item: SimpleType, _ namespaces: any NamespaceContext) -> Failure? {
    if !constraints.patterns.isEmpty,
      let failure = text.collapsed.withUnsafeBufferPointer({ patternFailure($0) })
    {
      return failure
    }
    var count = 0
    var isValid = true
    text.forEachItem { text in
      isValid = item.failure(of: text, namespaces: namespaces) == nil
      count += 1
      return isValid
    }
    guard isValid else { return .item }
    if let failure = lengthFailure(count) { return failure }
    return collectionFailure(text, namespaces)
  }

  private func unionFailure(_ text: Bytes, members: [SimpleType], _ namespaces: any NamespaceContext) -> Failure? {
    // The pattern of a union sees the collapsed text, whatever the members do (as Xerces).
    if !constraints.patterns.isEmpty,
      let failure = text.collapsed.withUnsafeBufferPointer({ patternFailure($0) })
    {
      return failure
    }
    guard members.contains(where: { $0.failure(of: text, namespaces: namespaces) == nil }) else { return .member }
    return collectionFailure(text, namespaces)
  }

  private func collectionFailure(_ text: Bytes, _ namespaces: any NamespaceContext) -> Failure? {
    guard let enumeration = constraints.enumeration else { return nil }
    if !needsNamespaces, enumeration.contains(text) { return nil }
    guard let value = value(of: text, namespaces: namespaces), enumeration.contains(value) else { return .enumeration }
    return nil
  }
}
