// Builtin derived types.

import Testing

@testable import CIMSchema

@Suite("XML Schema Part 2, 3.3 derived types")
struct DerivedTypes {
  @Test("all 44 builtins and anySimpleType are there, and nothing else")
  func names() {
    let derived = """
      normalizedString token language NMTOKEN NMTOKENS Name NCName ID IDREF IDREFS ENTITY ENTITIES integer \
      nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedInt unsignedShort \
      unsignedByte positiveInteger
      """
    let names = derived.split(separator: " ").map(String.init) + Primitive.allCases.map(\.rawValue)
    #expect(names.count == 44)
    #expect(names.allSatisfy { SimpleType.builtin($0)?.name == $0 })
    #expect(SimpleType.builtin("anySimpleType")?.base == nil)
    #expect(Builtins.all.count == 45)
    #expect(SimpleType.builtin("dateTimeStamp") == nil)
  }

  @Test(
    "the ends of the range of an integer type are in it, the next values are not",
    arguments: [
      ("byte", "-128", "127", "-129", "128"), ("short", "-32768", "32767", "-32769", "32768"),
      ("int", "-2147483648", "2147483647", "-2147483649", "2147483648"),
      ("long", "-9223372036854775808", "9223372036854775807", "-9223372036854775809", "9223372036854775808"),
      ("unsignedByte", "-0", "255", "-1", "256"), ("unsignedShort", "0", "+65535", "-1", "65536"),
      ("unsignedInt", "0", "04294967295", "-1", "4294967296"),
      ("unsignedLong", "0", "18446744073709551615", "-1", "18446744073709551616"),
    ])
  func ranges(name: String, least: String, most: String, below: String, above: String) throws {
    let type = try builtin(name)
    #expect(type.rule(least) == nil)
    #expect(type.rule(most) == nil)
    #expect(type.rule(below) == "cvc-minInclusive-valid")
    #expect(type.rule(above) == "cvc-maxInclusive-valid")
    #expect(type.rule("1.0") == "cvc-datatype-valid.1.2.1")
  }

  @Test("half-open integer types know their end")
  func openRanges() throws {
    #expect(try builtin("positiveInteger").rule("0") == "cvc-minInclusive-valid")
    #expect(try builtin("negativeInteger").rule("-0") == "cvc-maxInclusive-valid")
    #expect(try builtin("nonPositiveInteger").rule("+0") == nil)
    #expect(try builtin("nonNegativeInteger").rule(String(repeating: "9", count: 500)) == nil)
    #expect(try builtin("integer").rule("1.") == "cvc-datatype-valid.1.2.1")
  }

  @Test(
    "names are those of XML 1.0, second edition",
    arguments: Sample.lists([
      ("Name", ["a", ":a", "_x", "a.b-c:d", "\u{E9}", "a\u{301}", "\u{4E00}", "a\u{B7}", "\u{3007}\u{3021}"]),
      ("NCName", ["a", "_x"]), ("ID", [" a "]), ("IDREF", ["a1"]), ("ENTITY", ["a"]),
      ("NMTOKEN", ["1a", "-", ":", "a:b"]), ("NMTOKENS", ["a b\n1"]), ("IDREFS", ["a  b"]),
      ("language", ["en", "en-US", "de-CH-1996", "x-klingon", "en-12345678"]),
    ]))
  func acceptedNames(sample: Sample) throws { #expect(try sample.rule() == nil) }

  @Test(
    "other texts are no names",
    arguments: Sample.lists([
      ("Name", ["", "1a", "a b", "\u{301}a", "\u{10000}", "\u{37E}", "\u{2160}"]),
      ("NCName", ["a:b", ":", ""]), ("NMTOKEN", ["", "a b", "a/b"]), ("NMTOKENS", [" ", "", "a /"]),
      ("IDREFS", ["a 1b"]), ("language", ["", "en_US", "abcdefghi", "en-", "-en", "a1", "123"]),
    ]))
  func refusedNames(sample: Sample) throws { #expect(try sample.rule() != nil) }

  @Test("identity types are recognized through restrictions")
  func identity() throws {
    let mine = try restricted(builtin("ID"), [.maxLength(3)])
    #expect(mine.isID && !mine.isIDREF)
    #expect(try builtin("IDREFS").isIDREFS)
    #expect(try !builtin("NCName").isID)
  }
}
