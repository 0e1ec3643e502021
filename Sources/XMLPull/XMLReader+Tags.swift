// Start and end tags, attributes and namespace declarations.

/// An attribute of the current start tag, by places in the reader's memory.
struct RawAttribute {
  var nameStart: Int
  var nameLength: Int
  var prefixLength: Int
  /// In the window when the value is plain, in `attributeValues` when it was decoded.
  var valueStart: Int
  var valueLength: Int
  var isDecoded: Bool
  var isDeclaration: Bool
  var namespace: NamespaceTable.ID
}

extension XMLReader {
  /// - Returns: false when the tag is not in memory whole yet.
  mutating func readStartTag() throws(XMLError) -> Bool {
    var i = cursor + 1
    nameStart = i
    guard try scanName(&i, what: "the name of an element") else { return false }
    nameLength = i - nameStart
    prefixLength = try prefixLength(ofNameAt: nameStart, length: nameLength)
    attributes.removeAll(keepingCapacity: true)
    attributeValues.removeAll()
    var hasDeclarations = false
    var isEmpty = false
    while true {
      let before = i
      while classes.rows[Int(base[i])] & ByteClass.space != 0 { i += 1 }
      if i >= end { return try needMore(at: i, in: "a start tag") }
      if base[i] == 0x3E {
        i += 1
        break
      }
      if base[i] == 0x2F {
        if i + 1 >= end { return try needMore(at: i, in: "a start tag") }
        guard base[i + 1] == 0x3E else { throw error(.malformed, "'/' in a tag must be followed by '>'", at: i) }
        i += 2
        isEmpty = true
        break
      }
      if i == before {
        throw error(.malformed, "\(describe(base[i])) cannot stand here in a start tag", at: i)
      }
      guard try readAttribute(&i) else { return false }
      if attributes[attributes.count - 1].isDeclaration { hasDeclarations = true }
    }
    if openElements.count >= limits.depth {
      throw error(.depthLimit, "elements are nested deeper than \(limits.depth)", at: cursor)
    }
    let bindingsBefore = namespaces.bindings.count
    if hasDeclarations { try declareNamespaces() }
    namespace = try resolve(prefixAt: nameStart, length: prefixLength, isAttribute: false)
    if attributes.count > 0 { try resolveAttributes() }
    attributeCount = attributes.count
    openElements.append(
      OpenElement(
        nameOffset: openNames.count, nameLength: nameLength, prefixLength: prefixLength, namespace: namespace,
        bindings: bindingsBefore))
    openNames.append(base + nameStart, count: nameLength)
    mark(at: cursor)
    cursor = i
    state = .content
    pendingEnd = isEmpty
    return true
  }

  /// - Returns: false when the tag is not in memory whole yet.
  mutating func readEndTag() throws(XMLError) -> Bool {
    let open = openElements[openElements.count - 1]
    let length = open.nameLength
    let expected = openNames.start + open.nameOffset
    var i = cursor + 2
    if i + length >= end && !isFinal {
      // Wait for the whole tag, unless it is already clear that it is another's.
      if end - cursor > limits.nameLength { throw mismatched(open, at: cursor) }
      return false
    }
    for k in 0..<length where base[i + k] != expected[k] || i + k >= end {
      // The message names the tag that stands here: it must be in memory, so that pieces don't change what is said.
      if !isFinal && nameEnd(from: i) >= end { return false }
      throw mismatched(open, at: cursor)
    }
    i += length
    if base[i] != 0x3E {
      if classes.rows[Int(base[i])] & ByteClass.space == 0 && i < end {
        if !isFinal && nameEnd(from: cursor + 2) >= end { return false }
        throw mismatched(open, at: cursor)
      }
      while classes.rows[Int(base[i])] & ByteClass.space != 0 { i += 1 }
      if i >= end { return try needMore(at: i, in: "an end tag") }
      guard base[i] == 0x3E else { throw error(.malformed, "'>' is missing at the end of an end tag", at: i) }
    }
    nameStart = cursor + 2
    cursor = i + 1
    closeElement()
    return true
  }

  /// Takes the innermost element off the stack and makes it the current token's.
  mutating func closeElement() {
    let open = openElements.removeLast()
    nameLength = open.nameLength
    prefixLength = open.prefixLength
    namespace = open.namespace
    attributeCount = 0
    openNames.truncate(to: open.nameOffset)
    namespaces.truncate(to: open.bindings)
    if openElements.isEmpty { state = .epilog }
  }

  private func mismatched(_ open: OpenElement, at index: Int) -> XMLError {
    let expected = String(
      decoding: UnsafeBufferPointer(start: openNames.start + open.nameOffset, count: open.nameLength), as: UTF8.self)
    let stop = nameEnd(from: index + 2)
    if stop >= end && isFinal {
      return error(.unexpectedEnd, "the document ends before </\(expected)>: it is cut off", at: index)
    }
    let found = String(decoding: UnsafeBufferPointer(start: base + index + 2, count: stop - index - 2), as: UTF8.self)
    return error(.mismatchedTag, "</\(found)> stands where </\(expected)> must close the open element", at: index)
  }

