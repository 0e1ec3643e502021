// A store through rules and estimators.
import CIMModel
import MeterStore
import Testing
import VEE

@Suite("Validation, estimation and editing of a store")
struct PipelineTests {
  private static let kWh = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let register = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let day: Int32 = 20_500
  private static let midnight = Int64(day) * 86_400_000_000

  /// Three days of quarter hours; on the last one slot is missing, one negative and one NaN.
  private func store() throws -> MemoryReadingStore {
    let store = MemoryReadingStore()
    try store.write(Batch(kind: "ingest", source: "file", author: "MS")) { writer in
      let meter = try #require(try writer.meter(MeterRecord(mRID: "M1", name: nil, usagePoint: nil)))
      let series = try writer.series(meter: meter.number, readingType: Self.kWh, isInterval: true)
      var run = ReadingRun()
      for slot in -192..<96 where slot != 10 {
        let stamp = Self.midnight + Int64(slot + 1) * 900_000_000
        switch slot {
        case 20: run.append(stamp, mantissa: -5, scale: 3)
        case 30: run.append(stamp, text: "NaN")
        default: run.append(stamp, mantissa: Int64(100 + (slot + 192) % 7), scale: 3)
        }
      }
      run.qualities.append(.init(row: 192, code: try writer.quality("1.2.32")))
      _ = try writer.put(run, series: series, isInterval: true, days: store.days)
    }
    return store
  }

  private func pipeline(_ store: any ReadingStore, _ text: String = "version = 7\n[group all]\n") throws -> VEEPipeline
  {
    VEEPipeline(store: store, settings: try VEESettings(text: text), author: "Ada")
  }

  private func reading(_ store: any ReadingStore, _ slot: Int, upTo batch: Int64? = nil) throws -> String {
    try store.read { reader in
      let run = try reader.readings(1, days: Self.day...Self.day, upTo: batch)
      guard let row = run.stamps.firstIndex(of: Self.midnight + Int64(slot + 1) * 900_000_000) else { return "absent" }
      let codes = try run.qualities.filter { $0.row == row }.compactMap { try reader.qualityCode($0.code) }
      return ([run.text(row) ?? "none"] + codes).joined(separator: " ")
    }
  }

  @Test("what fails is estimated or marked, what passes is 3.0.1, and what was there before can be read")
  func run() throws {
    let store = try store()
    let report = try pipeline(store).run(days: Self.day...Self.day)
    #expect(report.days == 1)
    #expect(report.findings == [.missing: 2, .negative: 1])
    #expect(report.estimated == [.linear: 3])
    #expect(report.changed == 96)
    #expect(try reading(store, 11) == "0.100 3.0.1")
    #expect(try reading(store, 10).hasSuffix(" 3.8.0"))
    #expect(try reading(store, 20).hasSuffix(" 3.8.0"))
    #expect(try reading(store, 30).hasSuffix(" 3.8.0"))
    // The head end's own statement stays.
    #expect(try reading(store, 0).hasSuffix(" 1.2.32 3.0.1"))
    #expect(try reading(store, 10, upTo: 1) == "absent")
    #expect(try reading(store, 20, upTo: 1) == "-0.005")
    #expect(try reading(store, 30, upTo: 1) == "NaN")
  }

  @Test("a second run changes nothing")
  func again() throws {
    let store = try store()
    _ = try pipeline(store).run(days: Self.day...Self.day)
    let report = try pipeline(store).run(days: Self.day...Self.day)
    #expect(report.changed == 0)
    #expect(report.estimated.isEmpty)
  }

  @Test("every value that a rule has touched tells rule, numbers, version and who")
  func why() throws {
    let store = try store()
    _ = try pipeline(store).run(days: Self.day...Self.day)
    try store.read { reader in
      let said = try reader.explanations(1, at: Self.midnight + 21 * 900_000_000)
      #expect(said.map(\.explanation.rule) == ["negative", "linear"])
      #expect(said[0].explanation.inputs == "-0.005 is below zero")
      #expect(said.allSatisfy { $0.explanation.version == "7" })
      #expect(try reader.batch(said[0].batch)?.batch.author == "Ada")
    }
  }

  @Test("an actual value that comes late takes the place of its estimate; the same value once more keeps 3.0.1")
  func late() throws {
    let store = try store()
    _ = try pipeline(store).run(days: Self.day...Self.day)
    try store.write(Batch(kind: "ingest", source: "late", author: "MS")) { writer in
      let own = Set(try OwnQuality.kept.map { try writer.quality($0) })
      var run = ReadingRun()
      run.append(Self.midnight + 11 * 900_000_000, mantissa: 150, scale: 3)
      run.append(Self.midnight + 12 * 900_000_000, mantissa: Int64(100 + (11 + 192) % 7), scale: 3)
      let outcome = try writer.put(run, series: 1, isInterval: true, days: store.days, own: own)
      #expect(outcome == MergeOutcome(changed: 1, same: 1))
    }
    #expect(try reading(store, 10) == "0.150")
    #expect(try reading(store, 11).hasSuffix("3.0.1"))
  }

