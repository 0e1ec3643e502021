// Value spaces: equality and order.

import Testing

@testable import CIMSchema

@Suite("XML Schema Part 2, 2.2 equality")
struct Equality {
  @Test(
    "different texts may be one value",
    arguments: [
      ("decimal", "1.0", "+1"), ("decimal", "-0", "0.00"), ("integer", "007", "7"), ("float", "16777217", "16777216"),
      ("float", "0", "-0"), ("float", "NaN", " NaN "), ("double", "1e400", "INF"), ("boolean", "1", "true"),
      ("hexBinary", "0fb8", "0FB8"), ("base64Binary", "AA A A", "AAAA"), ("QName", "p:a", "q:a"),
      ("duration", "P1Y", "P12M"), ("duration", "PT24H", "P1D"), ("duration", "-P0M", "PT0S"),
      ("dateTime", "2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z"), ("token", " a \n b", "a b"),
      ("dateTime", "2024-05-01T10:00:00Z", "2024-05-01T12:00:00.00+02:00"), ("NMTOKENS", "a b", " a   b "),
      ("dateTime", "-0001-12-31T24:00:00", "0001-01-01T00:00:00"), ("date", "2024-05-01Z", "2024-05-01+00:00"),
      // Xerces leaves runs of blanks inside an anyURI alone.
      ("anyURI", "a b", "a  b"),
    ])
  func equal(type: String, left: String, right: String) throws { #expect(try builtin(type).equates(left, right)) }

  @Test(
    "similar texts may be different values",
    arguments: [
      ("string", "1.0", "1"), ("string", "a", " a"), ("string", "\u{E9}", "e\u{301}"),
      ("double", "16777217", "16777216"),
      ("duration", "P1M", "P30D"), ("duration", "P1D", "-P1D"),
      ("dateTime", "2024-05-01T10:00:00", "2024-05-01T10:00:00Z"),
      ("decimal", "0.1000000000000000000000000001", "0.1"), ("time", "24:00:00", "00:00:00"), ("QName", "a", "p:a"),
      ("dateTime", "2024-05-01T10:00:00.00000000000000000001", "2024-05-01T10:00:00"), ("anyURI", "A", "a"),
    ])
  func different(type: String, left: String, right: String) throws {
    #expect(try !builtin(type).equates(left, right))
  }

  @Test("values of different primitive types have different keys")
  func keys() throws {
    let none = NoNamespaces()
    #expect(try builtin("int").key(of: "1", namespaces: none) == builtin("decimal").key(of: "1.0", namespaces: none))
    #expect(try builtin("int").key(of: "1", namespaces: none) != builtin("float").key(of: "1", namespaces: none))
    #expect(try builtin("string").key(of: "a", namespaces: none) != builtin("anyURI").key(of: "a", namespaces: none))
    #expect(try builtin("int").key(of: "x", namespaces: none) == nil)
  }
}

@Suite("XML Schema Part 2, 3.2.6.2 and 3.2.7.4 partial order")
struct PartialOrder {
  private func order(_ type: String, _ left: String, _ right: String) throws -> Ordering {
    let type = try builtin(type)
    let values = try [left, right].map { try #require(type.value(of: $0, namespaces: NoNamespaces())) }
    return values[0].compare(to: values[1])
  }

  @Test(
    "the earlier or shorter value is less",
    arguments: [
      ("duration", "P1M", "P32D"), ("duration", "P27D", "P1M"), ("duration", "P364D", "P1Y"),
      ("duration", "-P1M", "-P27D"),
      ("duration", "-PT0.5S", "PT0S"), ("duration", "-PT1.5S", "-PT1.4S"), ("duration", "P5M", "P154D"),
      ("dateTime", "2000-01-15T00:00:00", "2000-02-15T00:00:00"),
      ("dateTime", "2000-01-15T12:00:00", "2000-01-16T12:00:00Z"),
      ("dateTime", "-0002-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"), ("date", "2024-05-01+14:00", "2024-05-01Z"),
      ("dateTime", "2024-05-01T10:00:00.1", "2024-05-01T10:00:00.10000000000000000000001"),
      ("time", "01:00:00Z", "23:00:00-05:00"), ("gYear", "-0001", "0001"), ("gMonthDay", "--02-29", "--03-01"),
      ("decimal", "-1.01", "-1.001"), ("decimal", "9.99", "10"), ("float", "-INF", "0"), ("gMonth", "--01", "--09Z"),
    ])
  func less(type: String, left: String, right: String) throws {
    #expect(try order(type, left, right) == .less)
    #expect(try order(type, right, left) == .greater)
  }

  @Test(
    "some values have no order",
    arguments: [
      ("duration", "P1M", "P30D"), ("duration", "P1M", "P28D"), ("duration", "P1Y", "P365D"),
      ("duration", "P5M", "P150D"),
      ("dateTime", "2000-01-01T12:00:00", "1999-12-31T23:00:00Z"),
      ("dateTime", "2000-01-16T12:00:00", "2000-01-16T12:00:00Z"),
      ("date", "2024-05-01", "2024-05-01Z"), ("float", "NaN", "0"), ("double", "INF", "NaN"),
    ])
  func incomparable(type: String, left: String, right: String) throws {
    #expect(try order(type, left, right) == .incomparable)
    #expect(try order(type, right, left) == .incomparable)
  }
}
