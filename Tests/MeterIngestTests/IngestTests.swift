// Documents into a store.
import LocalTime
import CIMModel
import CIMProfiles
import MeterIngest
import MeterStore
import Testing

@Suite("Intake of MeterReadings")
struct IngestTests {
  private typealias Value = IngestDocument.Value
  private static let now = Timestamp(seconds: IngestDocument.midnight + 2 * 86_400)

  private func ingest(
    _ store: any ReadingStore, _ bytes: [UInt8], key: String = "f", policy: IngestPolicy = IngestPolicy(),
    piece: Int = 1 << 16
  ) throws -> IngestReport {
    let source = ReadingIngest.Source(name: "file.xml", key: key, author: "tester")
    return try ReadingIngest(store: store, policy: policy, now: { Self.now })
      .ingest(source, resolver: SchemaLibrary.standard) { take in
        var start = 0
        while start < bytes.count {
          let end = min(bytes.count, start + piece)
          try bytes[start..<end].withUnsafeBytes(take)
          start = end
        }
      }
  }

  private func texts(_ store: any ReadingStore, _ meter: String) throws -> [String] {
    try store.read { reader in
      guard let record = try reader.meter(meter) else { return [] }
      var found: [String] = []
      for series in try reader.series(of: record.number) {
        let run = try reader.readings(series.number, days: IngestDocument.day - 3...IngestDocument.day + 900)
        for row in 0..<run.count {
          let codes = try run.qualities.filter { $0.row == row }.compactMap { try reader.qualityCode($0.code) }
          found.append(([run.text(row) ?? "none"] + codes).joined(separator: " "))
        }
      }
      return found
    }
  }

  @Test(
    "what is in the document is in the store, twice the same as once, in pieces of any size",
    arguments: [7, 1000, 1 << 16])
  func takesIn(_ piece: Int) throws {
    let store = MemoryReadingStore()
    var values = IngestDocument.quarters()
    values[3].quality = "3.8.0"
    let bytes = IngestDocument.document(
      IngestDocument.meterReading("M1", values)
        + IngestDocument.meterReading(
          "M1", [Value(second: IngestDocument.midnight, text: "1234.5")], type: IngestDocument.register, kind: "reading"
        )
        + IngestDocument.meterReading("M2", IngestDocument.quarters(4)))
    let report = try ingest(store, bytes, piece: piece)
    #expect(report.outcome == MergeOutcome(added: 101))
    #expect(report.createdMeters == 2)
    #expect(report.breach == nil)
    #expect(try texts(store, "M1").count == 97)
    #expect(try texts(store, "M1")[3] == "0.004 3.8.0")
    #expect(try texts(store, "M1").last == "1234.5")
    #expect(try ingest(store, bytes, piece: piece).wasComplete)
    #expect(try ingest(store, bytes, key: "another", piece: piece).outcome == MergeOutcome(same: 101))
  }

