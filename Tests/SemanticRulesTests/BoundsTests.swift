import CIMModel
import IECMessage
import SemanticRules
import Testing

@Suite("Semantic rules: bounds")
struct BoundsTests {
  private func readings(_ count: Int, _ text: (Int) -> String) throws -> Element {
    try Sample.payload(
      "MeterReadings",
      "<MeterReading>" + (0..<count).map { "<Readings>\(text($0))</Readings>" }.joined() + "</MeterReading>")
  }

  @Test("at most so many findings are kept, and the report says that there are more")
  func limit() throws {
    let payload = try readings(500) {
      "<value>x\($0)</value><ReadingType ref=\"0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0\"/>"
    }
    let report = CodeRules().check(payload)
    #expect(report.findings.count == 200)
    #expect(report.isTruncated)
    let small = CodeRules(limit: 3).check(payload)
    #expect(small.findings.count == 3)
    #expect(small.isTruncated)
    #expect(!CodeRules(limit: 500).check(payload).isTruncated)
  }

  @Test("a reject at the end is not lost behind warnings")
  func rejectStays() throws {
    let payload = try readings(50) { k in
      let period = k == 49 ? "" : ".4"
      return "<value>1</value><ReadingType ref=\"0.0.2\(period).1.1.12.0.0.0.0.0.0.0.0.3.\(1000 + k).0\"/>"
    }
    let report = CodeRules(limit: 10).check(payload)
    #expect(report.findings.count == 10)
    #expect(report.hasReject)
    #expect(report.isTruncated)
  }

  @Test("a text of a megabyte is rejected and not repeated in the finding")
  func longText() throws {
    let report = CodeRules().check(try Sample.reading(String(repeating: "1.", count: 500_000), value: "1"))
    #expect(Sample.brief(report) == ["reject readingType.shape 2.6"])
    #expect((report.findings.first?.message.utf8.count ?? 0) < 1_000)
  }

  @Test("more different codes than are remembered are judged all the same")
  func manyCodes() throws {
    let rules = CodeRules(limit: 20_000)
    let payload = try readings(10_000) {
      "<value>1</value><ReadingType ref=\"\($0 + 2_000).0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0\"/>"
    }
    #expect(rules.check(payload).findings.count == 10_000)
    #expect(rules.check(payload).findings.count == 10_000)
  }
}
