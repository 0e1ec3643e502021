import CIMCodes
import Foundation
import Testing

@Suite("IEC 61968-9, Annex C ReadingType")
struct ReadingTypeTests {
  static let interval = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"

  @Test("a code gives its eighteen numbers and the same text again")
  func parts() throws {
    let type = try code("13.8.2.6.19.1.8.7.1.720.60.3.2.1.224.-3.38.840")
    #expect(type.numbers == [13, 8, 2, 6, 19, 1, 8, 7, 1, 720, 60, 3, 2, 1, 224, -3, 38, 840])
    #expect(type.macroPeriod == 13 && type.currency == 840 && type.multiplier == -3)
    #expect(type.argument == (720, 60) && type.interharmonic == (7, 1))
    #expect(type.description == "13.8.2.6.19.1.8.7.1.720.60.3.2.1.224.-3.38.840")
  }

  @Test("a code is read in its canonical form whatever its leading zeros are")
  func leadingZeros() throws {
    let type = try code("00.0.02.04.1.1.012.0.0.0.0.0.0.0.0.03.072.-0".replacingOccurrences(of: "-0", with: "0"))
    #expect(type.description == Self.interval)
    #expect(try code("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.-0.72.0").description.contains("-") == false)
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let text: String
    let code: CodeError.Code
    let field: String?
    var testDescription: String { String(text.prefix(60)) }
  }

  static let zeros = String(repeating: "0.", count: 17)

  @Test(
    "a text that is no code is refused with the part at fault and the reason",
    arguments: [
      Bad(text: "", code: .empty, field: nil),
      Bad(text: "0", code: .partCount, field: nil),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72", code: .partCount, field: nil),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0.0", code: .partCount, field: nil),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0", code: .edition1, field: nil),
      Bad(text: zeros, code: .emptyPart, field: "currency"),
      Bad(text: "." + zeros, code: .emptyPart, field: nil),
      Bad(text: "0.0..4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", code: .emptyPart, field: "measuringPeriod"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.-1", code: .sign, field: "currency"),
      Bad(text: "-1.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", code: .sign, field: "macroPeriod"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.+3.72.0", code: .sign, field: "multiplier"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.-.72.0", code: .sign, field: "multiplier"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.--3.72.0", code: .notADigit, field: "multiplier"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.Wh.0", code: .notADigit, field: "unit"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0 ", code: .notADigit, field: "currency"),
      Bad(text: "0.0.٢.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", code: .notADigit, field: "measuringPeriod"),
      Bad(text: "0.0.２.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", code: .notADigit, field: "measuringPeriod"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.2147483648", code: .overflow, field: "currency"),
      Bad(text: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.-99999999999999999999.72.0", code: .overflow, field: "multiplier"),
      Bad(text: String(repeating: "7", count: 1_000_000), code: .tooLong, field: nil),
      Bad(text: String(repeating: "0.", count: 500_000), code: .tooLong, field: nil),
    ])
  func refused(bad: Bad) throws {
    let error = try #require(codeError { () throws(CodeError) in try ReadingType(parsing: bad.text) })
    #expect(error.code == bad.code)
    #expect(error.field == bad.field)
    #expect(error.message.count < 400, "a message does not repeat a long text")
    if let field = bad.field { #expect(error.message.contains(field)) }
    #expect(ReadingType(bad.text) == nil)
  }

  @Test("the largest number is kept and one more is refused")
  func limits() throws {
    #expect(try code("2147483647." + Self.zeros.dropFirst(2) + "0").macroPeriod == 2_147_483_647)
    #expect(try code(Self.zeros.dropLast(4) + "-2147483647.0.0").multiplier == -2_147_483_647)
    #expect(ReadingType().with(.unit, .max).unit == 2_147_483_647)
    #expect(ReadingType().with(.unit, -5).unit == 0, "only the multiplier may be negative")
  }

  @Test("any eighteen numbers survive the way through text")
  func roundTrip() throws {
    var random = Repeatable(seed: 61968)
    for _ in 0..<2000 {
      var type = ReadingType()
      for field in ReadingTypeField.allCases {
        let number = Bool.random(using: &random) ? Int.random(in: 0...300, using: &random) : 0
        type[field] = field == .multiplier ? number - 150 : number
        #expect(type[field] == (field == .multiplier ? number - 150 : number))
      }
      let again = try code(type.description)
      #expect(again == type && again.hashValue == type.hashValue)
    }
  }

  @Test("a mutated text is read as what it says or refused, and never changes on the way")
  func mutations() throws {
    var random = Repeatable(seed: 9)
    let alphabet = Array("0123456789..--+ ,a*é٣\u{0}–\n")
    for _ in 0..<5000 {
      var text = Array(Self.interval)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<text.count, using: &random)
        let letter = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[at] = letter
        case 1: text.insert(letter, at: at)
        default: text.remove(at: at)
        }
      }
      let string = String(text)
      if let type = ReadingType(string) {
        #expect(ReadingType(type.description) == type)
        let plain = string.split(separator: ".").compactMap { Int($0) }
        #expect(plain == type.numbers)
      } else {
        let error = codeError { () throws(CodeError) in try ReadingType(parsing: string) }
        #expect(error?.message.isEmpty == false)
      }
    }
  }

  @Test("codes are ordered by their integers, not by their text")
  func order() throws {
    let small = try code("2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0")
    let large = try code("11.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0")
    #expect(small < large)
    #expect(ReadingType().with(.multiplier, -3) < ReadingType())
    #expect([large, small, ReadingType()].sorted() == [ReadingType(), small, large])
  }

  @Test("a code is a string in JSON, and a string that is none is refused there")
  func codable() throws {
    let type = try code(Self.interval)
    let data = try JSONEncoder().encode([type])
    #expect(String(decoding: data, as: UTF8.self) == "[\"\(Self.interval)\"]")
    #expect(try JSONDecoder().decode([ReadingType].self, from: data) == [type])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ReadingType].self, from: Data("[\"1.2.3\"]".utf8))
    }
  }

