// Rules on payloads that are not in memory say what they say of those that are.
import CIMModel
import IECMessage
import SemanticRules
import Testing

private let noSamples: Comment = "../shared/samples is not there"

@Suite("Rules on detached payloads")
struct DetachedRulesTests {
  private static func compare(_ bytes: [UInt8], _ rules: any ContentRules) throws -> RuleReport? {
    let reader = MessageReader()
    guard let whole = reader.read(bytes).message, let detached = try reader.inspect(DocumentBytes(bytes)).message,
      case .detached? = detached.payload?.content
    else { return nil }
    let expected = rules.check(whole)
    let found = rules.check(detached)
    #expect(Set(found.findings) == Set(expected.findings))
    #expect(found.isTruncated == expected.isTruncated)
    return found
  }

  private static func message(_ verb: String, _ noun: String, _ payload: String) -> [UInt8] {
    let root = verb == "created" ? "EventMessage" : "RequestMessage"
    return Array(
      """
      <\(root) xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>\(verb)</Verb><Noun>\(noun)</Noun></Header>
      <Payload>\(payload)</Payload></\(root)>
      """.utf8)
  }

  @Test("codes and values, by reading types that the payload brings along, before or behind the readings")
  func readings() throws {
    let type = """
      <ReadingType><Names><name>kWh total</name></Names><accumulation>1</accumulation><aggregate>0</aggregate>
      <argument><numerator>0</numerator><denominator>0</denominator></argument><commodity>1</commodity><consumptionTier>0</consumptionTier>
      <cpp>0</cpp><currency>0</currency><flowDirection>1</flowDirection><interharmonic><numerator>0</numerator>
      <denominator>0</denominator></interharmonic><macroPeriod>0</macroPeriod><measurementKind>12</measurementKind>
      <measuringPeriod>0</measuringPeriod><multiplier>3</multiplier><phases>0</phases><tou>0</tou><unit>72</unit></ReadingType>
      """
    func reading(_ ref: String, _ value: String) -> String {
      """
      <MeterReading><Meter><mRID>m</mRID></Meter><Readings><timeStamp>2026-11-22T00:00:00Z</timeStamp><value>\(value)</value>
      <ReadingType ref="\(ref)"/></Readings></MeterReading>
      """
    }
    let (good, short) = ("0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "0.0.0.1.1.1.12")
    let bad = (0..<40).map { reading($0 % 7 == 0 ? short : good, "\($0)") }
    let named = reading("kWh total", "abc") + reading("nobody", "1")
    var seen: Set<String> = []
    for body in [bad.joined(), named + type, type + named, named, type, ""] {
      let root = "<MeterReadings xmlns=\"http://iec.ch/TC57/2011/MeterReadings#\">\(body)</MeterReadings>"
      let report = try Self.compare(Self.message("created", "MeterReadings", root + root), PayloadRules())
      seen.formUnion(report?.findings.map(\.rule.rawValue) ?? [])
      for finding in report?.findings ?? [] { #expect(finding.path.hasPrefix("/EventMessage/Payload/MeterReadings")) }
    }
    #expect(seen.count > 1, "\(seen)")
    // More than is kept: what is grave stays.
    let many = (0..<300).map { _ in reading("0.0.0.1.1.1.12", "1") }.joined()
    let root = "<MeterReadings xmlns=\"http://iec.ch/TC57/2011/MeterReadings#\">\(many)</MeterReadings>"
    _ = try Self.compare(Self.message("created", "MeterReadings", root), CodeRules(limit: 5))
  }

  @Test("what a verb requires, of the root and of each part")
  func required() throws {
    let table = """
      noun,verbs,place,elements,severity,clause,source
      EndDeviceControls,create,,EndDeviceControl,reject,IEC 61968-9,test
      EndDeviceControls,create change,EndDeviceControl,reason|mRID,reject,IEC 61968-9,test
      EndDeviceControls,cancel,EndDeviceControl,mRID,warn,IEC 61968-9,test

      """
    let rules = PayloadRules(required: try RequiredByVerb(csv: table, file: "test.csv"))
    let namespace = "http://iec.ch/TC57/2011/EndDeviceControls#"
    let type = "<EndDeviceControlType ref=\"3.31.0.23\"/>"
    let controls = [
      "", "<EndDeviceControl>\(type)</EndDeviceControl>",
      "<EndDeviceControl><reason>x</reason>\(type)</EndDeviceControl><EndDeviceControl>\(type)</EndDeviceControl>",
    ]
    var findings = 0
    for verb in ["create", "change", "cancel"] {
      for body in controls {
        let root = "<EndDeviceControls xmlns=\"\(namespace)\">\(body)</EndDeviceControls>"
        findings +=
          try Self.compare(Self.message(verb, "EndDeviceControls", root), rules)?.findings.count ?? 0
      }
    }
    #expect(findings >= 6)
  }

  @Test(
    "all samples", .enabled(if: Place.samples != nil, noSamples),
    arguments: ["envelope", "part9", "part5-6"])
  func samples(_ folder: String) throws {
    for name in Place.names(folder) { _ = try Self.compare(try Place.bytes("\(folder)/\(name)"), PayloadRules()) }
  }

  /// A document that is there when it is judged first, and not afterwards.
  private final class Fading: DocumentSource, @unchecked Sendable {
    private let all: [UInt8]
    private var reads: Int
    init(_ all: [UInt8], reads: Int) { (self.all, self.reads) = (all, reads) }
    var byteCount: Int { all.count }
    func bytes(from offset: Int, count: Int) throws -> [UInt8] {
      reads -= 1
      guard reads >= 0 else { throw DocumentCutShort(expected: all.count, found: 0) }
      return Array(all.dropFirst(offset).prefix(count))
    }
  }

  @Test("objects that cannot be read back are refused, not taken unjudged")
  func unreadable() throws {
    let root = """
      <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#"><MeterReading><Meter><mRID>1</mRID></Meter></MeterReading>
      </MeterReadings>
      """
    let source = Fading(Self.message("created", "MeterReadings", root), reads: 1)
    let message = try #require(try MessageReader().inspect(source).message)
    let report = PayloadRules().check(message)
    #expect(report.hasReject)
    #expect(report.findings.allSatisfy { $0.replyCode == "5.3" })
  }
}
