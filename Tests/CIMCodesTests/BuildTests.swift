import CIMCodes
import Foundation
import Testing

@Suite("IEC 61968-9, Annex C ReadingType from words")
struct BuildTests {
  let tables = CodeTables.standard

  @Test(
    "usual words give the usual code first",
    arguments: [
      ("15-minute delta forward active energy kWh", "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
      ("hourly reverse energy Wh", "0.0.7.4.19.1.12.0.0.0.0.0.0.0.0.0.72.0"),
      ("register active energy import kWh", "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
      ("register active energy import, rate B, kWh", "0.0.0.9.1.1.12.0.0.0.0.2.0.0.0.3.72.0"),
      ("instantaneous voltage phase A to neutral", "0.0.0.12.0.1.54.0.0.0.0.0.0.0.129.0.29.0"),
      ("monthly maximum demand W", "13.8.0.6.1.1.8.0.0.0.0.0.0.0.0.0.38.0"),
      ("15min reactive energy q1 kvarh", "0.0.2.4.15.1.12.0.0.0.0.0.0.0.0.3.73.0"),
      ("bulk water volume m³", "0.0.0.1.1.9.58.0.0.0.0.0.0.0.0.0.42.0"),
      ("daily gas consumption cubic feet", "11.0.0.9.1.7.58.0.0.0.0.0.0.0.0.0.119.0"),
      ("MWh delivered 30 min interval", "0.0.5.4.1.1.12.0.0.0.0.0.0.0.0.6.72.0"),
      (
        "Instantaneous electricitySecondaryMetered current harmonic11 phaseA (A)",
        "0.0.0.12.0.1.4.11.1.0.0.0.0.0.128.0.5.0"
      ),
    ])
  func first(words: String, code: String) {
    #expect(tables.proposals(for: words).first?.readingType.description == code)
  }

  @Test("proposals are ranked, differ, and tell what was assumed and what was not understood")
  func ranked() throws {
    let proposals = tables.proposals(for: "15-min wibble delivered energy kWh", limit: 4)
    #expect(proposals.count > 1 && proposals.count <= 4)
    #expect(proposals.map(\.score) == proposals.map(\.score).sorted(by: >))
    #expect(Set(proposals.map(\.readingType)).count == proposals.count)
    let first = try #require(proposals.first)
    #expect(first.unread == ["wibble"])
    #expect(first.assumptions.contains("commodity electricitySecondaryMetered"))
    #expect(proposals.contains { $0.readingType.commodity == 2 }, "primary metering is offered too")
    #expect(ReadingTypeProposal.text(of: proposals).contains("not understood: wibble"))
    #expect(try JSONSerialization.jsonObject(with: Data(first.json.utf8)) is [String: Any])
  }

  @Test(
    "words that say nothing give no proposal",
    arguments: ["", "   ", "wibble", "🙂", "\u{0}", "the of a", String(repeating: "x", count: 100_000)])
  func nothing(words: String) {
    #expect(tables.proposals(for: words).isEmpty)
    #expect(ReadingTypeProposal.text(of: []).contains("no reading type"))
  }

  @Test("a utility's own words are understood")
  func ownWords() throws {
    let own = try CodeTables(adding: [
      .init(table: "word", csv: "phrase,sets\nlastgang,measuringPeriod=2;accumulation=4\n")
    ])
    #expect(
      own.proposals(for: "Lastgang kWh").first?.readingType.description == "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(throws: CodeError.self) {
      try CodeTables(adding: [.init(table: "word", csv: "phrase,sets\nx,nonsense=2\n")])
    }
  }

  @Test("any words at all end in proposals that are codes")
  func anyWords() {
    var random = Repeatable(seed: 4)
    let letters = Array("abcdefghijklmnopqrstuvwxyz 0123456789 -+()/.,WVAh³")
    for _ in 0..<300 {
      let words = String((0..<40).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
      for proposal in tables.proposals(for: words) {
        #expect(ReadingType(proposal.readingType.description) == proposal.readingType)
      }
    }
  }
}
