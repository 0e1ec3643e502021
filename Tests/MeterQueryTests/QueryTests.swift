// Questions, spans, and what comes out goes in again.
import LocalTime
import CIMCodes
import CIMModel
import CIMProfiles
import MeterIngest
import MeterQuery
import MeterStore
import Testing

@Suite("Queries of readings")
struct QueryTests {
  private static let kWh = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let register = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  // The day of 25 hours in Berlin, 2026-10-25; it begins at 22:00 UTC.
  private static let start: Int64 = 1_792_879_200

  private func store() throws -> MemoryReadingStore {
    let zone = try #require(ZoneRules(posix: "CET-1CEST,M3.5.0,M10.5.0/3"))
    let store = MemoryReadingStore(zone: zone)
    try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
      let meter = try #require(
        try writer.meter(MeterRecord(mRID: "id<&>\"1", name: "MTR, \"1\"", usagePoint: "UP1")))
      let series = try writer.series(meter: meter.number, readingType: Self.kWh, isInterval: true)
      var run = ReadingRun()
      for quarter in 1...200 { run.append((Self.start + Int64(quarter) * 900) * 1_000_000, mantissa: 25, scale: 2) }
      run.qualities.append(.init(row: 3, code: try writer.quality("3.8.0")))
      _ = try writer.put(run, series: series, isInterval: true, days: store.days)
      let other = try writer.series(meter: meter.number, readingType: Self.register, isInterval: false)
      var states = ReadingRun()
      states.append(Self.start * 1_000_000, mantissa: 1000, scale: 0)
      states.append((Self.start + 86_400) * 1_000_000, text: "12345678901234567890.5")
      _ = try writer.put(states, series: other, isInterval: false, days: store.days)
      let held = try #require(
        try writer.meter(MeterRecord(mRID: "H", name: nil, usagePoint: nil, state: .held)))
      let third = try writer.series(meter: held.number, readingType: Self.kWh, isInterval: true)
      _ = try writer.put(run, series: third, isInterval: true, days: store.days)
    }
    return store
  }

  private func ask(_ store: any ReadingStore, _ query: ReadingQuery) throws -> [SeriesReadings] {
    var found: [SeriesReadings] = []
    try query.run(on: store) { found.append($0) }
    return found
  }

  private func query(_ hours: ClosedRange<Int64>, _ meters: [String] = ["UP1"]) -> ReadingQuery {
    ReadingQuery(
      meters: meters, from: Timestamp(seconds: Self.start + hours.lowerBound * 3600),
      to: Timestamp(seconds: Self.start + hours.upperBound * 3600))
  }

  @Test("a member of a group that is silent makes the profile incomplete; types of which nobody has a number stay away")
  func silentMember() throws {
    let store = try store()
    try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
      let meter = try #require(try writer.meter(MeterRecord(mRID: "silent", name: nil, usagePoint: nil)))
      let series = try writer.series(meter: meter.number, readingType: Self.kWh, isInterval: true)
      var run = ReadingRun()
      run.append((Self.start - 86_400) * 1_000_000, mantissa: 25, scale: 2)
      _ = try writer.put(run, series: series, isInterval: true, days: store.days)
    }
    func codes(includesEmpty: Bool) throws -> [[[String]]] {
      var question = query(3...4, ["UP1", "silent"])
      question.includesEmpty = includesEmpty
      var profile = GroupProfile(.sum, name: "G")
      try question.run(on: store) { profile.add($0) }
      return profile.series.map { $0.readings.map(\.qualities) }
    }
    #expect(try codes(includesEmpty: true) == [Array(repeating: ["3.11.1"], count: 4)])
    #expect(try codes(includesEmpty: false) == [Array(repeating: ["3.11.0"], count: 4)])
  }

  @Test("a period has the intervals that end in it, and the instants from its begin")
  func period() throws {
    let found = try ask(store(), query(0...1))
    #expect(found.map(\.readings.count) == [4, 1])
    #expect(found[0].readings.first?.time == Timestamp(seconds: Self.start + 900))
    #expect(found[1].readings.map(\.value) == ["1000"])
  }

  @Test("types by pattern, qualities, held meters, unknown meters")
  func filters() throws {
    var pattern = query(0...48)
    pattern.readingTypes = try ReadingTypePattern(parsing: "0.0.2.4.**")
    #expect(try ask(store(), pattern).map(\.series.readingType) == [Self.kWh])
    pattern.qualities = ["3.8.0"]
    #expect(try ask(store(), pattern).first?.readings.count == 1)
    var all = query(0...48, [])
    #expect(try ask(store(), all).count == 2)
    all.includesHeld = true
    #expect(try ask(store(), all).count == 3)
    let error = #expect(throws: StoreError.self) { try ask(store(), query(0...1, ["nobody"])) }
    #expect(error?.code == .unknownMeter)
    let period = #expect(throws: StoreError.self) { try ask(store(), query(0...1_000_000)) }
    #expect(period?.code == .limit)
  }

  @Test("the day of 25 hours sums a hundred quarter hours, and hours and months end where local time does")
  func spans() throws {
    let store = try store()
    let intervals = try #require(try ask(store, query(0...50)).first)
    let days = intervals.combined(over: .day, days: store.days)
    #expect(days.readings.map(\.value) == ["25.00", "24.00", "1.00"])
    #expect(days.readings[0].time == Timestamp(seconds: Self.start + 25 * 3600))
    #expect(days.readings[0].qualities == ["3.8.0", "3.11.0"])
    #expect(intervals.combined(over: .hour, days: store.days).readings.allSatisfy { $0.value == "1.00" })
    let month = intervals.combined(over: .month, days: store.days)
    #expect(month.readings.map(\.value) == ["50.00"])
    // 2026-11-01 00:00 in Berlin.
    #expect(month.readings[0].time == Timestamp(xmlText: "2026-10-31T23:00:00Z"))
    let register = try #require(try ask(store, query(0...50)).last)
    #expect(register.combination == .last)
    #expect(register.combined(over: .month, days: store.days).readings.map(\.value) == ["12345678901234567890.5"])
  }

  @Test("CSV and XML go in again as what they were", arguments: ["csv", "xml"])
  func roundTrip(_ format: String) throws {
    let store = try store()
    var text = format == "csv" ? ReadingText.csvHeader : ReadingText.xmlHead
    try query(0...50).run(on: store) { text += format == "csv" ? ReadingText.csv($0) : ReadingText.xml($0) }
    if format == "xml" { text += ReadingText.xmlTail }
    let copy = MemoryReadingStore(zone: store.days.zone)
    let ingest = ReadingIngest(store: copy, now: { Timestamp(seconds: Self.start + 1_000_000) })
    let source = ReadingIngest.Source(name: "copy", key: "copy", author: "tester")
    func feed(_ take: (UnsafeRawBufferPointer) throws -> Void) throws { try Array(text.utf8).withUnsafeBytes(take) }
    let report =
      format == "csv"
      ? try ingest.ingestCSV(source, feed: feed)
      : try ingest.ingest(source, resolver: SchemaLibrary.standard, feed: feed)
    #expect(report.breach == nil)
    #expect(report.outcome == MergeOutcome(added: 202))
    let known = try ask(store, query(0...50)).map(\.readings)
    #expect(try ask(copy, query(0...50, ["id<&>\"1"])).map(\.readings) == known)
  }

  @Test("JSON keeps values as texts")
  func json() throws {
    let line = try #require(try ask(store(), query(0...50)).last.map { ReadingText.json($0) })
    #expect(line.contains("\"meter\":\"id<&>\\\"1\""))
    #expect(line.contains("\"value\":\"12345678901234567890.5\""))
    #expect(line.hasSuffix("]}\n"))
  }

  @Test("a reading's history has every state, who made it and why")
  func history() throws {
    let store = try store()
    let time = Timestamp(seconds: Self.start + 1800)
    let series = try #require(try store.read { try $0.series(of: 1) }.first)
    try store.write(Batch(kind: "edit", source: "desk", author: "Ada")) { writer in
      var run = ReadingRun()
      run.append(time.microseconds, mantissa: 7, scale: 0)
      run.qualities.append(.init(row: 0, code: try writer.quality("3.7.0")))
      _ = try writer.put(run, series: series.number, isInterval: true, days: store.days)
      try writer.explain(
        Explanation(rule: "manual", inputs: "meter was bypassed", version: "1"), series: series.number,
        at: time.microseconds)
    }
    let history = try #require(try ReadingHistory(of: series, at: time, in: store))
    #expect(history.states.map(\.value) == ["0.25", "7.00"])
    #expect(history.states.map(\.batch.batch.author) == ["a", "Ada"])
    #expect(history.states[1].qualities == ["3.7.0"])
    #expect(history.states[1].explanations.map(\.inputs) == ["meter was bypassed"])
    // Its neighbour was not touched, though its day was.
    let neighbour = Timestamp(seconds: Self.start + 2700)
    #expect(try ReadingHistory(of: series, at: neighbour, in: store)?.states.count == 1)
    #expect(try ReadingHistory(of: series, at: Timestamp(seconds: 5), in: store) == nil)
  }

  @Test("a chart is as wide as told, with its largest value on top")
  func chart() throws {
    var series = try #require(try ask(store(), query(0...50)).first)
    series.readings[10].value = "0.50"
    var chart = ReadingChart()
    chart.width = 60
    let lines = chart.lines(series)
    #expect(lines.count == 9)
    #expect(lines.dropLast().allSatisfy { $0.count <= 60 })
    #expect(lines[0].contains("0.500 │"))
    #expect(lines[0].contains(where: { "▁▂▃▄▅▆▇█".contains($0) }))
    #expect(lines[8].contains("sum 50.25"))
    series.readings = []
    #expect(chart.lines(series) == ["no numbers in this period"])
  }
}
