import Foundation
import Part9
import Testing

@Suite("XML Schema Part 2, 3.2.3 and 3.2.4: decimal and float as exact numbers")
struct ExactDecimalTests {
  @Test(
    "the text is kept in plain notation",
    arguments: [
      ("12.50", "12.50"), ("-0.050", "-0.050"), ("+7", "7"), (".5", "0.5"), ("5.", "5"), ("007.10", "7.10"),
      ("-0", "0"), ("0.00", "0.00"), ("1.5E3", "1500"), ("1.5e-3", "0.0015"), ("12E1", "120"), ("-12.5E1", "-125"),
    ])
  func text(_ text: String, _ expected: String) {
    #expect(ExactDecimal(text)?.description == expected)
  }

  @Test(
    "what is no number is refused",
    arguments: ["", "-", ".", "1.2.3", "1,5", "INF", "NaN", "1E", "1E1.5", "E5", "0x1", "1 ", "--1", "1E9999999999999"])
  func refused(_ text: String) {
    #expect(ExactDecimal(text) == nil)
    #expect(ExactDecimal(String(repeating: "9", count: 2000)) == nil)
  }

  @Test("order and equality are those of the numbers, as Foundation's Decimal has them")
  func order() throws {
    let texts = [
      "0", "-0.0", "1", "1.0", "-1", "10", "9.99", "0.1", "0.10", "0.09", "-0.1", "-0.09", "100", "1E2", "123456789.5",
    ]
    for a in texts {
      for b in texts {
        let (x, y) = (try #require(ExactDecimal(a)), try #require(ExactDecimal(b)))
        let (p, q) = (try #require(Decimal(string: a)), try #require(Decimal(string: b)))
        #expect((x < y) == (p < q), "\(a) and \(b)")
        #expect((x == y) == (p == q), "\(a) and \(b)")
        if x == y { #expect(x.hashValue == y.hashValue, "\(a) and \(b)") }
      }
    }
  }

  @Test("integers and binary numbers come and go")
  func conversions() {
    #expect(ExactDecimal(Int.min).description == String(Int.min))
    #expect(ExactDecimal(-125) == ExactDecimal("-1.25E2"))
    #expect(ExactDecimal("0.1")?.double == 0.1)
  }
}
