// GetMeterReadings over a store.
import LocalTime
import CIMCodes
import CIMModel
import MeterQuery
import MeterStore
import Synchronization
import Testing

@Suite("IEC 61968-9, Annex J: GetMeterReadings over a store")
struct InquiryTests {
  private static let kWh = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let register = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let midnight: Int64 = 20_500 * 86_400

  /// Meters M1 to M3 with 96 intervals and two registers each, H held.
  private func store() throws -> MemoryReadingStore {
    let store = MemoryReadingStore()
    try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
      for name in ["M1", "M2", "M3", "H"] {
        let meter = try #require(
          try writer.meter(
            MeterRecord(
              mRID: name, name: "name of " + name, usagePoint: "UP" + name, state: name == "H" ? .held : .active)))
        var run = ReadingRun()
        for quarter in 1...96 {
          run.append((Self.midnight + Int64(quarter) * 900) * 1_000_000, mantissa: Int64(quarter), scale: 0)
        }
        run.qualities.append(.init(row: 7, code: try writer.quality("3.8.0")))
        let series = try writer.series(meter: meter.number, readingType: Self.kWh, isInterval: true)
        _ = try writer.put(run, series: series, isInterval: true, days: store.days)
        var states = ReadingRun()
        for day in 0...1 {
          states.append((Self.midnight + Int64(day) * 86_400) * 1_000_000, mantissa: Int64(day), scale: 0)
        }
        let register = try writer.series(meter: meter.number, readingType: Self.register, isInterval: false)
        _ = try writer.put(states, series: register, isInterval: false, days: store.days)
      }
    }
    return store
  }

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: Self.midnight + seconds) }

  private func inquiry(_ periods: [(Int64?, Int64?)]) -> ReadingInquiry {
    ReadingInquiry(ReadingPeriods(periods.map { .init(start: $0.0.map(time), end: $0.1.map(time)) }))
  }

  @Test("periods may overlap, lie in any order or be open; an interval is in by its end, a register at both ends")
  func periods() throws {
    let store = try store()
    func counts(_ periods: [(Int64?, Int64?)]) throws -> [Int] {
      var question = inquiry(periods)
      question.objects = [.init(.endDevice, ["M1"])]
      return try question.run(on: store).series.map(\.readings.count)
    }
    #expect(try counts([(0, 86_400)]) == [96, 2])
    #expect(try counts([(1800, 3600), (0, 2700)]) == [4, 1])
    #expect(try counts([(900, 1800), (3600, 4500)]) == [2])
    #expect(try counts([(nil, nil)]) == [96, 2])
    #expect(try counts([(86_400, nil)]) == [1])
    #expect(try counts([(nil, 0)]) == [1])
    #expect(try counts([(3600, 0)]) == [])
    #expect(try counts([]) == [])
  }

  @Test("kinds narrow each other, objects of one kind are alternatives")
  func objects() throws {
    let store = try store()
    let groups = MeterGroups([.init(name: "G", members: ["M2", "UPM3"]), .init(name: "all", members: ["M*", "H"])])
    func meters(_ objects: [ReadingInquiry.Named]) throws -> (names: [String], answer: ReadingInquiry.Answer) {
      var question = inquiry([(0, 900)])
      question.objects = objects
      let answer = try question.run(on: store, groups: groups)
      return (answer.series.filter(\.series.isInterval).map(\.meter.key), answer)
    }
    #expect(try meters([]).names == ["M1", "M2", "M3"])
    #expect(try meters([.init(.endDevice, ["M3"]), .init(.endDevice, ["name of M1"])]).names == ["M1", "M3"])
    #expect(try meters([.init(.usagePointGroup, ["G"])]).names == ["M2", "M3"])
    #expect(try meters([.init(.endDeviceGroup, ["G"]), .init(.usagePoint, ["UPM3"])]).names == ["M3"])
    let apart = try meters([.init(.endDevice, ["M1"]), .init(.usagePoint, ["UPM3"])])
    #expect(apart.names.isEmpty && apart.answer.problems.map(\.code) == ["2.13"])
    // A usage point is no device.
    #expect(try meters([.init(.endDevice, ["UPM1"])]).answer.unknown.map(\.label) == ["UPM1"])
    #expect(try meters([.init(.endDeviceGroup, ["X"])]).answer.unknown.map(\.kind) == [.endDeviceGroup])
    let held = try meters([.init(.endDevice, ["H"])])
    #expect(held.names.isEmpty && held.answer.problems.map(\.code) == ["6.2"])
    #expect(try meters([.init(.endDeviceGroup, ["all"])]).names == ["M1", "M2", "M3"])
  }

  @Test(
    "pages end where they are full and go on behind the marker; all pages together are the whole",
    arguments: [1, 7, 96, 98, 400])
  func pages(size: Int) throws {
    let store = try store()
    var question = inquiry([(nil, nil)])
    let whole = try question.run(on: store)
    #expect(whole.count == 3 * 98 && whole.next == nil)
    question.limit = size
    var values: [String] = []
    var pages = 0
    repeat {
      let page = try question.run(on: store)
      #expect(page.count <= size && page.count == page.series.reduce(0) { $0 + $1.readings.count })
      values += page.series.flatMap { one in
        one.readings.map { "\(one.meter.key) \(one.series.readingType) \($0.time)" }
      }
      // Markers travel as text.
      question.after = page.next.flatMap { ReadingInquiry.Marker($0.description) }
      pages += 1
    } while question.after != nil && pages < 1000
    #expect(
      values
        == whole.series.flatMap { one in one.readings.map { "\(one.meter.key) \(one.series.readingType) \($0.time)" } })
    #expect(pages == (294 + size - 1) / size)
  }

  @Test(
    "a meter without such readings is told of on one page only, be its neighbours' pages full or not", arguments: 1...4)
  func emptyOnOnePage(size: Int) throws {
    let store = try store()
    try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
      for name in ["E", "Z"] { _ = try writer.meter(MeterRecord(mRID: name, name: nil, usagePoint: nil)) }
      let meter = try #require(try writer.meter(MeterRecord(mRID: "M9", name: nil, usagePoint: nil)))
      let series = try writer.series(meter: meter.number, readingType: Self.kWh, isInterval: true)
      var run = ReadingRun()
      run.append((Self.midnight + 900) * 1_000_000, mantissa: 9, scale: 0)
      _ = try writer.put(run, series: series, isInterval: true, days: store.days)
    }
    var question = inquiry([(0, 1800)])
    question.readingTypes = [try ReadingTypePattern(parsing: Self.kWh)]
    question.objects = ["M1", "E", "H", "Z", "M9"].map { .init(.endDevice, [$0]) }
    question.limit = size
    var (empty, problems, readings, pages) = ([String](), [String](), 0, 0)
    repeat {
      let page = try question.run(on: store)
      empty += page.empty.map(\.object.label)
      problems += page.problems.map(\.code)
      readings += page.count
      question.after = page.next.flatMap { ReadingInquiry.Marker($0.description) }
      pages += 1
    } while question.after != nil && pages < 10
    #expect(empty == ["E", "Z"] && problems == ["6.2"] && readings == 3)
  }

  @Test("a stray stamp in the year 9999 does not make an open period walk there day by day")
  func stray() throws {
    let store = try store()
    try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
      let meter = try #require(try writer.meter(MeterRecord(mRID: "M1", name: nil, usagePoint: nil)))
      let series = try writer.series(meter: meter.number, readingType: Self.kWh, isInterval: true)
      var run = ReadingRun()
      run.append(253_402_300_000 * 1_000_000, mantissa: 9, scale: 0)
      _ = try writer.put(run, series: series, isInterval: true, days: store.days)
    }
    let counting = CountingStore(store: store)
    let answer = try inquiry([(nil, nil)]).run(on: counting)
    #expect(answer.count == 3 * 98 + 1)
    // Six series, for each a part of 31 days here and the day there.
    #expect(counting.daysRead.load(ordering: .relaxed) <= 6 * 32)
  }

  @Test("without pages too much is 3.1")
  func tooMuch() throws {
    let store = try store()
    let problem = #expect(throws: ReadingInquiry.Problem.self) { try inquiry([(nil, nil)]).run(on: store, most: 293) }
    #expect(problem?.code == "3.1")
    #expect(try inquiry([(nil, nil)]).run(on: store, most: 294).count == 294)
  }

  @Test("the profile is read with all its parts, the options of the Request too")
  func profile() throws {
    var root = Element("GetMeterReadings", in: "http://iec.ch/TC57/2011/GetMeterReadings#")
    root.append("EndDevice") { $0.append("mRID", "M1") }
    root.append("EndDeviceGroup") { $0.append("Names") { $0.append("name", "G") } }
    root.append("Reading") { $0.append("timePeriod") { $0.append("start", "2026-02-16T00:00:00Z") } }
    root.append("ReadingQuality") { $0.append("ReadingQualityType") { $0.append("mRID", "3.8.*") } }
    root.append("ReadingType") { $0.append("Names") { $0.append("name", "0.0.2.4.**") } }
    root.append("TimeSchedule") {
      $0.append("scheduleInterval") {
        $0.append("end", "2026-02-16T02:00:00Z")
        $0.append("start", "2026-02-16T01:00:00Z")
      }
    }
    root.append("UsagePoint") { $0.append("mRID", "UPM1") }
    root.append("UsagePointGroup") { $0.append("mRID", "H") }
    let question = try ReadingInquiry(
      root, options: [("limit", "5"), ("$page.marker", "1.2.3"), ("knownAt", "2026-02-17T00:00:00Z"), ("other", nil)])
    #expect(question.objects.map(\.kind) == [.endDevice, .endDeviceGroup, .usagePoint, .usagePointGroup])
    #expect(question.objects.map(\.label) == ["M1", "G", "UPM1", "H"])
    #expect(question.readingTypes.map(\.description) == ["0.0.2.4.**"])
    #expect(question.limit == 5 && question.after == .init(meter: 1, series: 2, stamp: 3))
    #expect(question.asOf == Timestamp(seconds: 1_771_286_400))
    var plain = ReadingInquiry(question.periods)
    plain.qualities = question.qualities
    // Both periods, the open one too, and of its qualities the estimate only.
    let answer = try plain.run(on: store())
    #expect(answer.series.map(\.readings.count) == [1, 1, 1])
    #expect(answer.series.first?.readings.first?.value == "8")
    for (name, value) in [("limit", "0"), ("limit", "x"), ("$page.marker", "1"), ("knownAt", "yesterday")] {
      let problem = #expect(throws: ReadingInquiry.Problem.self) { try ReadingInquiry(root, options: [(name, value)]) }
      #expect(problem?.code == "1.8")
    }
    root.append("ReadingType") { $0.append("mRID", "kWh") }
    #expect(throws: ReadingInquiry.Problem.self) { try ReadingInquiry(root) }
  }
}

