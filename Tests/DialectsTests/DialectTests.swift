// The dialect as a value: presets, defaults, coding.
import CIMProfiles
import Dialects
import Foundation
import IECMessage
import Testing

@Suite("Dialects as values")
struct DialectTests {
  @Test("every preset has its name and survives coding", arguments: Dialect.presetNames)
  func presets(_ name: String) throws {
    var dialect = try Dialect.preset(name)
    #expect(dialect.name == name)
    #expect(dialect.mode == (name == "standard" ? .strict : .tolerant))
    dialect.zone = StampZone("+03:30")
    let data = try JSONEncoder().encode(dialect)
    #expect(String(decoding: data, as: UTF8.self).contains("\"+03:30\""))
    #expect(try JSONDecoder().decode(Dialect.self, from: data) == dialect)
  }

  @Test("keys that are left out have their defaults, others are those of the documentation")
  func coding() throws {
    let json = """
      {"mode": "tolerant", "accept-no-namespace": true, "envelope-namespaces": ["urn:e"], "date-order": "day-first",
       "header-fields": {"x-user": "User/UserID"}, "local-time-marked-utc": true, "zone": "+01:00",
       "bare-payload-verb": "created", "required-header-fields": ["User"], "namespaces": {"urn:{noun}": "*"},
       "reply-style": {"envelope-namespace": "urn:e", "verb-case": "upper", "reply-code": true}}
      """
    let expected = Dialect(
      mode: .tolerant, envelopeNamespaces: ["urn:e"], acceptsNoNamespace: true, namespaces: ["urn:{noun}": "*"],
      zone: StampZone("+01:00"), marksLocalTimeAsUTC: true, dateOrder: .dayFirst,
      headerFields: ["x-user": "User/UserID"], barePayloadVerb: "created", requiredHeaderFields: ["User"],
      replyStyle: ReplyStyle(envelopeNamespace: "urn:e", verbCase: .upper, usesReplyCode: true))
    #expect(try JSONDecoder().decode(Dialect.self, from: Data(json.utf8)) == expected)
    #expect(try JSONDecoder().decode(Dialect.self, from: Data("{}".utf8)) == Dialect())
  }

  @Test("a name that is no preset's gives none")
  func noPreset() {
    #expect(Dialect.named("2099") == nil)
  }

  @Test("verbs, results and nouns of presets lead to words of the standard", arguments: Dialect.presetNames)
  func words(_ name: String) throws {
    let dialect = try Dialect.preset(name)
    #expect(dialect.verbs.values.allSatisfy { $0.isEmpty || Verb(rawValue: $0) != nil })
    #expect(dialect.results.values.allSatisfy { Reply.Result(rawValue: $0) != nil })
    #expect(dialect.nouns.values.allSatisfy { MessageReader().schemas.profile($0) != nil })
  }

  @Test(
    "a zone that is neither offset nor name is an error that says what to write", arguments: ["Mars/Olympus", "+15:00"])
  func badZone(_ text: String) {
    #expect {
      try JSONDecoder().decode(StampZone.self, from: Data("\"\(text)\"".utf8))
    } throws: { error in
      "\(error)".contains("+03:30")
    }
  }

  @Test("strict mode touches nothing, not even what is no XML")
  func strict() throws {
    let junk = Array("no XML at all".utf8)
    let repaired = try MessageRepair(dialect: Dialect()).repair(junk)
    #expect(repaired.bytes == junk)
    #expect(repaired.repairs == [])
  }

  @Test("valid messages are concerned where times or header fields are")
  func concernsValid() throws {
    #expect(try !Dialect.preset("tolerant").concernsValidMessages)
    #expect(try Dialect.preset("c4e").concernsValidMessages)
    #expect(!Dialect(zone: StampZone("Z")).concernsValidMessages)
  }
}
