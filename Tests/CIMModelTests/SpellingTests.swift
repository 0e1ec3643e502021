import CIMModel
import Testing

@Suite("Names that were probably meant")
struct SpellingTests {
  private let names = ["mRID", "MeterReading", "ReadingType", "Reading", "ref"]

  @Test(
    "a name is found by other case, else by two letters at most and fewer than a third of the word",
    arguments: [
      ("mrid", "mRID"), ("MRID", "mRID"), ("MeterReadin", "MeterReading"), ("MeterRaeding", "MeterReading"),
      ("MeterRaedings", nil),
      ("Readings", "Reading"), ("REF", "ref"), ("raf", nil), ("Meter", nil), ("", nil),
    ])
  func nearest(_ word: String, _ expected: String?) {
    #expect(Spelling.nearest(to: word, among: names) == expected)
  }

  @Test("a word is no advice for itself, and an endless one is not compared")
  func none() {
    #expect(Spelling.nearest(to: "Reading", among: ["Reading"]) == nil)
    let long = String(repeating: "a", count: 100)
    #expect(Spelling.nearest(to: long + "b", among: [long]) == nil)
  }
}
