// Whether bytes came back from the disk as they were written.

/// A sum of 64 bits that tells torn and stale records from whole ones. It is no protection against anybody.
enum Checksum {
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The sum of a record's content at its place.
  static func of(_ content: UnsafeRawBufferPointer, index: UInt32, segment: Int64) -> UInt64 {
    of(content, seed: UInt64(bitPattern: segment) &* factor ^ UInt64(index))
  }

  static func of(_ content: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var sum = seed ^ UInt64(content.count) &* factor
    var offset = 0
    while offset + 8 <= content.count {
      sum = mixed(sum ^ UInt64(littleEndian: content.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < content.count {
      rest = rest << 8 | UInt64(content[offset])
      offset += 1
    }
    sum = mixed(sum ^ rest)
    return sum ^ sum >> 29
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: factor)
    return product.high ^ product.low &+ value
  }
}
