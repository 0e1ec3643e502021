// The utility's days against another implementation of time zones.
import CIMModel
import LocalTime
import Testing

@Suite("Local days of zones")
struct LocalDaysTests {
  private static let hasZones = ZoneRules.named("Europe/Berlin") != nil

  @Test("days begin and end where Python's zoneinfo says", .enabled(if: hasZones))
  func days() throws {
    var cache: [String: LocalDays] = [:]
    var count = 0
    for line in zoneExpectations.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let days = try cache[words[0]] ?? LocalDays(#require(ZoneRules.named(words[0])))
      cache[words[0]] = days
      let parts = words[1].split(separator: "-").compactMap { Int($0) }
      let day = LocalDays.number(CivilDate(year: parts[0], month: parts[1], day: parts[2]))
      let start = try #require(Int64(words[2])) * 1_000_000
      #expect(days.instants(of: day).lowerBound == start, "\(line)")
      #expect(days.length(of: day) == Int(words[3]), "\(line)")
      count += 1
    }
    #expect(count > 80)
  }

  @Test(
    "the rule of POSIX gives the same days as the zone's file", .enabled(if: hasZones),
    arguments: [
      ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"), ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
      ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
      ("America/Santiago", "<-04>4<-03>,M9.1.6/24,M4.1.6/24"),
    ])
  func posix(_ name: String, _ text: String) throws {
    let file = LocalDays(try #require(ZoneRules.named(name)))
    let rule = LocalDays(try #require(ZoneRules(posix: text)))
    for day in Int32(20_450)..<Int32(21_200) { #expect(file.instants(of: day) == rule.instants(of: day), "\(day)") }
  }

  @Test(
    "every instant lies in the day that is found for it, and days leave no gap", .enabled(if: hasZones),
    arguments: [
      "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe",
    ])
  func consistent(_ name: String) throws {
    var days = LocalDays(try #require(ZoneRules.named(name)))
    // 2011 to 2019, every seven hours and a second.
    for second in stride(from: Int64(1_293_840_000), to: 1_577_836_800, by: 25_201) {
      let day = days.day(of: second * 1_000_000)
      #expect(days.instants(of: day).contains(second * 1_000_000))
      #expect(days.instants(of: day).upperBound == days.instants(of: day + 1).lowerBound)
    }
  }

  @Test("a day of 25 hours is one day", .enabled(if: hasZones))
  func autumn() throws {
    var days = LocalDays(try #require(ZoneRules.named("Europe/Berlin")))
    let day = LocalDays.number(CivilDate(year: 2026, month: 10, day: 25))
    let instants = days.instants(of: day)
    #expect(days.length(of: day) == 90_000)
    for hour in 0..<25 { #expect(days.day(of: instants.lowerBound + Int64(hour) * 3_600_000_000) == day) }
    #expect(days.day(of: instants.upperBound) == day + 1)
  }

  @Test(
    "what is no zone is none",
    arguments: [
      "", "X", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "../../etc/passwd", "+25:00",
      "CET-1x",
    ])
  func noZone(_ text: String) {
    if text == "CET" {
      // The file has it, POSIX does not.
      #expect(ZoneRules(posix: text) == nil)
    } else {
      #expect(ZoneRules.named(text) == nil)
    }
  }

  @Test("a zone file cut anywhere is refused or gives the same zone, and never ends the process")
  func cut() throws {
    var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    bytes += [UInt8](repeating: 0, count: 24)
    for length in 0...bytes.count { #expect(ZoneRules(name: "x", zoneFile: Array(bytes[..<length])) == nil) }
    // Counts that are larger than any file.
    var huge = bytes
    for place in 20..<44 { huge[place] = 0x7F }
    #expect(ZoneRules(name: "x", zoneFile: huge) == nil)
  }
}
