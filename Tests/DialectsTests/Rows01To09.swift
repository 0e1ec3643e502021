// Deviations of real systems, rows 1 to 9: what strict says, and what tolerant makes of it.
import CIMCodec
import CIMModel
import Dialects
import IECMessage
import Testing

@Suite("IEC 61968-100 as it is found: rows 1 to 9")
struct Rows01To09 {
  @Test("1: the draft of 2008 with edition 1 readings, upper-case verb and ReplyCode")
  func row01() throws {
    let create = try Bench("row-01-create-2008", .preset("2008"))
    #expect(create.strict.verdict == .invalid)
    #expect(create.after.verdict == .valid)
    #expect(create.after.message?.verb == .create)
    let reading = create.after.message?.payload?.objects.first?["MeterReading"]
    #expect(reading?.at("Meter", "mRID")?.text == "M-100")
    #expect(reading?.at("UsagePoint", "mRID")?.text == "SDP-7")
    // The code keeps its four parts: what it stands for is for the rules on codes to say.
    #expect(
      reading?.at("Readings", "ReadingQualities", "ReadingQualityType")?.attribute("ref") == "1.4.0.0")

    let reply = try Bench("row-01-reply-2008", .preset("2008"))
    #expect(reply.strict.verdict == .invalid)
    #expect(reply.after.message?.reply == Reply(result: .ok))
    let failed = try Bench("row-01-failed-2008", .preset("2008"))
    #expect(failed.after.message?.reply == Reply(result: .failed, errors: [ReplyError(code: "2.4")]))
  }

  @Test("2: namespaces with www, and the Header repeated in the payload")
  func row02() throws {
    let bench = try Bench("row-02-header-in-payload", .preset("interim"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.form == .typed(namespace: "http://iec.ch/TC57/2011/EndDeviceEventsMessage"))
    #expect(bench.says("the Header inside the payload was left out"))
  }

  @Test("3: verbs of the interim schema are mapped, or refused with 2.9")
  func row03() throws {
    let show = try Bench("row-03-show", .preset("interim"))
    #expect(show.strict.verdict == .invalid)
    #expect(show.after.verdict == .valid)
    #expect(show.after.message?.verb == .get)
    let subscribe = try Bench("row-03-subscribe", .preset("interim"))
    #expect(subscribe.after.verdict == .invalid)
    #expect(subscribe.after.violations.map(\.replyCode) == ["2.9"])
  }

  @Test("4: small first letters in a namespace of the vendor's")
  func row04() throws {
    let bench = try Bench("row-04-lower-camel", .preset("ouaf"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.verb == .get)
    #expect(bench.after.message?.header?.correlationID == "c-1")
    #expect(bench.after.message?.request?.objects.first?.at("UsagePoint", "mRID")?.text == "UP-1")
  }

  @Test(
    "5: verb in capitals and in the wrong tense, another noun than the payload; free identifiers and precision stand")
  func row05() throws {
    let bench = try Bench("row-05-verb-case", .preset("tolerant"))
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.verb == .created)
    #expect(bench.after.message?.noun == "EndDeviceEvents")
    #expect(bench.after.message?.header?.messageID == "not-a-uuid")
    #expect(bench.repaired.repairs.count == 2)
  }

  @Test("6: local time without zone gets the partner's, enumeration members lose their capitals")
  func row06() throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.zone = StampZone("+03:30")
    let bench = try Bench("row-06-zoneless", dialect)
    #expect(bench.strict.verdict == .invalid)
    #expect(bench.after.verdict == .valid)
    #expect(bench.after.message?.header?.timestamp == Timestamp(xmlText: "2021-02-03T00:35:06Z"))
    #expect(bench.after.message?.reply?.errors.first?.level == .fatal)
    #expect(bench.after.message?.reply?.errors.first?.id?.kind == .uuid)

    // A stamp without zone is valid, and means another instant than strict takes it for.
    let readings = try Bench("row-06-readings-zoneless", dialect)
    #expect(readings.strict.verdict == .valid)
    #expect(dialect.concernsValidMessages)
    let stamps = readings.after.message?.payload?.objects.first?["MeterReading"]?.all("Readings").map {
      $0.text("timeStamp")
    }
    #expect(stamps == ["2021-02-03T00:00:00+03:30", "2021-02-03T00:15:00Z"])
    dialect.marksLocalTimeAsUTC = true
    let marked = try MessageRepair(dialect: dialect).repair(readings.original)
    #expect(marked.repairs.map(\.line) == [14, 19])
  }

  @Test("7: a result that comes as an event, an answer in the past tense")
  func row07() throws {
    let late = try Bench("row-07-event-with-reply", .preset("tolerant"))
    #expect(late.strict.verdict == .invalid)
    #expect(late.after.verdict == .valid)
    #expect(late.after.message?.kind == .response)
    #expect(late.after.message?.verb == .reply)
    #expect(late.after.message?.header?.correlationID == "c-7")
    #expect(late.after.message?.reply?.errors.map(\.code) == ["4004"])
    let past = try Bench("row-07-past-tense-reply", .preset("tolerant"))
    #expect(past.strict.verdict == .valid)
    #expect(past.after.message?.verb == .reply)
  }

  @Test("8: modify is change; an empty Noun in a reply and a file name as idType are valid as they are")
  func row08() throws {
    let modify = try Bench("row-08-modify", .preset("62325"))
    #expect(modify.strict.verdict == .invalid)
    #expect(modify.after.verdict == .valid)
    #expect(modify.after.message?.verb == .change)
    let empty = try Bench("row-08-empty-noun", .preset("62325"))
    #expect(empty.strict.verdict == .valid)
    #expect(empty.repaired.repairs == [])
  }

  @Test("9: created in a request is create, NOK is FAILED")
  func row09() throws {
    let request = try Bench("row-09-created-in-request", .preset("62325"))
    #expect(request.strict.verdict == .valid)
    #expect(Bench.rejections(request.strict) == ["R1"])
    #expect(Bench.rejections(request.after) == [])
    #expect(request.after.message?.verb == .create)
    let nok = try Bench("row-09-nok", .preset("62325"))
    #expect(nok.strict.verdict == .invalid)
    #expect(nok.after.verdict == .valid)
    #expect(nok.after.message?.reply?.result == .failed)
    #expect(nok.says("the file was not taken"), "what is left out is said")
  }
}
