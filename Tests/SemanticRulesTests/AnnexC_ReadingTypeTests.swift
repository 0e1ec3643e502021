import CIMCodes
import CIMModel
import IECMessage
import SemanticRules
import Testing

private let delta = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"

@Suite("IEC 61968-9, Annex C: reading types in messages")
struct ReadingTypeInMessageTests {
  let rules = CodeRules()

  @Test(
    "a usual reading has no findings",
    arguments: [
      (delta, "1.250"), ("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "4711"),
      ("0.0.0.12.0.1.54.0.0.0.0.0.0.0.128.0.29.0", "231.4"), ("0.0.0.12.4.1.37.0.0.0.0.0.0.0.0.0.38.0", "-312"),
    ])
  func clean(_ type: String, _ value: String) throws {
    #expect(Sample.brief(rules.check(try Sample.reading(type, value: value))) == [])
  }

  @Test(
    "a reference that can be no code is rejected with 2.6",
    arguments: [
      "String", "?", "", "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72", "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0.0", "1.8.0",
    ])
  func malformed(_ type: String) throws {
    let report = rules.check(try Sample.reading(type, value: "1"))
    #expect(Sample.brief(report) == ["reject readingType.shape 2.6"])
    #expect(report.findings.first?.path == "/MeterReadings/MeterReading/Readings/ReadingType/@ref")
    #expect(report.findings.first?.clause == "IEC 61968-9, Annex C")
  }

  @Test("a reference that is left out is rejected with 1.7")
  func missing() throws {
    let payload = try Sample.payload(
      "MeterReadings", "<MeterReading><Readings><value>1</value><ReadingType/></Readings></MeterReading>")
    #expect(Sample.brief(rules.check(payload)).contains("reject readingType.missing 1.7"))
  }

  @Test("a code that could be cleaned is rejected with the clean one as suggestion")
  func suggestion() throws {
    let report = rules.check(try Sample.reading("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.\u{2013}3.72.0", value: "1"))
    #expect(report.findings.first?.severity == .reject)
    #expect(report.findings.first?.suggestion == "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.-3.72.0")
  }

  @Test("a number that no table has is warned about as not supported")
  func unknownNumber() throws {
    let report = rules.check(try Sample.reading("1001.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", value: "1"))
    #expect(Sample.brief(report) == ["warn readingType.unknownNumber 2.10"])
    #expect(report.findings.first?.message.contains("macroPeriod 1001") == true)
  }

  @Test("energy in watts is warned about with watt-hours as suggestion")
  func kindAndUnit() throws {
    let report = rules.check(try Sample.reading("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.38.0", value: "1"))
    #expect(Sample.brief(report) == ["warn readingType.energyPowerUnit 2.6"])
    #expect(report.findings.first?.suggestion == delta)
  }

  @Test(
    "codes are found wherever a profile has them",
    arguments: [
      ("MeterReadings", "<MeterReading><IntervalBlocks><ReadingType ref=\"x\"/></IntervalBlocks></MeterReading>"),
      (
        "MeterReadings",
        "<MeterReading><IntervalBlocks><PendingCalculation><ReadingType ref=\"x\"/></PendingCalculation>"
          + "<ReadingType ref=\"\(delta)\"/></IntervalBlocks></MeterReading>"
      ),
      ("UsagePointConfig", "<MetrologyRequirement><ReadingTypes ref=\"x\"/></MetrologyRequirement>"),
      (
        "MeterConfig",
        "<SimpleEndDeviceFunction><Registers><Channels><ReadingType ref=\"x\"/></Channels></Registers>"
          + "</SimpleEndDeviceFunction>"
      ),
    ])
  func places(_ noun: String, _ body: String) throws {
    #expect(Sample.brief(rules.check(try Sample.payload(noun, body))) == ["reject readingType.shape 2.6"])
  }

  @Test("a code is told of once, at its first place, with the number of places")
  func once() throws {
    let reading = "<Readings><value>1</value><ReadingType ref=\"String\"/></Readings>"
    let payload = try Sample.payload(
      "MeterReadings", "<MeterReading/><MeterReading>" + String(repeating: reading, count: 5) + "</MeterReading>")
    let report = rules.check(payload)
    #expect(report.findings.count == 1)
    #expect(report.findings.first?.path == "/MeterReadings/MeterReading[2]/Readings/ReadingType/@ref")
    #expect(report.findings.first?.message.hasSuffix("; the code stands at 5 places") == true)
  }

  // MARK: Objects

  private func object(_ body: String, reading: String = "") throws -> Element {
    try Sample.payload("MeterReadings", reading + "<ReadingType>\(body)</ReadingType>")
  }

  @Test(
    "parts that say what the code says are in order, as numbers and as names",
    arguments: [
      "<mRID>\(delta)</mRID><accumulation>4</accumulation><unit>72</unit><multiplier>3</multiplier>",
      "<mRID>\(delta)</mRID><accumulation>deltaData</accumulation><unit>Wh</unit><multiplier>k</multiplier>",
      "<measurementKind>energy</measurementKind><argument><denominator>0</denominator><numerator>0</numerator></argument>"
        + "<Names><name>\(delta)</name></Names>",
    ])
  func agreeing(_ body: String) throws { #expect(Sample.brief(rules.check(try object(body))) == []) }

  @Test(
    "a part that contradicts the code is warned about with the code's number",
    arguments: [
      ("<unit>73</unit>", "72"), ("<unit>W</unit>", "72"), ("<accumulation>bulkQuantity</accumulation>", "4"),
      ("<multiplier>0</multiplier>", "3"), ("<interharmonic><denominator>1</denominator></interharmonic>", "0"),
    ])
  func contradicting(_ part: String, _ suggestion: String) throws {
    let report = rules.check(try object("<mRID>\(delta)</mRID>" + part))
    #expect(Sample.brief(report) == ["warn readingType.partMismatch 2.6"])
    #expect(report.findings.first?.suggestion == suggestion)
  }

  @Test("a part that is no word of its table is warned about")
  func unknownWord() throws {
    let report = rules.check(try object("<mRID>\(delta)</mRID><commodity>beer</commodity>"))
    #expect(Sample.brief(report) == ["warn readingType.partUnknown 2.6"])
  }

  @Test("two different codes on one object are warned about")
  func ambiguous() throws {
    let name = "<Names><name>0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.3.72.0</name></Names>"
    #expect(
      Sample.brief(rules.check(try object("<mRID>\(delta)</mRID>" + name))) == ["warn readingType.ambiguous 2.6"])
  }

  @Test("an object without a code is judged by its parts")
  func partsOnly() throws {
    let body =
      "<mRID>r1</mRID><measuringPeriod>2</measuringPeriod><accumulation>4</accumulation>"
      + "<flowDirection>1</flowDirection><commodity>1</commodity><measurementKind>12</measurementKind><unit>38</unit>"
    #expect(Sample.brief(rules.check(try object(body))) == ["warn readingType.energyPowerUnit 2.6"])
  }

  @Test(
    "an object that is given by a name only, e.g. an OBIS code, is noted",
    arguments: ["1.8.0", "1-0:1.8.0*255", "1234"])
  func nameOnly(_ name: String) throws {
    #expect(
      Sample.brief(rules.check(try object("<Names><name>\(name)</name></Names>"))) == ["note readingType.noCode 2.6"])
  }

