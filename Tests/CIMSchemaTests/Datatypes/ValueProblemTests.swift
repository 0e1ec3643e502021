// Messages for people.

import Testing

@testable import CIMSchema

@Suite("XML Schema Part 2, 4.1.4 messages")
struct Messages {
  @Test(
    "the message says how to write it right",
    arguments: [
      (
        "dateTime", "2024-05-01 10:00:00",
        "'2024-05-01 10:00:00' is no dateTime: write T between date and time, as in 2024-05-01T10:00:00Z"
      ),
      ("dateTime", "2024-05-01", "the time is missing"), ("dateTime", "2024-05-01T10:00", "the seconds are missing"),
      ("dateTime", "2024-05-01T10:00:00+0200", "write the time zone as Z, +hh:mm or -hh:mm"),
      ("dateTime", "2024-02-30T10:00:00Z", "the month has no such day"),
      ("dateTime", "2024-05-01t10:00:00z", "capital letters"),
      ("date", "01.05.2024", "year-month-day with hyphens"), ("date", "2024-05-01T00:00:00Z", "write the date only"),
      ("gYear", "0000", "there is no year 0000"), ("time", "10:00", "write the seconds too"),
      ("boolean", "True", "write true, in small letters"), ("boolean", "", "it is empty"),
      ("decimal", "1.234,5", "write a point before the fraction"), ("decimal", "1e5", "without exponent"),
      ("decimal", "5 kWh", "no unit"), ("int", "12.0", "write digits only"), ("float", "Infinity", "write INF"),
      ("hexBinary", "0", "two digits"), ("QName", "x:a", "the prefix 'x' of 'x:a' is not declared"),
      ("byte", "300", "'300' is out of range for byte: it must be at most 127"),
    ])
  func advice(type: String, text: String, expected: String) throws {
    let message = try #require(try builtin(type).message(text))
    #expect(message.contains(expected), "\(message)")
  }

  @Test("an enumeration lists up to twelve values, and sees a slip of the letter case")
  func enumerations() throws {
    let few = try restricted(builtin("token"), [.enumeration(["kWh", "varh"])])
    #expect(few.message("Wh") == "'Wh' is not one of the values of T: write one of 'kWh', 'varh'")
    #expect(few.message("KWH") == "'KWH' is not one of the values of T: only the letter case differs; write 'kWh'")
    let many = try restricted(builtin("token"), [.enumeration((1...20).map { "v\($0)" })])
    #expect(many.message("x")?.hasSuffix("'v12' or 8 more") == true)
  }

  @Test("a long text is cut at sixty characters and stays on one line")
  func cut() throws {
    let message = try #require(try builtin("int").message("a\n" + String(repeating: "b", count: 500)))
    #expect(message.hasPrefix("'a\\n" + String(repeating: "b", count: 58) + "…' is no int"))
  }

  @Test("a union names what its members accept")
  func unions() throws {
    let codes = try restricted(builtin("token"), [.enumeration(["low", "high"])])
    let union = try SimpleType(unionOf: [builtin("int"), codes], name: "Level")
    #expect(
      union.message("medium")
        == "'medium' is not valid for Level: write a value of type int, or one of 'low', 'high'")
  }
}