  @Test("what the register says is met by the estimates of a day")
  func register() throws {
    let store = try store()
    try store.write(Batch(kind: "ingest", source: "file", author: "MS")) { writer in
      let series = try writer.series(meter: 1, readingType: Self.register, isInterval: false)
      var run = ReadingRun()
      run.append(Self.midnight, mantissa: 1_000_000, scale: 3)
      run.append(Self.midnight + 86_400_000_000, mantissa: 1_010_000, scale: 3)
      _ = try writer.put(run, series: series, isInterval: false, days: store.days)
    }
    let settings = "[group all]\nestimate = scaledProfile\nsumTolerance = 0.001"
    _ = try pipeline(store, settings).run(days: Self.day...Self.day)
    let run = try store.read { try $0.readings(1, days: Self.day...Self.day) }
    #expect(run.count == 96)
    #expect((0..<96).compactMap { run.number($0)?.double }.reduce(0, +).rounded(to: 3) == 10)
  }

  @Test("an edit is a version of its own, says who and why, and rules leave it alone")
  func edit() throws {
    let store = try store()
    let series = try #require(try store.read { try $0.series(of: 1) }.first)
    func time(_ slot: Int) -> Timestamp { Timestamp(microseconds: Self.midnight + Int64(slot + 1) * 900_000_000) }
    let outcome = try ReadingEdit.apply(
      [
        ReadingEdit(series: series, time: time(20), change: .value(-7), reason: "read by hand"),
        ReadingEdit(series: series, time: time(10), change: .value(1), reason: "read by hand"),
        ReadingEdit(series: series, time: time(40), change: .reject, reason: "bypassed"),
      ], to: store, author: "Ada")
    #expect(outcome == MergeOutcome(added: 1, changed: 2))
    _ = try pipeline(store).run(days: Self.day...Self.day)
    #expect(try reading(store, 20) == "-7.000 3.7.0")
    #expect(try reading(store, 10) == "1.000 3.7.1")
    #expect(try reading(store, 40).hasSuffix(" 3.7.3"))
    #expect(
      try store.read { try $0.explanations(1, at: time(40).microseconds) }.map(\.explanation.inputs) == ["bypassed"])
    let error = #expect(throws: StoreError.self) {
      try ReadingEdit.apply(
        [ReadingEdit(series: series, time: time(500), change: .reject, reason: "")], to: store, author: "Ada")
    }
    #expect(error?.code == .limit)
  }

  @Test("settings are read with groups; the first group that covers a series counts")
  func settings() throws {
    let settings = try VEESettings(
      text: """
        version = 2026-11  # of the year
        [group large]
        meters = MTR-9*, X1
        types = 0.0.2.4.**
        rules = missing, spike
        maximum = 1000
        spikeFactor = off
        estimate = linear, zero
        historyDays = 7
        [group others]
        zeroRun = 48
        markValid = no
        """)
    #expect(settings.version == "2026-11")
    #expect(settings.groups.map(\.name) == ["large", "others"])
    #expect(settings.groups[0].rules.rules == [.missing, .spike])
    #expect(settings.groups[0].rules.spikeFactor == nil)
    #expect(settings.groups[0].methods == [.linear, .zero])
    #expect(settings.groups[1].rules.zeroRun == 48)
    #expect(!settings.groups[1].marksValid)
  }

  @Test(
    "settings that are not understood are refused with their line",
    arguments: [
      ("[group a]\nnonsense = 1", 2), ("maximum = 1\n[group a]", 1), ("[group a]\nrules = missing, spyke", 2),
      ("[group a]\n\nmaximum = much", 3), ("[group a]\nestimate = guess", 2), ("", 1), ("[group a]\nzeroRun = 0", 2),
      ("[group a]\ntypes = 1.2", 2), ("[group a]\nmaximum", 2),
    ])
  func refused(_ text: String, _ line: Int) {
    let error = #expect(throws: VEESettingsError.self) { try VEESettings(text: text) }
    #expect(error?.line == line)
  }
}

extension Double {
  func rounded(to places: Int) -> Double {
    let factor = (0..<places).reduce(1.0) { number, _ in number * 10 }
    return (self * factor).rounded() / factor
  }
}
