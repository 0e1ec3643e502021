// Facets: what they accept, and which combinations are refused.

import Testing

@testable import CIMSchema

@Suite("XML Schema Part 2, 4.3 facets on values")
struct FacetValues {
  struct Case: Sendable, CustomTestStringConvertible {
    let base: String
    let facets: [Facet]
    let valid: [String]
    /// Texts and the rules they break.
    let invalid: [(String, String)]

    var testDescription: String { "\(base) \(facets)" }
  }

  @Test(
    "a facet accepts and refuses",
    arguments: [
      Case(base: "string", facets: [.length(3)], valid: ["abc", " b "], invalid: [("ab", "cvc-length-valid")]),
      // Characters, not UTF-16 units as Xerces counts them.
      Case(
        base: "string", facets: [.maxLength(1)], valid: ["\u{1F600}"], invalid: [("e\u{301}", "cvc-maxLength-valid")]),
      Case(base: "token", facets: [.minLength(2)], valid: ["a  b"], invalid: [(" a ", "cvc-minLength-valid")]),
      Case(base: "hexBinary", facets: [.length(2)], valid: ["0FB8"], invalid: [("0F", "cvc-length-valid")]),
      Case(
        base: "base64Binary", facets: [.maxLength(2)], valid: ["D7g=", "D 7 g ="],
        invalid: [("AAAA", "cvc-maxLength-valid")]),
      Case(base: "QName", facets: [.length(1)], valid: ["p:abc"], invalid: [("1", "cvc-datatype-valid.1.2.1")]),
      Case(
        base: "decimal", facets: [.totalDigits(3), .fractionDigits(2)], valid: ["1.23", "001.2300", "0.05", "999"],
        invalid: [("1.234", "cvc-fractionDigits-valid"), ("1234", "cvc-totalDigits-valid")]),
      Case(
        base: "decimal", facets: [.minExclusive("0"), .maxInclusive("1.50")], valid: ["1.5", "0.0000001"],
        invalid: [("0.0", "cvc-minExclusive-valid"), ("1.5000001", "cvc-maxInclusive-valid")]),
      Case(
        base: "float", facets: [.maxInclusive("1.1")], valid: ["1.10000002"],
        invalid: [("1.2", "cvc-maxInclusive-valid"), ("NaN", "cvc-maxInclusive-valid")]),
      Case(
        base: "dateTime", facets: [.minInclusive("2024-01-01T00:00:00Z")],
        valid: ["2024-01-01T00:00:00Z", "2024-01-01T15:00:00"],
        invalid: [
          ("2024-01-01T14:00:00", "cvc-minInclusive-valid"), ("2023-12-31T23:59:59Z", "cvc-minInclusive-valid"),
        ]),
      Case(
        base: "duration", facets: [.maxExclusive("P1M")], valid: ["P27D"], invalid: [("P28D", "cvc-maxExclusive-valid")]
      ),
      Case(
        base: "string", facets: [.enumeration(["open", "closed"])], valid: ["open"],
        invalid: [("Open", "cvc-enumeration-valid"), (" open", "cvc-enumeration-valid")]),
      Case(
        base: "decimal", facets: [.enumeration(["1.0", "20"])], valid: ["1", "020.0"],
        invalid: [("2", "cvc-enumeration-valid")]),
      Case(base: "QName", facets: [.enumeration(["p:a"])], valid: ["q:a"], invalid: [("a", "cvc-enumeration-valid")]),
      Case(
        base: "NMTOKENS", facets: [.maxLength(2), .pattern(["\\S+( \\S+)*"])], valid: ["a\n b"],
        invalid: [("a b c", "cvc-maxLength-valid"), ("", "cvc-pattern-valid")]),
      Case(
        base: "string", facets: [.whiteSpace(.collapse), .pattern(["a b"])], valid: [" a \t b"],
        invalid: [("a", "cvc-pattern-valid")]
      ),
      Case(
        base: "token", facets: [.pattern(["[0-9]+", "[a-z]+"])], valid: ["12", "ab"],
        invalid: [("1a", "cvc-pattern-valid")]),
      Case(
        base: "gMonth", facets: [.minExclusive("--01")], valid: ["--09Z"], invalid: [("--01", "cvc-minExclusive-valid")]
      ),
    ])
  func facets(example: Case) throws {
    let type = try restricted(builtin(example.base), example.facets)
    for text in example.valid { #expect(type.rule(text) == nil, "\(text)") }
    for (text, rule) in example.invalid { #expect(type.rule(text) == rule, "\(text)") }
  }

  @Test("patterns of several steps must all match; other facets replace those of the base")
  func steps() throws {
    let first = try restricted(builtin("token"), [.pattern(["[a-z]+"]), .maxLength(5), .enumeration(["ab", "abc"])])
    let second = try restricted(first, [.pattern([".b.*"]), .maxLength(3), .enumeration(["abc"])])
    #expect(second.rule("abc") == nil)
    #expect(second.rule("ab") == "cvc-enumeration-valid")
    #expect(
      second.facets == [
        .whiteSpace(.collapse), .pattern(["[a-z]+"]), .pattern([".b.*"]), .maxLength(3), .enumeration(["abc"]),
      ])
    #expect(second.ownFacets.count == 3)
  }

  @Test("an enumeration of many codes is found by table")
  func manyCodes() throws {
    let codes = (0..<5000).map { "code\($0)" }
    let type = try restricted(builtin("token"), [.enumeration(codes)])
    #expect(codes.allSatisfy { type.rule($0) == nil })
    #expect(type.rule("code5000") == "cvc-enumeration-valid")
  }
}

@Suite("XML Schema Part 2, 4.3 facets on definitions")
struct FacetDefinitions {
  struct Case: Sendable, CustomTestStringConvertible {
    let base: String
    let first: [Facet]
    let second: [Facet]