  @Test("intake that stopped goes on where it was, and nothing is stored twice")
  func resumes() throws {
    struct Crash: Error {}
    let store = MemoryReadingStore()
    // Enough for several hand-overs of the decoder.
    let bytes = IngestDocument.document(
      (0..<200).map { IngestDocument.meterReading("M\($0)", IngestDocument.quarters()) }.joined())
    var policy = IngestPolicy()
    policy.readingsPerCommit = 960
    let source = ReadingIngest.Source(name: "file.xml", key: "f", author: "tester")
    #expect(throws: Crash.self) {
      try ReadingIngest(store: store, policy: policy, now: { Self.now })
        .ingest(source, resolver: SchemaLibrary.standard) { take in
          try bytes[..<(bytes.count * 3 / 4)].withUnsafeBytes(take)
          throw Crash()
        }
    }
    let done = try #require(try store.read { try $0.file("f") })
    #expect(done.state == .underWay)
    #expect(done.done > 40 && done.done < 160 && done.done % 10 == 0)
    let report = try ingest(store, bytes, policy: policy)
    #expect(report.resumed == Int(done.done))
    #expect(report.outcome == MergeOutcome(added: (200 - Int(done.done)) * 96))
    #expect(try texts(store, "M199").count == 96)
    #expect(try texts(store, "M0").count == 96)
  }

  @Test("a document that breaks off gives what stands before, and says where it is wrong")
  func broken() throws {
    let store = MemoryReadingStore()
    let good = IngestDocument.meterReading("M1", IngestDocument.quarters(2))
    let bad = "<MeterReading><nonsense/></MeterReading>"
    let report = try ingest(store, IngestDocument.document(good + bad))
    #expect(report.breach != nil)
    #expect(try texts(store, "M1").count == 2)
    #expect(try store.read { try $0.file("f") }?.state == .broken)
    let cut = Array(IngestDocument.document(good + good).dropLast(30))
    #expect(try ingest(store, cut, key: "g").breach != nil)
  }

  @Test("MeterReadings of a namespace nobody knows are refused, with place and names")
  func foreign() throws {
    let report = try ingest(MemoryReadingStore(), Array("\n<MeterReadings xmlns=\"urn:vendor\"/>".utf8))
    let words = "line 2, column 1: no schema is loaded for 'MeterReadings' in namespace 'urn:vendor'"
    #expect(report.breach?.hasPrefix(words) == true)
    #expect(report.outcome == MergeOutcome())
  }

  @Test("days are the utility's: readings of a night in two local days lie in two blocks")
  func localDays() throws {
    let store = MemoryReadingStore(zone: ZoneRules(name: "+01:00", offset: 3600))
    // 22:15 to 24:00 UTC, which is 23:15 to 01:00 local.
    let values = (-7...0).map { Value(second: IngestDocument.midnight + Int64($0) * 900, text: "1") }
    _ = try ingest(store, IngestDocument.document(IngestDocument.meterReading("M1", values)))
    let counts = try store.read { reader in
      try (IngestDocument.day - 2...IngestDocument.day).map { try reader.readings(1, days: $0...$0).count }
    }
    // Four end by midnight, the last of them at it.
    #expect(counts == [0, 4, 4])
  }

  // MARK: Bad input

  @Test(
    "readings of unknown meters are added, held or refused, as the policy says",
    arguments: IngestPolicy.UnknownMeters.allCases)
  func unknownMeters(_ choice: IngestPolicy.UnknownMeters) throws {
    let store = MemoryReadingStore()
    var policy = IngestPolicy()
    policy.unknownMeters = choice
    let report = try ingest(
      store, IngestDocument.document(IngestDocument.meterReading("M1", IngestDocument.quarters(3))), policy: policy)
    let meter = try store.read { try $0.meter("M1") }
    switch choice {
    case .create:
      #expect(meter?.state == .active)
      #expect(report.createdMeters == 1)
    case .hold:
      #expect(meter?.state == .held)
      #expect(report.held == 3)
      #expect(try texts(store, "M1").count == 3)
    case .reject:
      #expect(meter == nil)
      #expect(report.refused == ["unknownMeter": 3])
      let refused = try store.read { try $0.refused(limit: 10) }
      #expect(refused.map(\.value) == ["0.001", "0.002", "0.003"])
      #expect(refused.allSatisfy { $0.replyCode == "2.4" })
    }
  }

  @Test("readings from the future are suspect or refused, older than retention refused")
  func times() throws {
    let values = [
      Value(second: IngestDocument.midnight - 40 * 86_400, text: "1"),
      Value(second: IngestDocument.midnight, text: "2"),
      Value(second: IngestDocument.midnight + 800 * 86_400, text: "3"),
    ]
    let bytes = IngestDocument.document(IngestDocument.meterReading("M1", values))
    var policy = IngestPolicy()
    policy.retentionDays = 30
    let store = MemoryReadingStore()
    let report = try ingest(store, bytes, policy: policy)
    #expect(report.refused == ["olderThanRetention": 1])
    #expect(report.future == 1)
    #expect(try texts(store, "M1") == ["2", "3 3.5.258"])
    #expect(try store.read { try $0.refused(limit: 1) }.first?.replyCode == "5.7")
    policy.future = .refuse
    #expect(try ingest(MemoryReadingStore(), bytes, policy: policy).refused == ["olderThanRetention": 1, "future": 1])
  }

  @Test(
    "an instant twice in one message: the last counts and is suspect, the other is kept beside",
    arguments: IngestPolicy.Duplicates.allCases)
  func duplicates(_ choice: IngestPolicy.Duplicates) throws {
    let second = IngestDocument.midnight + 900
    let values = [
      Value(second: second + 900, text: "9"), Value(second: second, text: "1"), Value(second: second, text: "2"),
    ]
    var policy = IngestPolicy()
    policy.duplicates = choice
    let store = MemoryReadingStore()
    let report = try ingest(store, IngestDocument.document(IngestDocument.meterReading("M1", values)), policy: policy)
    #expect(report.duplicates == 1)
    let expected: [IngestPolicy.Duplicates: [String]] = [
      .suspect: ["2 3.5.258", "9"], .last: ["2", "9"], .first: ["1", "9"],
    ]
    #expect(try texts(store, "M1") == expected[choice])
    #expect(try store.read { try $0.refused(limit: 9) }.map(\.value) == [choice == .first ? "2" : "1"])
    // The same value twice is no conflict.
    let same = [values[1], values[1]]
    let again = try ingest(
      MemoryReadingStore(), IngestDocument.document(IngestDocument.meterReading("M1", same)), policy: policy)
    #expect(again.duplicates == 0)
  }

  @Test("40 digits are kept exactly, NaN is an error code, texts stay texts where the type wants them")
  func values() throws {
    let digits = "1234567890123456789012345678901234567.890"
    let store = MemoryReadingStore()
    let values = [
      Value(second: IngestDocument.midnight + 900, text: digits),
      Value(second: IngestDocument.midnight + 1800, text: "NaN"),
    ]
    let report = try ingest(store, IngestDocument.document(IngestDocument.meterReading("M1", values)))
    #expect(report.longNumbers == 1)
    #expect(report.notNumbers == 1)
    #expect(try texts(store, "M1") == [digits, "NaN 3.5.257"])
    // Kind 103, serial number.
    let text = [Value(second: IngestDocument.midnight, text: "SN-1")]
    let second = try ingest(
      store,
      IngestDocument.document(
        IngestDocument.meterReading("M2", text, type: "0.0.0.0.0.41.103.0.0.0.0.0.0.0.0.0.114.0", kind: "reading")),
      key: "g")
    #expect(second.notNumbers == 0)
    #expect(try texts(store, "M2") == ["SN-1"])
  }

  @Test("a reading type that is none, and a reading without a time, are refused and kept beside")
  func refused() throws {
    let store = MemoryReadingStore()
    let noTime = IngestDocument.meterReading("M1", [Value(second: 0, text: "7")])
      .replacing("<timeStamp>1970-01-01T00:00:00Z</timeStamp>", with: "")
    let report = try ingest(
      store,
      IngestDocument.document(noTime + IngestDocument.meterReading("M1", IngestDocument.quarters(1), type: "1.2.3")))
    #expect(report.refused == ["noTimeStamp": 1, "badReadingType": 1])
    #expect(try store.read { try $0.refused(limit: 9) }.map(\.replyCode) == ["5.8", "2.6"])
  }

  @Test("a correction from another file replaces, and what was known before can be read")
  func correction() throws {
    let store = MemoryReadingStore()
    _ = try ingest(store, IngestDocument.document(IngestDocument.meterReading("M1", IngestDocument.quarters(3))))
    var values = IngestDocument.quarters(3)
    values[1].text = "5"
    let report = try ingest(store, IngestDocument.document(IngestDocument.meterReading("M1", values)), key: "g")
    #expect(report.outcome == MergeOutcome(changed: 1, same: 2))
    #expect(try texts(store, "M1") == ["0.001", "5.000", "0.003"])
    let before = try store.read { try $0.readings(1, days: IngestDocument.day...IngestDocument.day, upTo: 1) }
    #expect(before.text(1) == "0.002")
  }

  @Test(
    "readings of another commodity than the meter's are refused, in the message that adds the meter and in later ones")
  func commodities() throws {
    let gas = "0.0.7.4.1.7.58.0.0.0.0.0.0.0.0.0.42.0"
    let temperature = "0.0.0.6.0.0.46.0.0.0.0.0.0.0.0.0.23.0"
    let store = MemoryReadingStore()
    func document(_ meters: [(String, String)]) -> [UInt8] {
      IngestDocument.document(
        meters.map { IngestDocument.meterReading($0.0, IngestDocument.quarters(4), type: $0.1) }.joined())
    }
    let first = try ingest(
      store, document([("M1", IngestDocument.kWh), ("M1", gas), ("M2", gas), ("M1", temperature)]))
    #expect(first.outcome == MergeOutcome(added: 12))
    #expect(first.refused == ["otherCommodity": 4])
    let second = try ingest(store, document([("M2", IngestDocument.kWh), ("M1", gas), ("M2", temperature)]), key: "g")
    #expect(second.outcome == MergeOutcome(added: 4))
    #expect(second.refused == ["otherCommodity": 8])
    let kept = try store.read { try $0.refused(limit: 100) }
    #expect(kept.count == 12 && Set(kept.map(\.replyCode)) == ["2.10"])
    var policy = IngestPolicy()
    policy.otherCommodities = .take
    #expect(try ingest(store, document([("M1", gas)]), key: "h", policy: policy).outcome.added == 4)
  }

  @Test("a known meter that comes under another of its names is not created, and measures what it did")
  func otherName() throws {
    let gas = "0.0.7.4.1.7.58.0.0.0.0.0.0.0.0.0.42.0"
    let store = MemoryReadingStore()
    func document(_ meters: [(String, String)]) -> [UInt8] {
      let text = meters.map { IngestDocument.meterReading($0.0, IngestDocument.quarters(4), type: $0.1) }.joined()
      // M2 is what somebody else calls M1.
      let renamed = text.split(separator: "<mRID>M2</mRID>", omittingEmptySubsequences: false)
        .joined(separator: "<mRID>M2</mRID><Names><name>M1</name></Names>")
      return IngestDocument.document(renamed)
    }
    _ = try ingest(store, document([("M0", gas), ("M1", IngestDocument.kWh)]))
    let report = try ingest(store, document([("M2", gas), ("M3", gas), ("M3", IngestDocument.kWh)]), key: "g")
    #expect(report.createdMeters == 1)
    #expect(report.refused == ["otherCommodity": 8])
    #expect(report.outcome == MergeOutcome(added: 4))
  }

  @Test("a unit that does not go with what is measured makes readings suspect")
  func units() throws {
    let store = MemoryReadingStore()
    // Volume in kWh.
    let volume = "0.0.2.4.1.1.58.0.0.0.0.0.0.0.0.3.72.0"
    let report = try ingest(
      store, IngestDocument.document(IngestDocument.meterReading("M1", IngestDocument.quarters(2), type: volume)))
    #expect(report.unitMisfits == 2)
    #expect(try texts(store, "M1") == ["0.001 3.5.258", "0.002 3.5.258"])
  }

  @Test("a message's tree goes in like its document; delivered twice it changes nothing")
  func elements() throws {
    var root = Element("MeterReadings", in: "http://iec.ch/TC57/2011/MeterReadings#")
    root.append("MeterReading") { reading in
      reading.append("IntervalBlocks") { block in
        for (second, value) in [(900, "0.5"), (1800, "x"), (nil, "1")] as [(Int64?, String)] {
          block.append("IntervalReadings") {
            $0.append("timeStamp", second.map { Timestamp(seconds: IngestDocument.midnight + $0).xmlText })
            $0.append("value", value)
            $0.append("ReadingQualities") { $0.append("ReadingQualityType", ref: "1.4.0") }
          }
        }
        block.append("ReadingType", ref: IngestDocument.kWh)
      }
      reading.append("Meter") { meter in
        meter.append("mRID", "M1")
        for name in ["a", "b"] { meter.append("Names") { $0.append("name", name) } }
      }
      reading.append("Readings") {
        $0.append("timeStamp", Timestamp(seconds: IngestDocument.midnight).xmlText)
        $0.append("value", "17")
        $0.append("ReadingType", ref: IngestDocument.register)
      }
      reading.append("UsagePoint") { point in
        point.append("mRID", "U1")
        point.append("Names") { $0.append("name", "Main Street 1") }
      }
    }
    let store = MemoryReadingStore()
    func send(_ id: String?, _ root: Element) throws -> IngestReport {
      try ReadingIngest(store: store, now: { Self.now }).ingest(
        from: "MS", messageID: id, author: "MDM", objects: [root])
    }
    let report = try send("1", root)
    #expect(report.outcome == MergeOutcome(added: 3))
    #expect(report.refused == ["noTimeStamp": 1] && report.notNumbers == 1)
    #expect(try texts(store, "Main Street 1") == ["0.5 1.4.0", "x 1.4.0 3.5.257", "17"])
    #expect(try texts(store, "b").count == 3)
    #expect(try send("1", root).wasComplete)
    #expect(try send("2", root).outcome == MergeOutcome(same: 3))
    // Who uses the same identifier again for something else is heard.
    let other = Element("MeterReadings", in: root.namespace)
    #expect(try !send("1", other).wasComplete)
  }
}
