// JSON as text, value by value.

/// Writes JSON; the caller keeps names, values and brackets in order.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  private let isPretty: Bool
  /// For every open bracket whether something stands in it.
  private var open: [Bool] = []
  private var isBehindName = false

  package init(pretty: Bool) { isPretty = pretty }

  package mutating func beginObject() { begin(0x7B) }
  package mutating func endObject() { end(0x7D) }
  package mutating func beginArray() { begin(0x5B) }
  package mutating func endArray() { end(0x5D) }

  package mutating func name(_ name: String) {
    separate()
    quote(name)
    bytes.append(0x3A)
    if isPretty { bytes.append(0x20) }
    isBehindName = true
  }

  package mutating func string(_ text: String) {
    separate()
    quote(text)
  }

  /// A number, true, false or null as it is.
  package mutating func token(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    open.append(false)
  }

  private mutating func end(_ bracket: UInt8) {
    if open.popLast() == true { newLine() }
    bytes.append(bracket)
  }

  private mutating func separate() {
    if isBehindName {
      isBehindName = false
      return
    }
    guard let hasItems = open.last else { return }
    if hasItems { bytes.append(0x2C) }
    open[open.count - 1] = true
    newLine()
  }

  private mutating func newLine() {
    guard isPretty else { return }
    bytes.append(0x0A)
    for _ in 0..<open.count * 2 { bytes.append(0x20) }
  }

  private mutating func quote(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22: bytes.append(contentsOf: "\\\"".utf8)
      case 0x5C: bytes.append(contentsOf: "\\\\".utf8)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        let hex = String(byte, radix: 16)
        bytes.append(contentsOf: ("\\u00" + (hex.utf8.count == 1 ? "0" : "") + hex).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}
