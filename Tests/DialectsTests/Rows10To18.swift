// Deviations of real systems, rows 10 to 18: what strict says, and what tolerant makes of it.
import CIMCodec
import CIMModel
import Dialects
import IECMessage
import Testing

@Suite("IEC 61968-100 as it is found: rows 10 to 18")
struct Rows10To18 {
  @Test("10: a bare Request in the Body, a Request in a Request")
  func row10() throws {
    let bare = try Bench("row-10-bare-request", .preset("tolerant"))
    #expect(bare.strict.verdict == .invalid)
    #expect(bare.after.verdict == .valid)
    #expect(bare.after.soap == .v1_2)
    #expect(bare.after.message?.payload?.objects.first?.at("Meter", "mRID")?.text == "M-1")

    let nested = try Bench(
      "row-10-request-in-request", .preset("tolerant"), facts: CallFacts(verb: .get))
    #expect(nested.strict.verdict == .invalid)
    #expect(nested.after.verdict == .valid)
    #expect(nested.after.message?.verb == .get)
    #expect(nested.after.message?.noun == "MeterReadings")
    #expect(nested.after.message?.request?.ids.map(\.value) == ["M-1"])
    #expect(nested.after.message?.request?.startTime == Timestamp(xmlText: "2015-07-01T00:00:00Z"))
  }

  @Test("10: local time marked Z is put right where the operator says so, and only there")
  func row10Time() throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.zone = StampZone("+02:00")
    let bytes = try Bench("row-10-bare-request", .preset("tolerant")).original
    let plain = MessageReader().read(try MessageRepair(dialect: dialect).repair(bytes).bytes)
    #expect(plain.message?.header?.timestamp == Timestamp(xmlText: "2015-07-01T12:00:00Z"))
    dialect.marksLocalTimeAsUTC = true
    let local = MessageReader().read(try MessageRepair(dialect: dialect).repair(bytes).bytes)
    #expect(local.message?.header?.timestamp == Timestamp(xmlText: "2015-07-01T10:00:00Z"))
  }

  @Test("11: payload and wrapper in the message's namespace, Source behind MessageID")
  func row11() throws {
    let bench = try Bench("row-11-message-namespace", .preset("tolerant"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.form == .wrapped)
    #expect(bench.after.message?.header?.source == "LNS")
  }

  @Test("12: no namespace at all is taken where the operator says so, and refused elsewhere")
  func row12() throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.acceptsNoNamespace = true
    let bench = try Bench("row-12-no-namespace", dialect)
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.payload?.objects.first?.at("Meter", "mRID")?.text == "M-1")
    let elsewhere = try MessageRepair(dialect: .preset("tolerant")).repair(bench.original)
    #expect(elsewhere.repairs == [])
    #expect(elsewhere.bytes == bench.original)
  }

  @Test("13: a message as the string argument of an operation, zone +0430")
  func row13() throws {
    let bench = try Bench("row-13-string-argument", .preset("tolerant"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.soap == .v1_1)
    #expect(bench.after.message?.header?.timestamp == Timestamp(xmlText: "2019-10-05T05:30:00Z"))
    #expect(bench.after.message?.request?.ids.map(\.value) == ["M-1"])
  }

  @Test("14: a bare event with properties and equal identifiers is valid as it is")
  func row14() throws {
    let bench = try Bench("row-14-event-with-properties", .preset("tolerant"))
    #expect(bench.strict.verdict == .valid)
    #expect(bench.repaired.repairs == [])
  }

  @Test("15: content in a vendor's element stays refused; the envelope around it becomes readable")
  func row15() throws {
    let bench = try Bench("row-15-vendor-content", .preset("2008"))
    #expect(bench.strict.envelope == .invalid)
    #expect(bench.after.envelope == .valid)
    #expect(bench.after.violations.map(\.rule) == ["profile.unknown"])
    #expect(bench.after.messageID == "urn:uuid:5c1f2c4e-5b0e-4f38-9f6d-2a3f0b6d9d11", "from WS-Addressing")
    #expect(bench.after.correlationID == "model_0815.zip")
  }

  @Test("16: times with slashes, Option as text, anyType by its xsi:type, created in a request")
  func row16() throws {
    var dialect = try Dialect.preset("2008")
    dialect.dateOrder = .monthFirst
    dialect.zone = StampZone("-05:00")
    let bench = try Bench("row-16-us-time", dialect)
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.verb == .create)
    #expect(bench.after.message?.header?.timestamp == Timestamp(xmlText: "2017-10-12T00:19:12Z"))
    #expect(bench.after.message?.request?.startTime == Timestamp(xmlText: "2017-10-10T05:00:00Z"))
    #expect(bench.after.message?.request?.options == [Request.Option(name: "Daily")])
    let text = String(decoding: bench.repaired.bytes, as: UTF8.self)
    #expect(!bench.repaired.repairs.contains { $0.message.contains("secret") }, "credentials are not logged")
    #expect(text.contains("secret"), "nor are they lost: the SOAP header is kept")
  }

  @Test("17: the correlation stands in a SOAP header, the reply has the request's verb")
  func row17() throws {
    let bench = try Bench("row-17-correlation-in-soap-header", .preset("tolerant"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.header?.correlationID == "c-17")
    #expect(bench.after.message?.verb == .reply)
  }

  @Test("18: one namespace for all nouns, fields in HTTP headers, payloads without envelope")
  func row18() throws {
    let facts = CallFacts(headers: ["Correlation_ID": "c-18", "X-UserID": "ops", "X-SystemID": "C4E"])
    let bench = try Bench("row-18-c4e", .preset("c4e"), facts: facts)
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.header?.correlationID == "c-18")
    #expect(bench.after.message?.header?.user == Header.User(userID: "ops"))
    #expect(bench.after.message?.header?.source == "C4E")

    let bare = try Bench(
      "row-18-bare-payload", .preset("c4e"), facts: CallFacts(headers: facts.headers, verb: .get))
    #expect(bare.strict.verdict == .invalid)
    #expect(bare.after.verdict == .valid)
    #expect(bare.after.message?.kind == .request)
    #expect(bare.after.message?.noun == "MeterReadings")
    #expect(bare.after.message?.request?.objects.map(\.name) == ["GetMeterReadings"])
    #expect(bare.after.message?.header?.source == "C4E")
  }
}
