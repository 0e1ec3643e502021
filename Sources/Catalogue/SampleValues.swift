// Example values: by what an element is called, else by its type; always one that the type accepts.
import CIMModel
import CIMSchema
import IECMessage

enum SampleValues {
  /// 2026-01-01T00:00:00Z.
  static let instant = Timestamp(seconds: 1_767_225_600)

  /// Codes of the standard's tables, by the element that names one or explains it.
  static let codes: [String: String] = [
    // Energy delivered in fifteen minutes, kWh.
    "ReadingType": "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
    // The end device says that the value is valid.
    "ReadingQualityType": "1.0.0",
    // Power off.
    "EndDeviceEventType": "3.26.0.85",
    // Remote switch: disconnect.
    "EndDeviceControlType": "3.31.0.23",
  ]

  /// A value of a type.
  ///
  /// - Parameter path: names of the open elements, an attribute with "@" last.
  /// - Returns: nil where no candidate fits.
  static func text(of type: SimpleType, at path: [String], _ random: inout SampleRandom) -> String? {
    for facet in type.facets.reversed() {
      if case .enumeration(let values) = facet,
        let value = values.first(where: { type.check($0, namespaces: NoNamespaces()) == nil })
      {
        return value
      }
    }
    if case .union(let members) = type.variety {
      for member in members {
        if let text = text(of: member, at: path, &random) { return text }
      }
      return nil
    }
    if case .list(let item) = type.variety, let text = text(of: item, at: path, &random) {
      return type.check(text, namespaces: NoNamespaces()) == nil ? text : nil
    }
    var candidates = named(path, &random)
    if case .atomic(let primitive) = type.variety { candidates += byType(primitive, path.last ?? "") }
    candidates += bounds(of: type) + lengths(of: type) + general
    return candidates.first { type.check($0, namespaces: NoNamespaces()) == nil }
  }

  /// What an element of this name holds in practice.
  private static func named(_ path: [String], _ random: inout SampleRandom) -> [String] {
    let name = path.last ?? ""
    let owners = path.dropLast().reversed()
    let owner = owners.first { $0 != "Names" } ?? ""
    switch name {
    case "@ref": return codes[owner].map { [$0] } ?? [UUIDText.random(using: &random)]
    case "mRID": return codes[owner].map { [$0] } ?? [UUIDText.random(using: &random)]
    case "name":
      if owners.first != "Names" { return ["Example"] }
      // EndDevices holds one device each.
      let kind = owner.hasSuffix("s") && !owner.hasSuffix("ss") ? String(owner.dropLast()) : owner
      return codes[owner].map { [$0] } ?? [kind + "-001"]
    case "value": return ["100.5", "100"]
    case "issuerID": return ["EXAMPLE"]
    default: return []
    }
  }

  private static func byType(_ primitive: Primitive, _ name: String) -> [String] {
    // A period ends with the instant that all else is stamped with, and begins a quarter of an hour before.
    let isStart = name.lowercased().hasPrefix("start")
    switch primitive {
    case .string, .anyURI: return ["example"]
    case .boolean: return ["true"]
    case .decimal, .float, .double: return ["100.5", "100", "1", "0", "-1"]
    case .duration: return ["PT15M", "P1D"]
    case .dateTime: return [isStart ? "2025-12-31T23:45:00Z" : instant.xmlText]
    case .date: return [isStart ? "2025-12-31" : "2026-01-01"]
    case .time: return [isStart ? "00:00:00Z" : "06:00:00Z"]
    case .gYearMonth: return ["2026-01"]
    case .gYear: return ["2026"]
    case .gMonthDay: return ["--01-01"]
    case .gDay: return ["---01"]
    case .gMonth: return ["--01"]
    case .hexBinary: return ["00", "0000"]
    case .base64Binary: return ["AAAA"]
    case .QName, .NOTATION: return ["example"]
    }
  }

  /// Values on or beside the bounds of a type.
  private static func bounds(of type: SimpleType) -> [String] {
    var values: [String] = []
    for facet in type.facets {
      switch facet {
      case .minInclusive(let text), .maxInclusive(let text): values.append(text)
      case .minExclusive(let text), .maxExclusive(let text):
        // One digit further, either way: what does not fit is passed over.
        if let number = ExactDecimal(text) { values += [number + 1, number - 1].map(\.description) }
      default: break
      }
    }
    return values
  }

  /// Texts as long as a type wants them; at most 1,024 characters.
  private static func lengths(of type: SimpleType) -> [String] {
    var values: [String] = []
    for facet in type.facets {
      switch facet {
      case .length(let count), .minLength(let count), .maxLength(let count):
        guard (0...1024).contains(count) else { continue }
        for letter in ["A", "0"] { values.append(String(repeating: letter, count: count)) }
        values.append(String(repeating: "00", count: count))
      default: break
      }
    }
    return values
  }

  /// What patterns ask for most: identifiers, codes of countries, languages and currencies, numbers of so many digits.
  private static let general = [
    "", "A", "a", "Example", "EXAMPLE-001", "00000000-0000-4000-8000-000000000001", "EUR", "DE", "en", "en-GB", "1.0",
    "0.0", "1", "01", "001", "0001", "12345", "000001", "example@example.com", "+49 30 123456", "https://example.com/",
    "2026-01-01", "00:00", "00:00:00",
  ]
}
