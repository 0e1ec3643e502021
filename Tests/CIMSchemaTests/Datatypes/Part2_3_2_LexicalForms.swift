// Primitive types: what has the form of a value and what has not. Verdicts agree with Xerces unless a line says else.

import Testing

@testable import CIMSchema

@Suite("XML Schema Part 2, 3.2.1 to 3.2.5 string, boolean and numbers")
struct NumberForms {
  @Test(
    "a text of the right form is accepted",
    arguments: Sample.lists([
      ("string", ["", " a\tb ", "e\u{301}", "\u{1F600}"]),
      ("boolean", ["true", "false", "1", "0", " true\n"]),
      ("decimal", ["0", "-0", "+1", "1.", ".5", "-.5", "0012.3400", "123456789012345678901234567890.12345678901"]),
      ("float", ["0", "1.5E3", "1e400", "-1e-400", "INF", "-INF", "NaN", "1.", "1.e5", ".5e-3", "1E+05"]),
      ("double", ["1.7976931348623159e308", "4.9e-324"]),
    ]))
  func accepted(sample: Sample) throws { #expect(try sample.rule() == nil) }

  @Test(
    "another form is refused",
    arguments: Sample.lists([
      ("boolean", ["", "TRUE", "yes", "2", "true false"]),
      ("decimal", ["", ".", "+", "1e5", "1,5", "0x1", "1 2", "--1", "INF"]),
      ("float", ["", ".", "1e", "1e+", "+INF", "Infinity", "nan", "1f", "0x1p3", ".e5", "1e1.5"]),
    ]))
  func refused(sample: Sample) throws { #expect(try sample.rule() == "cvc-datatype-valid.1.2.1") }
}

@Suite("XML Schema Part 2, 3.2.6 duration")
struct DurationForms {
  @Test(
    "designators in order, each at most once",
    arguments: Sample.list(
      "duration", ["P1Y2M3DT4H5M6.7S", "-P1D", "PT0S", "P1M", "PT.5S", "P0Y", "PT36H", "P400D", " P1D "]))
  func accepted(sample: Sample) throws { #expect(try sample.rule() == nil) }

  @Test(
    "anything else is refused",
    arguments: Sample.list(
      "duration",
      ["", "P", "PT", "P1YT", "P1.5D", "PT1.S", "P1Y1Y", "P1M1Y", "P1H", "PT1D", "+P1D", "P-1D", "1D", "PT1M1H"]))
  func refused(sample: Sample) throws { #expect(try sample.rule() == "cvc-datatype-valid.1.2.1") }
}

@Suite("XML Schema Part 2, 3.2.7 to 3.2.14 dateTime and its parts")
struct CalendarForms {
  @Test(
    "a date or time of the right form is accepted",
    arguments: Sample.lists([
      (
        "dateTime",
        [
          "2024-05-01T10:00:00Z", "2024-05-01T10:00:00", "2024-05-01T10:00:00.123+02:00", "2024-02-29T24:00:00",
          "-0001-12-31T23:59:59-14:00", "12024-01-01T00:00:00Z", "2024-05-01T24:00:00.0", "\t2024-05-01T10:00:00Z ",
          "1999-12-31T23:59:59.123456789012345678901", "-0004-02-29T00:00:00",
        ]
      ),
      ("time", ["10:00:00", "24:00:00", "23:59:59.999", "10:00:00+05:30", "10:00:00-14:00"]),
      ("date", ["2024-05-01", "2024-05-01Z", "2024-05-01+13:00", "-0001-01-01", "12345-01-01"]),
      ("gYearMonth", ["2024-05", "2024-05Z", "-2024-05+02:00"]),
      ("gYear", ["2024", "-2024", "12024", "2024Z", "2024-02:00"]),
      ("gMonthDay", ["--05-01", "--02-29", "--12-31Z"]),
      ("gDay", ["---01", "---31", "---15+02:00"]),
      ("gMonth", ["--05", "--12Z"]),
      // Xerces holds a year in 32 bits and refuses this one.
      ("gYear", ["2147483648"]),
    ]))
  func accepted(sample: Sample) throws { #expect(try sample.rule() == nil) }

  @Test(
    "a wrong form, or a day that does not exist, is refused",
    arguments: Sample.lists([
      (
        "dateTime",
        [
          "", "2024-05-01 10:00:00", "2023-02-29T00:00:00", "0000-01-01T00:00:00", "02024-01-01T00:00:00",
          "2024-05-01T10:00:60Z", "2024-05-01T10:00Z", "2024-05-01T10:00:00+14:01", "2024-05-01T10:00:00.",
          "2024-05-01T24:00:01", "2024-05-01T24:00:00.1", "2024-13-01T00:00:00", "24-05-01T10:00:00",
          "2024-05-01T10:00:00+0200", "2024-05-01t10:00:00z", "2024-05-01T10:00:00,5", "2024-05-01",
          "-0005-02-29T00:00:00",
        ]
      ),
      ("time", ["10:00", "25:00:00", "10:60:00", "1:00:00", "10:00:00 Z"]),
      ("date", ["2024-02-30", "2024-5-1", "01.05.2024", "2024-05-01T00:00:00", "0000-01-01"]),
      ("gYearMonth", ["2024-13", "2024-5", "2024-00"]),
      ("gYear", ["0000", "024", "02024"]),
      ("gMonthDay", ["--02-30", "--13-01", "--5-1"]),
      ("gDay", ["---32", "---00", "---1"]),
      ("gMonth", ["--13", "--00", "--5"]),
      // Xerces still takes the form of the first edition.
      ("gMonth", ["--05--", "--05--Z"]),
    ]))
  func refused(sample: Sample) throws { #expect(try sample.rule() == "cvc-datatype-valid.1.2.1") }
}

@Suite("XML Schema Part 2, 3.2.15 to 3.2.18 binary, anyURI and QName")
struct OtherForms {
  @Test(
    "a text of the right form is accepted",
    arguments: Sample.lists([
      ("hexBinary", ["", "0f", "0FB8"]),
      ("base64Binary", ["", "D7g=", "AA==", "AAA=", "AAAA", "A A A A", "AAAA\nAAAA", "D 7 g ="]),
      (
        "anyURI",
        [
          "", "http://a.b/c?d#e", "a b", "%41", "a/b:c", "http:///x", "///", "//?", "http://[::1]/",
          "http://u@[::1]:80/",
          "a:[b]", "?[", "#[", "urn:x:y", "mailto:a@b", "http://a:b/", "\u{E9}", "a\\b", "<>", "http://[::1.2.3.4]",
          "a?b?c",
        ]
      ),
      ("QName", ["a", "p:a", "xml:lang", " q:a "]),
    ]))
  func accepted(sample: Sample) throws { #expect(try sample.rule() == nil) }

  @Test(
    "another form is refused",
    arguments: Sample.lists([
      ("hexBinary", ["0", "0g", "00 ff"]),
      ("base64Binary", ["A", "A=", "A===", "=", "AB==", "AAB=", "AA=A", "AAAA=", "AAAA====", "-_-_"]),
      (
        "anyURI",
        [
          "%", "%4", "%zz", "a:", "a:#b", ":a", "1a:b", "http://", "//", "http://[::g]/", "http://u@[::1]:99999/", "[",
          "a[b]", "##", "a#b#c", "http://[1::2::3]", "http://%zz/", "a b:c", "http://a[b", "http://[::1.2.3.256]",
        ]
      ),
      ("QName", ["", "p:", "a:b:c", "1a", ":a", "p:1"]),
    ]))
  func refused(sample: Sample) throws { #expect(try sample.rule() == "cvc-datatype-valid.1.2.1") }

  @Test("a prefix must be declared")
  func prefix() throws {
    #expect(try builtin("QName").rule("x:a") == "UndeclaredPrefix")
    #expect(try builtin("QName").check("p:a", namespaces: NoNamespaces())?.rule == "UndeclaredPrefix")
    #expect(try builtin("QName").check("a", namespaces: NoNamespaces()) == nil)
  }
}