    var testDescription: String { "\(base) \(first) \(second)" }
  }

  @Test(
    "a step that cannot be is refused",
    arguments: [
      Case(base: "boolean", first: [], second: [.enumeration(["true"])]),
      Case(base: "string", first: [], second: [.minInclusive("a")]),
      Case(base: "int", first: [], second: [.length(1)]),
      Case(base: "float", first: [], second: [.totalDigits(1)]),
      Case(base: "string", first: [], second: [.length(1), .length(1)]),
      Case(base: "string", first: [], second: [.length(-1)]),
      Case(base: "decimal", first: [], second: [.totalDigits(0)]),
      Case(base: "string", first: [], second: [.minLength(3), .maxLength(2)]),
      Case(base: "string", first: [], second: [.length(3), .minLength(2)]),
      Case(base: "string", first: [.maxLength(2)], second: [.maxLength(3)]),
      // Xerces misses this one, because it looks at maxLength only.
      Case(base: "string", first: [.minLength(2), .maxLength(4)], second: [.minLength(1)]),
      Case(base: "string", first: [.length(2)], second: [.length(3)]),
      Case(base: "int", first: [], second: [.minInclusive("2147483648")]),
      Case(base: "int", first: [], second: [.minInclusive("x")]),
      Case(base: "int", first: [], second: [.minInclusive("5"), .maxInclusive("4")]),
      Case(base: "int", first: [], second: [.minInclusive("5"), .maxExclusive("5")]),
      Case(base: "int", first: [], second: [.minInclusive("5"), .minExclusive("4")]),
      Case(base: "int", first: [.minInclusive("5")], second: [.minInclusive("4")]),
      Case(base: "int", first: [.maxExclusive("5")], second: [.maxInclusive("5")]),
      Case(base: "integer", first: [], second: [.fractionDigits(1)]),
      Case(base: "decimal", first: [], second: [.totalDigits(2), .fractionDigits(3)]),
      Case(base: "decimal", first: [.fractionDigits(2)], second: [.fractionDigits(3)]),
      Case(base: "int", first: [], second: [.enumeration(["1", "x"])]),
      Case(base: "token", first: [], second: [.whiteSpace(.preserve)]),
      Case(base: "int", first: [], second: [.whiteSpace(.replace)]),
      Case(base: "string", first: [], second: [.pattern(["["])]),
      Case(base: "QName", first: [], second: [.enumeration(["x:a"])]),
      Case(base: "anySimpleType", first: [], second: [.pattern(["a"])]),
      Case(base: "date", first: [], second: [.minInclusive("2024-05-01"), .maxInclusive("2024-05-01Z")]),
    ])
  func refused(example: Case) throws {
    let base = try builtin(example.base)
    let first = example.first.isEmpty ? base : try restricted(base, example.first)
    #expect(throws: SimpleTypeError.self) { try restricted(first, example.second) }
  }