/// Counts the days that are asked for.
private final class CountingStore: ReadingStore {
  let store: MemoryReadingStore
  let daysRead = Atomic<Int>(0)
  var days: LocalDays { store.days }

  init(store: MemoryReadingStore) { self.store = store }

  func write<Value>(_ batch: Batch, _ body: (any BatchWriter) throws -> Value) throws -> Value {
    try store.write(batch, body)
  }

  func read<Value>(_ body: (any StoreReader) throws -> Value) throws -> Value {
    try store.read { try body(CountingReader(reader: $0, counter: self)) }
  }
}

private final class CountingReader: StoreReader {
  let reader: any StoreReader
  let counter: CountingStore

  init(reader: any StoreReader, counter: CountingStore) {
    self.reader = reader
    self.counter = counter
  }

  func readings(_ series: Int64, days: ClosedRange<Int32>, upTo batch: Int64?, into run: inout ReadingRun) throws {
    counter.daysRead.add(days.count, ordering: .relaxed)
    try reader.readings(series, days: days, upTo: batch, into: &run)
  }

  func meter(_ key: String) throws -> MeterRecord? { try reader.meter(key) }
  func meters(after number: Int64, limit: Int) throws -> [MeterRecord] {
    try reader.meters(after: number, limit: limit)
  }
  func series(of meter: Int64) throws -> [SeriesRecord] { try reader.series(of: meter) }
  func storedDays() throws -> ClosedRange<Int32>? { try reader.storedDays() }
  func storedDay(from day: Int32) throws -> Int32? { try reader.storedDay(from: day) }
  func qualityCode(_ number: Int32) throws -> String? { try reader.qualityCode(number) }
  func batch(asOf time: Timestamp) throws -> Int64 { try reader.batch(asOf: time) }
  func batch(_ number: Int64) throws -> BatchRecord? { try reader.batch(number) }
  func batches(_ series: Int64, day: Int32) throws -> [BatchRecord] { try reader.batches(series, day: day) }
  func explanations(_ series: Int64, at stamp: Int64) throws -> [(batch: Int64, explanation: Explanation)] {
    try reader.explanations(series, at: stamp)
  }
  func file(_ key: String) throws -> FileProgress? { try reader.file(key) }
  func refused(limit: Int) throws -> [RefusedReading] { try reader.refused(limit: limit) }
}

@Suite("Files of groups")
struct MeterGroupsTests {
  @Test("groups, members with any ending, comments")
  func reads() throws {
    let groups = try MeterGroups(text: "# all\n[group a b]\nmeters = M1, X*  # two\nusagePoints=UP\n\n[group c]\n")
    #expect(groups.groups.map(\.name) == ["a b", "c"])
    #expect(groups["a b"]?.members == ["M1", "X*", "UP"])
    let group = try #require(groups["a b"])
    #expect(group.covers(MeterRecord(mRID: nil, name: "X12", usagePoint: nil)))
    #expect(!group.covers(MeterRecord(mRID: "M12", name: "AX", usagePoint: "UP1")))
  }

  @Test(
    "what is not understood is named with its line",
    arguments: [("meters = a", 1), ("[group a]\nkilowatts = 3", 2), ("[group a]\n\n[group a]", 3), ("[group ]", 1)])
  func refuses(text: String, line: Int) {
    let error = #expect(throws: MeterGroupsError.self) { try MeterGroups(text: text) }
    #expect(error?.line == line)
  }
}
