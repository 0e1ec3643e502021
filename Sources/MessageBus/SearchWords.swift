// What a word is when messages are searched.

/// Cuts text into words and makes them comparable, alike for what is searched and what is searched for.
///
/// A word is a run of letters, digits and "-._:@" without these signs at its ends, so that an mRID, a code such as
/// "3.26.0.85" and an address are one word each. Case does not count. Of long words the first 96 bytes are compared.
package enum SearchWords {
  package static let longest = 96

  /// The whole text as one term: lower case, white space at its ends left out and elsewhere one space.
  package static func folded(_ text: String) -> String {
    foldedASCII(text) ?? cut(text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  /// The same without a look at the tables of Unicode, as nearly all text allows; nil where it does not.
  private static func foldedASCII(_ text: String) -> String? {
    var text = text
    return text.withUTF8 { all in
      if all.contains(where: { $0 >= 0x80 }) { return nil }
      return String(unsafeUninitializedCapacity: min(all.count, longest)) { folded in
        var count = 0
        var isBehindSpace = false
        for byte in all {
          if isSpace(byte) {
            isBehindSpace = count > 0
            continue
          }
          if isBehindSpace, count < longest {
            folded[count] = 0x20
            count += 1
          }
          isBehindSpace = false
          if count == longest { break }
          folded[count] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
          count += 1
        }
        return count
      }
    }
  }

  package static func words(_ text: String) -> [String] {
    text.lowercased().unicodeScalars.split { !isPart($0) }.compactMap { run in
      let signs = Set<Unicode.Scalar>("-._:@".unicodeScalars)
      var word = run.drop { signs.contains($0) }
      while let last = word.last, signs.contains(last) { word.removeLast() }
      return word.isEmpty ? nil : cut(String(String.UnicodeScalarView(word)))
    }
  }

  /// Whether the text is but a number or an instant, which nobody looks for by text.
  package static func isFigure(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.first, isSpace(byte) { bytes.removeFirst() }
    while let byte = bytes.last, isSpace(byte) { bytes.removeLast() }
    return bytes.withUnsafeBytes { isFigure($0) }
  }

  /// As `isFigure(_:)`, for text without white space at its ends.
  package static func isFigure(_ bytes: UnsafeRawBufferPointer) -> Bool { isNumber(bytes) || isInstant(bytes) }

  private static func isNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    if let sign = bytes.first, sign == 0x2B || sign == 0x2D { index = 1 }
    var (digits, points) = (0, 0)
    while index < bytes.count {
      switch bytes[index] {
      case 0x30...0x39: digits += 1
      case 0x2E: points += 1
      default: return false
      }
      index += 1
    }
    return digits > 0 && points <= 1
  }

  /// "2026-11-21T" and anything behind it.
  private static func isInstant(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 10, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54 else { return false }
    return [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { (0x30...0x39).contains(bytes[$0]) }
  }

  package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "0"..."9", "-", ".", "_", ":", "@": true
    case _ where scalar.isASCII: false
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
        .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
        true
      default: false
      }
    }
  }

  /// At most `longest` bytes, between two scalars.
  private static func cut(_ text: String) -> String {
    guard text.utf8.count > longest else { return text }
    var scalars = String.UnicodeScalarView()
    var bytes = 0
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > longest { break }
      scalars.append(scalar)
    }
    return String(scalars)
  }
}
