// Regular expressions.

import Testing

@testable import CIMSchema

@Suite("XML Schema Part 2, appendix F regular expressions")
struct Patterns {
  struct Case: Sendable, CustomTestStringConvertible {
    let pattern: String
    let matching: [String]
    let others: [String]

    init(_ pattern: String, _ matching: [String], _ others: [String]) {
      self.pattern = pattern
      self.matching = matching
      self.others = others
    }

    var testDescription: String { pattern }
  }

  @Test(
    "the whole text must match, by table and by simulation alike",
    arguments: [
      Case("", [""], ["a"]),
      Case("a|b|", ["a", "b", ""], ["ab"]),
      Case("(ab)*", ["", "ab", "abab"], ["a", "aba"]),
      Case("a{2}b{1,3}c{2,}d{0}", ["aabcc", "aabbbccc"], ["abcc", "aabbbbcc", "aabccd"]),
      Case("^$", ["^$"], [""]),
      Case(".", ["a", "\u{1F600}", "\u{2028}"], ["\n", "\r", "ab"]),
      Case("[a-z-[aeiou]]+", ["xyz"], ["a", "A"]),
      Case("[^a-z-[0-9]]", ["A", "-"], ["a", "5"]),
      Case("[\\w-[\\d]]+", ["ab\u{E9}"], ["a1", "-"]),
      Case("[-a][a-][\\-]", ["-a-", "a--"], ["b--"]),
      Case("\\d+", ["12", "\u{663}"], ["a", ""]),
      Case("\\i\\c*", ["_a:b-c", "\u{E9}1"], ["1a", "a b"]),
      Case("\\I\\C\\S\\D\\W", ["1 ax-"], ["a ax-"]),
      Case("\\p{Lu}\\p{L}*\\P{Nd}", ["Ab!", "\u{C9}a"], ["ab!", "A1"]),
      Case("\\p{IsGreek}\\P{IsBasicLatin}", ["\u{3A9}\u{E9}"], ["a\u{E9}"]),
      Case("\\s\\t\\n\\\\\\.\\|\\^\\{\\}", [" \t\n\\.|^{}"], [""]),
      Case("[+\\-]?[0-9]+(\\.[0-9]+)?", ["-1.5", "2"], ["1.", "+"]),
      Case("a\\/b", ["a/b"], ["ab"]),
      Case("(){0}\\S0| |-", ["-", " ", "x0"], ["x", ""]),
      Case("(\\i*|){0,2}\\i", ["x"], ["", "1"]),
      Case("(a|ab)(c|bcd)(d*)", ["abcd", "acd", "abbcd"], ["a"]),
      Case("\u{1F600}{2}", ["\u{1F600}\u{1F600}"], ["\u{1F600}"]),
    ])
  func matching(example: Case) throws {
    let pattern = try Pattern([example.pattern])
    #expect(pattern.isTabled)
    for (texts, verdict) in [(example.matching, true), (example.others, false)] {
      for text in texts {
        #expect(withBytes(of: text) { pattern.matches($0) } == verdict, "\(text)")
        #expect(withBytes(of: text) { pattern.simulate($0) } == verdict, "\(text)")
      }
    }
  }

  @Test(
    "what is no pattern is refused",
    arguments: [
      "[", "]", "{", "}", "(", ")", "*", "a**", "+a", "a{", "a{2", "a{,3}", "a{3,1}", "a{x}", "a{99999999999}", "\\",
      "\\b", "\\1", "\\u0041", "\\pL", "\\p{X}", "\\p{IsFoo}", "\\p{L", "[]", "[^]", "[a-]b-]", "[z-a]", "[a-c-e]",
      "[a[b]]",
      "[a-\\d]", "[\\q]", "[-[a]]", "[a-[b]c]", "(?:a)", "(?=a)", "a{1,2}{3}",
    ])
  func refused(pattern: String) {
    #expect(throws: PatternError.self) { try Pattern([pattern]) }
  }

  @Test("a pattern too big is refused, a merely big one is simulated")
  func size() throws {
    #expect(throws: PatternError.self) { try Pattern(["((a{1,1000}){1,1000}){1,1000}"]) }
    #expect(throws: PatternError.self) { try Pattern([String(repeating: "(", count: 200)]) }
    let big = try Pattern([".{1,20000}"])
    #expect(!big.isTabled)
    #expect(withBytes(of: String(repeating: "a", count: 20_000)) { big.matches($0) })
    #expect(!withBytes(of: String(repeating: "a", count: 20_001)) { big.matches($0) })
  }

  @Test("patterns that ruin backtracking engines take linear time")
  func catastrophic() throws {
    let text = String(repeating: "a", count: 50_000)
    for source in ["(a+)+b", "(a|a)*b", "(a*)*c", "(a?){40}a{40}b"] {
      let pattern = try Pattern([source])
      #expect(!withBytes(of: text) { pattern.matches($0) })
    }
    // The table of this one would have 2^16 states.
    let wide = try Pattern(["(a|b)*a(a|b){15}"])
    #expect(!wide.isTabled)
    #expect(withBytes(of: text) { wide.matches($0) })
  }

  @Test("bytes that are no UTF-8 neither crash nor match letters")
  func malformed() throws {
    let pattern = try Pattern(["\\i+"])
    for bytes in [[0xFF], [0xC3], [0xE2, 0x82], [0x80, 0x80], [0xF0, 0x9F, 0x98]] as [[UInt8]] {
      #expect(!bytes.withUnsafeBufferPointer { pattern.matches($0) })
    }
  }
}
