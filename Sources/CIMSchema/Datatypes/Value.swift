// Values, as far as equality and order need them.

/// A value of a simple type; values of different primitive types are never equal.
///
/// - SeeAlso: XML Schema Part 2, 2.2
enum Value: Hashable, Sendable {
  /// UTF-8, compared octet by octet: composed and decomposed letters differ.
  case string([UInt8])
  case anyURI([UInt8])
  case boolean(Bool)
  case decimal(DecimalValue)
  case float(bits: UInt32)
  case double(bits: UInt64)
  case duration(DurationValue)
  case calendar(CalendarValue)
  case hexBinary([UInt8])
  case base64Binary([UInt8])
  case qualifiedName(type: Primitive, namespace: [UInt8], local: [UInt8])
  case list([Value])
}

extension Value {
  /// The value of a text that has the form of `primitive`; nil when a prefix is not declared.
  init?(_ text: Bytes, primitive: Primitive, namespaces: any NamespaceContext) {
    switch primitive {
    case .string: self = .string(Array(text))
    case .anyURI: self = .anyURI(Array(text))
    case .boolean:
      guard let value = BooleanText.value(of: text) else { return nil }
      self = .boolean(value)
    case .decimal:
      guard let value = DecimalText(text) else { return nil }
      self = .decimal(DecimalValue(value))
    case .float: self = .float(bits: FloatingText.float(text).bitPattern)
    case .double: self = .double(bits: FloatingText.double(text).bitPattern)
    case .duration:
      guard let value = DurationValue(text) else { return nil }
      self = .duration(value)
    case .dateTime, .time, .date, .gYearMonth, .gYear, .gMonthDay, .gDay, .gMonth:
      guard let value = try? CalendarValue(text, as: primitive) else { return nil }
      self = .calendar(value)
    case .hexBinary: self = .hexBinary(BinaryText.hexOctets(text))
    case .base64Binary: self = .base64Binary(BinaryText.base64Octets(text))
    case .QName, .NOTATION:
      guard let name = QualifiedName(text, namespaces: namespaces) else { return nil }
      self = .qualifiedName(type: primitive, namespace: name.namespace, local: name.local)
    }
  }

  /// The order of two values of one primitive type.
  func compare(to other: Value) -> Ordering {
    switch (self, other) {
    case (.decimal(let left), .decimal(let right)):
      left.withText { leftText in right.withText { leftText.compare(to: $0) } }
    case (.float(let left), .float(let right)):
      FloatingText.compare(Float(bitPattern: left), Float(bitPattern: right))
    case (.double(let left), .double(let right)):
      FloatingText.compare(Double(bitPattern: left), Double(bitPattern: right))
    case (.duration(let left), .duration(let right)): left.compare(to: right)
    case (.calendar(let left), .calendar(let right)): left.compare(to: right)
    default: self == other ? .equal : .incomparable
    }
  }
}

/// A name with its prefix resolved.
struct QualifiedName {
  let namespace: [UInt8]
  let local: [UInt8]

  /// Nil when the prefix is not declared. A name without prefix is in the default namespace, if there is one.
  init?(_ text: Bytes, namespaces: any NamespaceContext) {
    let colon = text.firstIndex(of: 0x3A)
    let prefix = String(decoding: text.slice(0, colon ?? 0), as: UTF8.self)
    local = Array(text.slice(colon.map { $0 + 1 } ?? 0, text.count))
    if let found = QualifiedName.namespace(ofPrefix: prefix, in: namespaces) {
      namespace = Array(found.utf8)
    } else if colon == nil {
      namespace = []
    } else {
      return nil
    }
  }

  static func namespace(ofPrefix prefix: String, in namespaces: any NamespaceContext) -> String? {
    prefix == "xml" ? "http://www.w3.org/XML/1998/namespace" : namespaces.namespace(ofPrefix: prefix)
  }
}
