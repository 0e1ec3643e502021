// One number for a name.

/// Hashes of meters' names. SQLite's store keeps them in its file: the function must never change.
package enum MeterKeyHash {
  /// FNV-1a of 64 bits.
  package static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int64(bitPattern: hash)
  }

  package static func hash(_ text: String) -> Int64 {
    var text = text
    return text.withUTF8 { hash($0) }
  }
}