  @Test("a reference to an object of the message is understood, its values are judged by that object")
  func definedInMessage() throws {
    let reading =
      "<MeterReading><Readings><value>abc</value><ReadingType ref=\"rt-1\"/></Readings></MeterReading>"
    let names = "<Names><name>\(delta)</name></Names>"
    #expect(
      Sample.brief(rules.check(try object("<mRID>rt-1</mRID>" + names, reading: reading))) == [
        "reject value.decimal 1.8"
      ])
  }

  @Test("a UUID of an object that is elsewhere is warned about, not rejected")
  func uuid() throws {
    let report = rules.check(try Sample.reading("5b1c1f8e-0001-4000-8000-000000000001", value: "1"))
    #expect(Sample.brief(report) == ["warn readingType.unresolved 2.6"])
  }

  // MARK: Values

  @Test(
    "a value has the form its reading type asks for",
    arguments: [
      (delta, "1.25", [String]()), (delta, "abc", ["reject value.decimal 1.8"]),
      (delta, "3.14159E0", ["reject value.decimal 1.8"]), (delta, "1,25", ["reject value.decimal 1.8"]),
      // Time of the maximum demand of the month, and a serial number.
      ("13.8.0.6.1.1.8.0.0.0.0.0.0.0.0.0.108.0", "2026-03-29T02:00:00+02:00", []),
      ("13.8.0.6.1.1.8.0.0.0.0.0.0.0.0.0.108.0", "17.5", ["reject value.timestamp 1.8"]),
      ("13.8.0.6.1.1.8.0.0.0.0.0.0.0.0.0.108.0", "2026-03-29T02:00:00", ["warn value.timestampZone 1.8"]),
      ("0.0.0.0.0.41.112.0.0.0.0.0.0.0.0.0.114.0", "LG-00/4711", []),
    ])
  func forms(_ type: String, _ value: String, _ expected: [String]) throws {
    let report = rules.check(try Sample.reading(type, value: value))
    #expect(Sample.brief(report).filter { $0.contains(" value.") } == expected)
    if !expected.isEmpty { #expect(report.findings.last?.path == "/MeterReadings/MeterReading/Readings/value") }
  }

  @Test("interval values are judged by the reading type of their block, which comes after them")
  func intervals() throws {
    let payload = try Sample.payload(
      "MeterReadings",
      "<MeterReading><IntervalBlocks><IntervalReadings><value>1</value></IntervalReadings>"
        + "<IntervalReadings><value>n/a</value></IntervalReadings><ReadingType ref=\"\(delta)\"/></IntervalBlocks>"
        + "</MeterReading>")
    let report = rules.check(payload)
    #expect(Sample.brief(report) == ["reject value.decimal 1.8"])
    #expect(report.findings.first?.path == "/MeterReadings/MeterReading/IntervalBlocks/IntervalReadings[2]/value")
  }

  @Test("the text in the place of a value that the quality says is missing is noted only")
  func missingValue() throws {
    let quality = "<ReadingQualities><ReadingQualityType ref=\"1.5.259\"/></ReadingQualities>"
    #expect(
      Sample.brief(rules.check(try Sample.reading(delta, value: "", more: quality))) == ["note value.decimal 1.8"])
  }

  @Test("a specified period has to be in the message")
  func specifiedPeriod() throws {
    let type = "32.0.0.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
    #expect(Sample.brief(rules.check(try Sample.reading(type, value: "1"))).contains("warn reading.period 1.7"))
    let period =
      "<MeterReading><Readings><value>1</value><ReadingType ref=\"\(type)\"/></Readings>"
      + "<valuesInterval><end>2026-01-02T00:00:00Z</end><start>2026-01-01T00:00:00Z</start></valuesInterval></MeterReading>"
    #expect(!Sample.brief(rules.check(try Sample.payload("MeterReadings", period))).contains("warn reading.period 1.7"))
  }
}
