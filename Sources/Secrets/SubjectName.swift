// Whom a certificate is made out to, in whichever way a tool spells it.

/// The subject of a certificate, read from text as RFC 4514 writes it: most specific level first, e.g. "CN=cis,O=Utility".
///
/// Two are equal that name the same: however they escape ("\," or "\2C"), abbreviate ("E", "emailAddress" or the number)
/// and order the parts of one level, and whether a space stands behind the commas or not. Values are compared byte by
/// byte, in upper and lower case as they are.
public struct SubjectName: Sendable, Hashable, CustomStringConvertible {
  /// As it was written.
  public let description: String
  private let levels: [[Part]]

  private struct Part: Hashable {
    /// Object identifier where the abbreviation is known, or what stands there in lower case.
    var type: String
    var value: [UInt8]
  }

  /// Nil where the text is no name, and for one of more than 4,096 bytes.
  public init?(_ text: String) {
    guard text.utf8.count <= 4096 else { return nil }
    var reader = Reader(rest: Array(text.utf8)[...])
    var levels: [[Part]] = []
    var level: [Part] = []
    while true {
      guard let part = reader.part() else { return nil }
      level.append(Part(type: part.type, value: part.value))
      let end = reader.rest.popFirst()
      if end == UInt8(ascii: "+") { continue }
      levels.append(
        level.sorted { $0.type == $1.type ? $0.value.lexicographicallyPrecedes($1.value) : $0.type < $1.type })
      level = []
      if end == nil { break }
    }
    self.levels = levels
    description = text
  }

  public static func == (a: SubjectName, b: SubjectName) -> Bool { a.levels == b.levels }
  public func hash(into hasher: inout Hasher) { hasher.combine(levels) }

  /// Object identifiers of the abbreviations that tools write (RFC 4514, 3, and openssl's names).
  private static let identifiers = [
    "cn": "2.5.4.3", "sn": "2.5.4.4", "serialnumber": "2.5.4.5", "c": "2.5.4.6", "l": "2.5.4.7", "st": "2.5.4.8",
    "s": "2.5.4.8", "street": "2.5.4.9", "o": "2.5.4.10", "ou": "2.5.4.11", "title": "2.5.4.12", "gn": "2.5.4.42",
    "organizationidentifier": "2.5.4.97", "e": "1.2.840.113549.1.9.1", "emailaddress": "1.2.840.113549.1.9.1",
    "uid": "0.9.2342.19200300.100.1.1", "dc": "0.9.2342.19200300.100.1.25",
  ]

  /// Reads parts up to the comma or plus behind them.
  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func part() -> (type: String, value: [UInt8])? {
      rest = rest.drop { $0 == UInt8(ascii: " ") }
      guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let type = String(decoding: rest[..<equals], as: UTF8.self).lowercased().filter { $0 != " " }
      let isWord = type.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
      guard !type.isEmpty, isWord else { return nil }
      rest = rest[(equals + 1)...].drop { $0 == UInt8(ascii: " ") }
      guard let value = value() else { return nil }
      return (SubjectName.identifiers[type] ?? type, value)
    }

    private mutating func value() -> [UInt8]? {
      var value: [UInt8] = []
      // Spaces at the end count only where they are escaped.
      var length = 0
      while let byte = rest.first, byte != UInt8(ascii: ","), byte != UInt8(ascii: "+") {
        rest.removeFirst()
        if byte == UInt8(ascii: "\\") {
          guard let escaped = escaped() else { return nil }
          value.append(escaped)
          length = value.count
        } else {
          value.append(byte)
          if byte != UInt8(ascii: " ") { length = value.count }
        }
      }
      return Array(value[..<length])
    }

    /// What stands behind a backslash: two digits, or the character itself.
    private mutating func escaped() -> UInt8? {
      if rest.count >= 2, let byte = Hex.bytes(String(decoding: rest.prefix(2), as: UTF8.self))?.first {
        rest = rest.dropFirst(2)
        return byte
      }
      return rest.popFirst()
    }
  }
}
