import Compression
import Foundation
import Testing

@Suite("RFC 4648, 4: Base64")
struct Base64TextTests {
  @Test("what Foundation writes is read, whatever its length")
  func lengths() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let text = Data(bytes).base64EncodedString(options: .lineLength64Characters)
      #expect(Base64Text.bytes(text) == bytes)
      #expect(Base64Text.text(bytes) == Data(bytes).base64EncodedString())
    }
  }

  @Test(
    "anything else is refused",
    arguments: [
      "A", "AA", "AAA", "A===", "AA=A", "AAAA=", "=AAA", "AA==A", "AAA=AAAA", "AA-_", "AAA", "Ä", "AA=", "====",
    ])
  func refused(text: String) {
    #expect(Base64Text.bytes(text) == nil)
  }
}
