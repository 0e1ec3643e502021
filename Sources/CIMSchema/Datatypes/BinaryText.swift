// hexBinary and base64Binary.

/// Octets written as hexadecimal digits or in base 64.
///
/// - SeeAlso: XML Schema Part 2, 3.2.15 and 3.2.16
enum BinaryText {
  /// Number of octets, or nil for what is no hexBinary.
  static func hexLength(_ text: Bytes) -> Int? {
    guard text.count % 2 == 0, text.allSatisfy({ $0.hexDigit != nil }) else { return nil }
    return text.count / 2
  }

  /// The octets of a valid hexBinary.
  static func hexOctets(_ text: Bytes) -> [UInt8] {
    stride(from: 0, to: text.count - 1, by: 2).map { index in
      (text[index].hexDigit ?? 0) << 4 | (text[index + 1].hexDigit ?? 0)
    }
  }

  /// Number of octets, or nil for what is no base64Binary.
  ///
  /// Blanks may stand anywhere. The unused bits before the padding must be zero.
  static func base64Length(_ text: Bytes) -> Int? {
    var digits = 0
    var padding = 0
    var last: UInt8 = 0
    for byte in text {
      if byte.isXMLSpace { continue }
      if byte == 0x3D {
        padding += 1
        continue
      }
      guard padding == 0, let digit = base64Digit(byte) else { return nil }
      last = digit
      digits += 1
    }
    guard (digits + padding) % 4 == 0, padding <= 2 else { return nil }
    switch padding {
    case 1: guard digits % 4 == 3, last & 0x03 == 0 else { return nil }
    case 2: guard digits % 4 == 2, last & 0x0F == 0 else { return nil }
    default: break
    }
    return digits * 3 / 4
  }

  /// The octets of a valid base64Binary.
  static func base64Octets(_ text: Bytes) -> [UInt8] {
    var result: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text {
      guard let digit = base64Digit(byte) else { continue }
      bits = (bits << 6 | UInt32(digit)) & 0xFFFF
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }

  private static func base64Digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
