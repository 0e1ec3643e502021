// Enumerations: a table of texts, and the values for other ways to write them.

/// The values of an enumeration facet. Immutable.
///
/// - SeeAlso: XML Schema Part 2, 4.3.5
final class Enumeration: Sendable {
  /// As the schema gives them.
  let texts: [String]

  /// Nil when equal values are equal texts.
  private let values: Set<Value>?

  /// UTF-8 of all texts after white space processing, one behind the other.
  private let bytes: [UInt8]
  /// Where each text begins in `bytes`; one more than there are texts.
  private let offsets: [Int32]
  /// Open hash table of numbers of texts, -1 where empty; a power of two in size, at most half full.
  private let slots: [Int32]

  /// - Parameters:
  ///   - normalized: the texts after white space processing; empty when a text says nothing without its context.
  ///   - values: nil when equal values are equal texts.
  init(texts: [String], normalized: [[UInt8]], values: [Value]?) {
    self.texts = texts
    self.values = values.map { Set($0) }
    bytes = normalized.flatMap { $0 }
    offsets = normalized.reduce(into: [0]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    var size = 4
    while size < normalized.count * 2 { size *= 2 }
    var slots = [Int32](repeating: -1, count: size)
    for (number, text) in normalized.enumerated() {
      var slot = text.withUnsafeBufferPointer { Enumeration.hash($0) } & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(number)
    }
    self.slots = slots
  }

  /// FNV-1a, which is good enough for short names that come from a schema and not from a message.
  private static func hash(_ text: Bytes) -> Int {
    var hash: UInt32 = 0x811C_9DC5
    for byte in text { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return Int(hash)
  }

  /// Whether `text`, after white space processing, is one of the texts. Does not allocate.
  func contains(_ text: Bytes) -> Bool {
    let mask = slots.count - 1
    var slot = Enumeration.hash(text) & mask
    return bytes.withUnsafeBufferPointer { bytes in
      while slots[slot] >= 0 {
        let number = Int(slots[slot])
        let lower = Int(offsets[number])
        let upper = Int(offsets[number + 1])
        if bytes.slice(lower, upper).equals(text) { return true }
        slot = (slot + 1) & mask
      }
      return false
    }
  }

  /// Whether a text that is not among the texts may still be another form of one of the values.
  var comparesValues: Bool { values != nil }

  func contains(_ value: Value) -> Bool { values?.contains(value) ?? false }
}