  @Test(
    "a step that narrows is accepted",
    arguments: [
      Case(base: "string", first: [.minLength(1)], second: [.length(3), .minLength(1)]),
      Case(base: "int", first: [.maxExclusive("5")], second: [.maxExclusive("5")]),
      Case(base: "int", first: [.minExclusive("0")], second: [.minInclusive("1"), .maxInclusive("1")]),
      Case(base: "nonPositiveInteger", first: [], second: [.minExclusive("0")]),
      Case(base: "string", first: [.whiteSpace(.replace)], second: [.whiteSpace(.collapse)]),
      Case(base: "int", first: [], second: [.minExclusive("5"), .maxExclusive("5")]),
      Case(base: "int", first: [], second: [.fractionDigits(0)]),
      Case(base: "decimal", first: [.fractionDigits(4)], second: [.totalDigits(1)]),
    ])
  func accepted(example: Case) throws {
    let base = try builtin(example.base)
    _ = try restricted(example.first.isEmpty ? base : restricted(base, example.first), example.second)
  }

  @Test("a fixed facet stays as it is")
  func fixed() throws {
    let base = try restricted(builtin("string"), [.maxLength(5)], fixed: [.maxLength])
    #expect(throws: SimpleTypeError.self) { try restricted(base, [.maxLength(4)]) }
    _ = try restricted(base, [.maxLength(5), .minLength(2)])
  }
}

@Suite("XML Schema Part 2, 4.1.2 lists and unions")
struct ListsAndUnions {
  @Test("a list counts items, and names the one at fault")
  func lists() throws {
    let list = try SimpleType(listOf: builtin("int"), name: "Ints")
    #expect(list.rule(" 1\t2\n 3 ") == nil)
    #expect(list.rule("") == nil)
    #expect(list.message("1 x")?.hasPrefix("item 2 of the list: 'x' is no int") == true)
    let pair = try restricted(list, [.length(2), .enumeration(["1 2", "3 4"])])
    #expect(pair.rule("01 +2") == nil)
    #expect(pair.rule("1 3") == "cvc-enumeration-valid")
    #expect(pair.rule("1") == "cvc-length-valid")
    #expect(throws: SimpleTypeError.self) { try SimpleType(listOf: list, name: nil) }
    #expect(throws: SimpleTypeError.self) { try SimpleType(listOf: builtin("anySimpleType"), name: nil) }
  }

  @Test("the first member that accepts a text decides its value")
  func unions() throws {
    let union = try SimpleType(unionOf: [builtin("int"), builtin("boolean"), builtin("date")], name: "U")
    #expect(union.rule(" 1 ") == nil)
    #expect(union.rule("true") == nil)
    #expect(union.rule("x") == "cvc-datatype-valid.1.2.3")
    #expect(union.equates("1", "01"))
    // The text 1 is an integer here, although it is a boolean too.
    #expect(!union.equates("1", "true"))
    #expect(union.member(accepting: "false", namespaces: NoNamespaces())?.name == "boolean")
    let some = try restricted(union, [.enumeration(["1", "true"])])
    #expect(some.rule("+1") == nil)
    #expect(some.rule("false") == "cvc-enumeration-valid")
    #expect(throws: SimpleTypeError.self) { try restricted(union, [.maxLength(1)]) }
  }

  @Test("facets of a union inside a union are dropped, as XML Schema 1.0 has it")
  func nestedUnions() throws {
    let inner = try restricted(SimpleType(unionOf: [builtin("int")], name: nil), [.enumeration(["1"])])
    #expect(inner.rule("2") == "cvc-enumeration-valid")
    #expect(SimpleType(unionOf: [inner], name: nil).rule("2") == nil)
  }

  @Test("derivation goes up the bases and into unions")
  func derivation() throws {
    let union = try SimpleType(unionOf: [builtin("decimal"), builtin("token")], name: "U")
    #expect(try builtin("byte").isDerived(from: builtin("decimal")))
    #expect(try builtin("byte").isDerived(from: union))
    #expect(try !builtin("string").isDerived(from: union))
    #expect(try union.isDerived(from: builtin("anySimpleType")))
    #expect(try !builtin("decimal").isDerived(from: builtin("byte")))
  }
}
