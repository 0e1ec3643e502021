// Values of readings as decimal numbers, with errors in the words of this module.
import CIMModel

extension ExactDecimal {
  /// Reads an XML Schema decimal: sign, digits, at most one point; no exponent, blanks around it are ignored.
  ///
  /// - Throws: `CodeError` with code `.malformedValue`.
  init(value text: String) throws(CodeError) {
    func refuse(_ why: String) -> CodeError { CodeError(.malformedValue, "\(CodeError.quote(text)) \(why)") }
    guard text.utf8.count <= Self.longest else {
      throw refuse("is \(text.utf8.count) bytes long, a decimal number has at most \(Self.longest)")
    }
    var text = text
    let number = text.withUTF8 { bytes in
      var bytes = UnsafeBufferPointer(rebasing: bytes.drop(while: Self.isBlank))
      while let last = bytes.last, Self.isBlank(last) { bytes = UnsafeBufferPointer(rebasing: bytes.dropLast()) }
      // An xs:decimal has no exponent.
      return bytes.contains { $0 | 0x20 == UInt8(ascii: "e") } ? nil : ExactDecimal(utf8: bytes)
    }
    guard let number else { throw refuse("is no decimal number") }
    self = number
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
