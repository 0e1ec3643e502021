import CIMModel
import Testing

@Suite("XML Schema Part 2, 3.2.7: instants")
struct TimestampTests {
  @Test(
    "every form of the same instant is read alike",
    arguments: [
      "2026-11-21T10:15:00Z", "2026-11-21T10:15:00.000Z", "2026-11-21T11:15:00+01:00", "2026-11-21T05:45:00-04:30",
      " 2026-11-21T10:15:00Z\n", "2026-11-21T10:15:00",
    ])
  func forms(_ text: String) throws {
    #expect(try #require(Timestamp(xmlText: text)).xmlText == "2026-11-21T10:15:00Z")
  }

  @Test(
    "what is no instant is refused",
    arguments: [
      "", "2026-11-21", "2026-11-21 10:15:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-21T24:00:01Z",
      "2026-11-21T10:60:00Z", "2026-11-21T10:15:60Z", "2026-11-21T10:15Z", "2026-11-21T10:15:00.Z",
      "2026-11-21T10:15:00+14:01", "2026-11-21T10:15:00z", "0000-01-01T00:00:00Z", "٢٠٢٦-11-21T10:15:00Z",
    ])
  func refused(_ text: String) {
    #expect(Timestamp(xmlText: text) == nil)
  }

  @Test("24:00:00 is the first instant of the next day")
  func midnight() throws {
    #expect(try #require(Timestamp(xmlText: "2024-02-28T24:00:00Z")).xmlText == "2024-02-29T00:00:00Z")
  }

  @Test("digits beyond the microsecond are dropped")
  func digits() throws {
    #expect(
      try #require(Timestamp(xmlText: "2026-11-21T10:15:45.0000012+05:00")).xmlText == "2026-11-21T05:15:45.000001Z")
  }

  @Test("a stamp without a zone is refused where one is demanded")
  func zoneless() {
    #expect(Timestamp(xmlText: "2026-11-21T10:15:00", zoneOffsetMinutes: nil) == nil)
    #expect(Timestamp(xmlText: "2026-11-21T10:15:00", zoneOffsetMinutes: 60)?.xmlText == "2026-11-21T09:15:00Z")
  }

  @Test("days and dates are each other's inverse over 800 years")
  func calendar() {
    for day in stride(from: -150_000, to: 150_000, by: 7) {
      let date = CivilDate(daysSinceEpoch: day)
      #expect(date.daysSinceEpoch == day)
      #expect((1...12).contains(date.month) && date.day <= CivilDate.daysIn(month: date.month, ofYear: date.year))
    }
    #expect(CivilDate(daysSinceEpoch: 0) == CivilDate(year: 1970, month: 1, day: 1))
  }

  @Test("text and value are each other's inverse")
  func roundTrip() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let time = Timestamp(
        microseconds: Int64.random(in: -62_000_000_000_000_000...250_000_000_000_000_000, using: &generator))
      #expect(Timestamp(xmlText: time.xmlText) == time)
    }
  }
}
