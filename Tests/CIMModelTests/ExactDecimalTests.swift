import Foundation
import CIMModel
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

  @Test("numbers of 18 to 21 digits are kept, compared and hashed alike, on either side of what is held in one word")
  func long() throws {
    let nines = (18...21).map { String(repeating: "9", count: $0) }
    for (index, text) in nines.enumerated() {
      let number = try #require(ExactDecimal(text))
      #expect(number.description == text)
      #expect(ExactDecimal("-000.\(text)")?.description == "-0.\(text)")
      for other in nines[..<index] { #expect(try #require(ExactDecimal(other)) < number) }
      // The same value with more digits.
      let padded = try #require(ExactDecimal(text + ".0000"))
      #expect(padded == number && padded.hashValue == number.hashValue)
      #expect(!(padded < number) && !(number < padded))
    }
    // One more than the largest 64-bit number must not wrap around to 0.
    #expect(ExactDecimal("18446744073709551616")?.description == "18446744073709551616")
    #expect(ExactDecimal("18446744073709551616") != 0)
  }

  @Test("a number is read out of bytes as out of text")
  func bytes() {
    for text in ["12.50", "-1E2", "", "-", "1 ", "9.99999999999999999999"] {
      let number = Array(text.utf8).withUnsafeBufferPointer { ExactDecimal(utf8: $0) }
      #expect(number?.description == ExactDecimal(text)?.description)
    }
  }

  @Test("sums and differences are those of Foundation's Decimal")
  func sums() throws {
    let texts = [
      "0", "-0.5", "1", "999.99", "0.01", "-1000", "12345678901234567.8", "99999999999999999999",
      "-0.00000000000000001",
    ]
    for a in texts {
      for b in texts {
        let (x, y) = (try #require(ExactDecimal(a)), try #require(ExactDecimal(b)))
        let (p, q) = (try #require(Decimal(string: a)), try #require(Decimal(string: b)))
        #expect(x + y == ExactDecimal("\(p + q)"), "\(a) + \(b)")
        #expect(x - y == ExactDecimal("\(p - q)"), "\(a) - \(b)")
        #expect(x.scaled(byPowerOfTen: 3) == ExactDecimal("\(p * 1000)"))
        #expect(x.times(7) == ExactDecimal("\(p * 7)"))
        #expect(x.divided(by: 8, places: nil) == ExactDecimal("\(p / 8)"))
      }
    }
  }

  @Test(
    "quotients are rounded half to even",
    arguments: [
      ("1", 8, 2, "0.12"), ("3", 8, 2, "0.38"), ("1", 3, 4, "0.3333"), ("-5", 2, 0, "-2"), ("-7", 2, 0, "-4"),
    ])
  func rounding(_ number: String, _ divisor: Int, _ places: Int, _ expected: String) {
    #expect(ExactDecimal(number)?.divided(by: divisor, places: places)?.description == expected)
    #expect(ExactDecimal(1).divided(by: 3, places: nil) == nil)
  }
}