  /// Where a name ends, or the part of it that a message quotes.
  private func nameEnd(from index: Int) -> Int {
    var stop = index
    while stop < end, stop - index < 98, classes.rows[Int(base[stop])] & (ByteClass.name | ByteClass.wide) != 0 {
      stop += 1
    }
    return stop
  }

  // MARK: Attributes

  private mutating func readAttribute(_ i: inout Int) throws(XMLError) -> Bool {
    if attributes.count >= limits.attributes {
      throw error(.attributeLimit, "an element has more than \(limits.attributes) attributes", at: i)
    }
    let name = i
    guard try scanName(&i, what: "the name of an attribute") else { return false }
    let length = i - name
    let prefix = try prefixLength(ofNameAt: name, length: length)
    while classes.rows[Int(base[i])] & ByteClass.space != 0 { i += 1 }
    if i >= end { return try needMore(at: i, in: "a start tag") }
    guard base[i] == 0x3D else { throw error(.malformed, "'=' is missing behind an attribute's name", at: i) }
    i += 1
    while classes.rows[Int(base[i])] & ByteClass.space != 0 { i += 1 }
    if i >= end { return try needMore(at: i, in: "a start tag") }
    let quote = base[i]
    guard quote == 0x22 || quote == 0x27 else {
      throw error(.malformed, "an attribute's value must stand in quotes", at: i)
    }
    i += 1
    for other in attributes where other.nameLength == length {
      var same = true
      for k in 0..<length where base[other.nameStart + k] != base[name + k] {
        same = false
        break
      }
      if same { throw error(.duplicateAttribute, "the attribute \(text(name, length)) stands twice", at: name) }
    }
    var attribute = RawAttribute(
      nameStart: name, nameLength: length, prefixLength: prefix, valueStart: i, valueLength: 0, isDecoded: false,
      isDeclaration: isDeclaration(name, length, prefix), namespace: NamespaceTable.none)
    guard try readValue(&i, quote: quote, into: &attribute) else { return false }
    attributes.append(attribute)
    return true
  }

  private mutating func readValue(_ i: inout Int, quote: UInt8, into attribute: inout RawAttribute) throws(XMLError)
    -> Bool
  {
    let start = i
    while true {
      let b = base[i]
      if b == quote { break }
      if b == 0x26 || b < 0x20 { return try readDecodedValue(&i, from: start, quote: quote, into: &attribute) }
      if b == 0x3C { throw error(.malformed, "'<' stands in an attribute's value; write '&lt;'", at: i) }
      guard try stepCharacter(&i, in: "an attribute's value") else { return false }
    }
    attribute.valueLength = i - start
    i += 1
    return true
  }

  private mutating func readDecodedValue(
    _ i: inout Int, from start: Int, quote: UInt8, into attribute: inout RawAttribute
  ) throws(XMLError) -> Bool {
    attribute.isDecoded = true
    attribute.valueStart = attributeValues.count
    attributeValues.append(base + start, count: i - start)
    while true {
      let b = base[i]
      if b == quote { break }
      switch b {
      case 0x26:
        if i >= end { return try needMore(at: i, in: "an attribute's value") }
        guard let character = try reference(&i) else { return try needMore(at: end, in: "an attribute's value") }
        attributeValues.append(scalar: character)
      case 0x3C: throw error(.malformed, "'<' stands in an attribute's value; write '&lt;'", at: i)
      case 0x0D:
        if i + 1 >= end { return try needMore(at: end, in: "an attribute's value") }
        attributeValues.append(0x20)
        i += base[i + 1] == 0x0A ? 2 : 1
      case 0x09, 0x0A:
        attributeValues.append(0x20)
        i += 1
      default:
        let from = i
        guard try stepCharacter(&i, in: "an attribute's value") else { return false }
        attributeValues.append(base + from, count: i - from)
      }
    }
    attribute.valueLength = attributeValues.count - attribute.valueStart
    i += 1
    return true
  }

  // MARK: Namespaces

  private func isDeclaration(_ name: Int, _ length: Int, _ prefix: Int) -> Bool {
    (prefix == 0 && length == 5 || prefix == 5) && matches("xmlns", at: name)
  }

  private func prefixLength(ofNameAt start: Int, length: Int) throws(XMLError) -> Int {
    var colon = -1
    for k in 0..<length where base[start + k] == 0x3A {
      if colon >= 0 { throw error(.name, "the name \(text(start, length)) has two colons", at: start) }
      colon = k
    }
    if colon < 0 { return 0 }
    if colon == 0 || colon == length - 1 {
      throw error(.name, "the name \(text(start, length)) begins or ends with a colon", at: start)
    }
    let c = base[start + colon + 1]
    if classes.rows[Int(c)] & (ByteClass.nameStart | ByteClass.wide) == 0 {
      throw error(.name, "\(describe(c)) cannot begin the part behind the colon", at: start + colon + 1)
    }
    return colon
  }

