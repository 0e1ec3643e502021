// Search terms: the short way for ASCII says what the long way says.
import MessageBus
import Testing

@Suite("Search terms")
struct SearchWordsTests {
  private static let spaces: [Character] = [" ", "\t", "\n", "\r", "\u{0B}", "\u{0C}", "\r\n"]

  @Test("case and white space do not count, and what is too long is cut")
  func folded() {
    var random = SystemRandomNumberGenerator()
    for length in 0..<220 {
      var text = ""
      for _ in 0..<length {
        if Int.random(in: 0..<5, using: &random) == 0 {
          text.append(Self.spaces.randomElement(using: &random) ?? " ")
        } else {
          text.append(Character(Unicode.Scalar(UInt8.random(in: 0...0x7F, using: &random))))
        }
      }
      let whole = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(SearchWords.folded(text) == String(whole.prefix(SearchWords.longest)), "\(Array(text.utf8))")
    }
  }

  @Test("letters beyond ASCII are folded too")
  func letters() {
    #expect(SearchWords.folded(" Z\u{C4}HLER\u{A0}7 ") == "z\u{E4}hler 7")
    #expect(SearchWords.folded("") == "")
  }
}
