// Answers in the form of the partner.
import CIMCodec
import CIMModel
import Dialects
import IECMessage
import Testing

@Suite("Answers in a partner's form")
struct RenderingTests {
  private func reply(_ result: Reply.Result, _ errors: [ReplyError] = []) -> Message {
    Message(
      kind: .response, header: Header(verb: .reply, noun: "MeterConfig", correlationID: "c-1"),
      reply: Reply(result: result, errors: errors))
  }

  @Test("the standard style changes not one byte")
  func standard() throws {
    let bytes = try MessageWriter().write(reply(.ok), soap: .v1_1)
    #expect(try Dialect.preset("tolerant").rendering(bytes) == bytes)
  }

  @Test("the draft of 2008: its namespace, REPLY, a ReplyCode")
  func draft() throws {
    let bytes = try MessageWriter().write(reply(.failed, [ReplyError(code: "2.4", reason: "no such meter")]))
    let text = String(decoding: try Dialect.preset("2008").rendering(bytes), as: UTF8.self)
    #expect(text.contains("<ResponseMessage xmlns=\"http://www.iec.ch/TC57/2008/schema/message\">"))
    #expect(text.contains("<Verb>REPLY</Verb>"))
    #expect(text.contains("<Reply><ReplyCode>2.4</ReplyCode></Reply>"))
  }

  @Test("small first letters")
  func lowerCamel() throws {
    let bytes = try MessageWriter().write(reply(.ok))
    let text = String(decoding: try Dialect.preset("ouaf").rendering(bytes), as: UTF8.self)
    #expect(text.contains("<responseMessage xmlns=\"http://xmlns.oracle.com/ouaf/iec\"><header><verb>REPLY</verb>"))
    #expect(text.contains("<reply><replyCode>0.0</replyCode></reply>"))
  }

  @Test("what is rendered for a partner is repaired to the same message", arguments: ["2008", "ouaf"])
  func roundTrip(_ preset: String) throws {
    let dialect = try Dialect.preset(preset)
    for message in [reply(.ok), reply(.failed, [ReplyError(code: "5.1")])] {
      for soap in [nil, SOAPVersion.v1_1, .v1_2] {
        let foreign = try dialect.rendering(try MessageWriter().write(message, soap: soap))
        #expect(MessageReader().read(foreign).verdict == .invalid)
        let back = MessageReader().read(try MessageRepair(dialect: dialect).repair(foreign).bytes)
        #expect(back.verdict == .valid)
        #expect(back.message == message)
        #expect(back.soap == soap)
      }
    }
  }

  @Test("valid messages of all kinds in foreign namespaces, capitals and small letters come back as they were")
  func roundTripOfFixtures() throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.envelopeNamespaces.insert("urn:example:envelope")
    dialect.namespaces["urn:example:MeterReadings"] = "*"
    dialect.results["BAD"] = "FAILED"
    dialect.replyStyle = ReplyStyle(
      envelopeNamespace: "urn:example:envelope",
      namespaces: ["http://iec.ch/TC57/2011/MeterReadings#": "urn:example:MeterReadings"], verbCase: .upper,
      results: ["OK": "Success", "FAILED": "BAD"], usesLowerCamelCase: true)
    var count = 0
    for (name, bytes) in BoundsTests.documents {
      let inspection = MessageReader().read(bytes)
      guard inspection.verdict == .valid, let message = inspection.message else { continue }
      guard EnvelopeRules().check(message).allSatisfy({ ["R19", "R22"].contains($0.rule) }) else { continue }
      guard inspection.form == .generic, let foreign = try? dialect.rendering(bytes) else { continue }
      #expect(MessageReader().read(foreign).verdict == .invalid, "\(name)")
      let back = MessageReader().read(try MessageRepair(dialect: dialect).repair(foreign).bytes)
      #expect(back.message == message, "\(name): \(back.violations)")
      count += 1
    }
    #expect(count > 20)
  }

  @Test("words of the partner's for results, and other namespaces")
  func words() throws {
    var dialect = Dialect()
    dialect.replyStyle = ReplyStyle(
      namespaces: ["http://iec.ch/TC57/2011/MeterConfigMessage": "http://www.iec.ch/TC57/2011/MeterConfigMessage"],
      verbCase: .capitalized, results: ["OK": "SUCCESS"])
    let bytes = try MessageWriter().write(
      reply(.ok), as: .typed(namespace: "http://iec.ch/TC57/2011/MeterConfigMessage"))
    let text = String(decoding: try dialect.rendering(bytes), as: UTF8.self)
    #expect(text.contains("\"http://www.iec.ch/TC57/2011/MeterConfigMessage\""))
    #expect(text.contains(">Reply<"))
    #expect(text.contains(">SUCCESS<"))
  }
}