  @Test("a reading type has the size of its eighteen numbers")
  func size() { #expect(MemoryLayout<ReadingType>.size == 72) }

  @Test("phases, buckets and multipliers change nothing else")
  func helpers() throws {
    let type = try code(Self.interval)
    #expect(type.perPhase.map(\.phases) == [128, 64, 32])
    #expect(type.onPhase([.a1, .n2]).phases == 129)
    #expect(type.with(.multiplier, 0).isSameQuantity(as: type))
    #expect(!type.with(.phases, 224).isSameQuantity(as: type), "224 and 0 do not match by default")
    let dial = try code("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(dial.inBucket(tou: 2).description == "0.0.0.9.1.1.12.0.0.0.0.2.0.0.0.3.72.0")
    #expect(dial.inBucket(tou: 2).unbucketed == dial)
    #expect(dial.inBucket(tou: 2).touLetter == "B" && dial.touLetter == nil)
    #expect(PhaseSet(rawValue: 129).description == "N2+A1" && PhaseSet(rawValue: 129).isSinglePhase)
    #expect(!PhaseSet(rawValue: 224).isSinglePhase)
  }
}

@Suite("IEC 61968-9, Annex C ReadingType on the hot path")
struct ReadingTypeInternerTests {
  @Test("the same code gets the same number, whatever its spelling")
  func sameNumber() throws {
    var interner = ReadingTypeInterner()
    let first = try interner.intern(ReadingTypeTests.interval)
    let other = try interner.intern("0.0.7.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(first == 0 && other == 1)
    let zeros = Array("00.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0".utf8)
    #expect(try zeros.withUnsafeBufferPointer { try interner.intern($0) } == first)
    #expect(interner[1]?.measuringPeriod == 7 && interner[2] == nil && interner.count == 2)
  }

  @Test("thousands of codes keep their numbers while the table grows")
  func growth() throws {
    var interner = ReadingTypeInterner()
    let types = (0..<5000).map { ReadingType().with(.argumentNumerator, $0).with(.argumentDenominator, 1) }
    for (index, type) in types.enumerated() { #expect(try interner.intern(type) == index) }
    for (index, type) in types.enumerated() { #expect(try interner.intern(type) == index) }
    #expect(interner.readingTypes == types)
  }

  @Test("a sender cannot make it grow without end")
  func bounded() throws {
    var interner = ReadingTypeInterner(capacity: 2)
    _ = try interner.intern(ReadingType())
    let second = try interner.intern(ReadingType().with(.unit, 72))
    #expect(throws: CodeError.self) { try interner.intern(ReadingType().with(.unit, 73)) }
    #expect(try interner.intern(ReadingType().with(.unit, 72)) == second)
  }

  @Test("a text that is no code is refused with the part at fault")
  func refused() {
    var interner = ReadingTypeInterner()
    let error = codeError { () throws(CodeError) in try interner.intern("0.0.x.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0") }
    #expect(error?.field == "measuringPeriod")
    #expect(interner.count == 0)
  }
}
