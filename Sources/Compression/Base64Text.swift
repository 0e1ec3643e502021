// Binary data as text, the way envelopes carry what is compressed.

/// Base64 with padding; white space is passed over.
///
/// - SeeAlso: RFC 4648, 4; XML Schema Part 2, 3.2.16
public enum Base64Text {
  /// The bytes; nil where the text is not Base64.
  public static func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var group: UInt32 = 0
    var digits = 0
    var padding = 0
    for character in text.utf8 {
      let value: UInt32
      switch character {
      case 0x20, 0x09, 0x0A, 0x0D: continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(character) - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(character) - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(character) + 4
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      case UInt8(ascii: "="):
        padding += 1
        digits += 1
        if padding > 2 || digits > 4 || digits < 3 { return nil }
        group <<= 6
        if digits == 4 { append(group, 3 - padding, to: &bytes) }
        continue
      default: return nil
      }
      // Nothing follows the padding.
      if padding > 0 { return nil }
      group = group << 6 | value
      digits += 1
      if digits == 4 {
        append(group, 3, to: &bytes)
        group = 0
        digits = 0
      }
    }
    return digits == 0 || padding > 0 && digits == 4 ? bytes : nil
  }

  /// The text of bytes, on one line.
  public static func text(_ bytes: [UInt8]) -> String {
    let digits: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return digits.withUTF8Buffer { digits in
      String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
        var end = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
          let count = min(3, bytes.count - start)
          var group: UInt32 = 0
          for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
          for place in 0..<4 {
            text[end + place] =
              place <= count ? digits[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "=")
          }
          end += 4
        }
        return end
      }
    }
  }

  private static func append(_ group: UInt32, _ count: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: group >> 16))
    if count > 1 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
    if count > 2 { bytes.append(UInt8(truncatingIfNeeded: group)) }
  }
}
