// Deviations of real systems, rows 19 to 27: what strict says, and what tolerant makes of it.
import CIMCodec
import CIMModel
import Dialects
import IECMessage
import Testing

@Suite("IEC 61968-100 as it is found: rows 19 to 27")
struct Rows19To27 {
  @Test("19: a strongly typed body without SOAP is valid as it is")
  func row19() throws {
    let bench = try Bench("row-19-typed-without-soap", .preset("tolerant"))
    #expect(bench.strict.verdict == .valid)
    #expect(bench.repaired.repairs == [])
  }

  @Test("20: a partner's own list of mandatory header fields")
  func row20() {
    let dialect = Dialect(requiredHeaderFields: ["Timestamp", "User", "Verb"])
    var header = Header(verb: .create, noun: "MeterConfig")
    #expect(dialect.missing(from: header) == ["Timestamp", "User"])
    header.timestamp = Timestamp(seconds: 0)
    header.user = Header.User(userID: "u")
    #expect(dialect.missing(from: header) == [])
  }

  @Test("21: a SOAP fault full of SQL is no message, and no repair makes one of it")
  func row21() throws {
    let bench = try Bench("row-21-leaking-fault", .preset("tolerant"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.repaired.repairs == [])
    #expect(bench.after.message == nil)
  }

  @Test("22: an encodingStyle in SOAP 1.2 does no harm")
  func row22() throws {
    let bench = try Bench("row-22-encoding-style", .preset("tolerant"))
    #expect(bench.strict.verdict == .valid)
    #expect(bench.repaired.repairs == [])
  }

  @Test("23: any Revision and paging options are valid as they are")
  func row23() throws {
    let bench = try Bench("row-23-paging-options", .preset("tolerant"))
    #expect(bench.strict.verdict == .valid)
    #expect(bench.repaired.repairs == [])
  }

  @Test(
    "24: success in all its forms",
    arguments: [
      ("no-error", Verdict.valid, [String]()), ("error-0-0", .valid, ["0.0"]), ("result-zero", .invalid, []),
      ("reply-code-0", .invalid, []), ("reply-code-0-3", .invalid, ["0.3"]),
    ])
  func row24(_ name: String, _ strictly: Verdict, _ codes: [String]) throws {
    let bench = try Bench("row-24-" + name, .preset("2008"))
    #expect(bench.strict.verdict == strictly)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.reply?.result == .ok)
    #expect(bench.after.message?.reply?.errors.map(\.code) == codes)
  }

  @Test("25: both identifiers of an echoed header are there for matching")
  func row25() throws {
    let bench = try Bench("row-25-echoed-header", .preset("tolerant"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.header?.messageID == "request-1")
    #expect(bench.after.message?.header?.correlationID == "case-1")
  }

  @Test("26: placeholders of test tools count as absent; a get with a Payload stays refused")
  func row26() throws {
    let bench = try Bench("row-26-placeholders", .preset("interim"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    let header = bench.after.message?.header
    #expect(header?.user == nil)
    #expect(header?.timestamp == nil)
    #expect(header?.properties == [])
    #expect(Bench.rejections(bench.after) == ["R7"], "an asynchronous answer needs an address, and NONE is none")
    #expect(bench.after.message?.payload?.objects.map(\.name) == ["EndDeviceControls"])

    let get = try Bench("row-26-get-with-payload", .preset("tolerant"))
    #expect(get.strict.verdict == .invalid)
    #expect(get.after.verdict == .valid)
    #expect(Bench.rejections(get.after) == ["R3"])
  }

  @Test("27: a noun of the market is no error by itself; its payload needs its schema")
  func row27() throws {
    let bench = try Bench("row-27-market-noun", .preset("62325"))
    #expect(bench.strict.envelope == .valid)
    #expect(bench.strict.violations.map(\.rule) == ["profile.unknown"])
    #expect(bench.repaired.repairs == [])
    #expect(bench.after.message?.noun == "ScheduleMessage")
  }
}