  private mutating func declareNamespaces() throws(XMLError) {
    for attribute in attributes where attribute.isDeclaration {
      let value = String(decoding: bytes(ofValue: attribute), as: UTF8.self)
      let prefix =
        attribute.prefixLength == 0
        ? UnsafeBufferPointer<UInt8>(start: base, count: 0)
        : UnsafeBufferPointer(start: base + attribute.nameStart + 6, count: attribute.nameLength - 6)
      let prefixText = String(decoding: prefix, as: UTF8.self)
      let isXML = value == "http://www.w3.org/XML/1998/namespace"
      if prefixText == "xmlns" || value == "http://www.w3.org/2000/xmlns/" || (prefixText == "xml") != isXML {
        throw error(
          .namespace, "the prefixes xml and xmlns and their namespaces cannot be bound anew", at: attribute.nameStart)
      }
      if value.isEmpty && !prefix.isEmpty {
        throw error(.namespace, "the prefix '\(prefixText)' is bound to an empty namespace", at: attribute.nameStart)
      }
      if namespaces.names.count - carriedNamespaces >= 4096 {
        throw error(.attributeLimit, "the document names more than 4096 namespaces", at: attribute.nameStart)
      }
      let id = value.isEmpty ? NamespaceTable.none : namespaces.id(of: value)
      namespaces.bind(prefix, to: id)
    }
  }

  private func resolve(prefixAt start: Int, length: Int, isAttribute: Bool) throws(XMLError) -> NamespaceTable.ID {
    if length == 0 && isAttribute { return NamespaceTable.none }
    if let id = namespaces.lookUp(UnsafeBufferPointer(start: base + start, count: length)) { return id }
    throw error(
      .namespace, "the prefix '\(text(start, length))' is not declared: add xmlns:\(text(start, length))=\"…\"",
      at: start)
  }

  private mutating func resolveAttributes() throws(XMLError) {
    var prefixed = 0
    for k in 0..<attributes.count where !attributes[k].isDeclaration && attributes[k].prefixLength > 0 {
      attributes[k].namespace = try resolve(
        prefixAt: attributes[k].nameStart, length: attributes[k].prefixLength, isAttribute: true)
      prefixed += 1
    }
    if prefixed > 1 {
      for a in 0..<attributes.count where attributes[a].prefixLength > 0 && !attributes[a].isDeclaration {
        for b in 0..<a
        where attributes[b].prefixLength > 0 && !attributes[b].isDeclaration
          && attributes[b].namespace == attributes[a].namespace && sameLocalName(attributes[a], attributes[b])
        {
          throw error(
            .duplicateAttribute,
            "the attribute \(text(attributes[a].nameStart, attributes[a].nameLength)) stands twice",
            at: attributes[a].nameStart)
        }
      }
    }
  }

  private func sameLocalName(_ a: RawAttribute, _ b: RawAttribute) -> Bool {
    let x = localBytes(of: a)
    let y = localBytes(of: b)
    guard x.count == y.count else { return false }
    for k in 0..<x.count where x[k] != y[k] { return false }
    return true
  }

  private func localBytes(of attribute: RawAttribute) -> XMLBytes {
    let skip = attribute.prefixLength == 0 ? 0 : attribute.prefixLength + 1
    return XMLBytes(start: base + attribute.nameStart + skip, count: attribute.nameLength - skip)
  }

  private func bytes(ofValue attribute: RawAttribute) -> XMLBytes {
    XMLBytes(
      start: (attribute.isDecoded ? attributeValues.start : base) + attribute.valueStart, count: attribute.valueLength)
  }

  private func text(_ start: Int, _ length: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: base + start, count: length), as: UTF8.self)
  }

  // MARK: What the caller sees

  /// Whether the attribute is a namespace declaration.
  public func attributeIsDeclaration(_ index: Int) -> Bool { attributes[index].isDeclaration }
  public func attributeNamespace(_ index: Int) -> NamespaceTable.ID { attributes[index].namespace }
  public func attributeLocalName(_ index: Int) -> XMLBytes { localBytes(of: attributes[index]) }
  public func attributeQualifiedName(_ index: Int) -> XMLBytes {
    XMLBytes(start: base + attributes[index].nameStart, count: attributes[index].nameLength)
  }
  /// The value, normalised as XML 1.0 3.3.3 says for attributes without a declared type.
  public func attributeValue(_ index: Int) -> XMLBytes { bytes(ofValue: attributes[index]) }
  /// Where the attribute stands.
  public func attributePosition(_ index: Int) -> XMLPosition { position(at: attributes[index].nameStart) }
}
