// MeterReadings that are a tree already, as messages on the bus are.
import CIMModel
import MeterStore

/// Takes MeterReading elements in, one after another.
struct ElementsTaker {
  private let taker: ReadingTaker
  private var skip: Int64

  init(_ taker: ReadingTaker) {
    self.taker = taker
    skip = taker.progress.done
  }

  mutating func take(_ meterReading: Element) throws {
    if skip > 0 {
      skip -= 1
      taker.report.resumed += 1
      return
    }
    let record = Self.record(meterReading)
    let meter = try meter(record, meterReading)
    var count = 0
    for block in meterReading.all("IntervalBlocks") {
      let readings = block.all("IntervalReadings")
      count += readings.count
      try take(readings, block["ReadingType"]?.attribute("ref") ?? "", meter, record.key, isInterval: true)
    }
    // Readings of several types stand mixed; each type's go in together.
    var types: [String] = []
    var byType: [String: [Element]] = [:]
    for reading in meterReading.all("Readings") {
      let type = reading["ReadingType"]?.attribute("ref") ?? ""
      if byType[type] == nil { types.append(type) }
      byType[type, default: []].append(reading)
      count += 1
    }
    for type in types { try take(byType[type] ?? [], type, meter, record.key, isInterval: false) }
    try taker.advance(by: 1, readings: count)
  }

  private func take(
    _ readings: [Element], _ code: String, _ meter: KnownMeter?, _ key: String, isInterval: Bool
  ) throws {
    if readings.isEmpty { return }
    let type = taker.type(code)
    let candidates = try readings.map { try candidate($0) }
    if let meter {
      try taker.take(candidates, meter: meter, key: key, type: type, isInterval: isInterval)
      return
    }
    taker.report.readings += candidates.count
    for candidate in candidates {
      try taker.refuse(candidate, key, type, key.isEmpty ? "noMeter" : "unknownMeter", "2.4")
    }
  }

  private func candidate(_ reading: Element) throws -> Candidate {
    var candidate = Candidate(stamp: reading.text("timeStamp").flatMap { Timestamp(xmlText: $0) }?.microseconds)
    if let value = reading.text("value"), !value.isEmpty, !candidate.setNumber(value) {
      candidate.text = value
      candidate.scale = ReadingRun.textValue
    }
    for quality in reading.all("ReadingQualities") {
      guard let code = quality["ReadingQualityType"]?.attribute("ref"), !code.isEmpty else { continue }
      let number = try taker.writer.quality(code)
      if !candidate.codes.contains(number) { candidate.codes.append(number) }
    }
    return candidate
  }

  /// The meter by its first identifier; by all others it is found from then on, too.
  private func meter(_ record: MeterRecord, _ meterReading: Element) throws -> KnownMeter? {
    guard !record.key.isEmpty else { return nil }
    let meter = try Array(record.key.utf8).withUnsafeBufferPointer { try taker.meter(record, key: $0) }
    guard let meter else { return nil }
    for other in Self.identifiers(meterReading) where !record.keys.contains(other) {
      _ = try Array(other.utf8).withUnsafeBufferPointer { try taker.writer.meter(record, key: $0, adds: true) }
    }
    return meter
  }

  private static func identifiers(_ meterReading: Element) -> [String] {
    ["Meter", "UsagePoint"].flatMap { child -> [String] in
      guard let object = meterReading[child] else { return [] }
      return ((object.text("mRID").map { [$0] } ?? []) + object.all("Names").compactMap { $0.text("name") })
        .filter { !$0.isEmpty }
    }
  }

  private static func record(_ meterReading: Element) -> MeterRecord {
    func text(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    func name(_ child: String) -> String? { text(meterReading[child]?["Names"]?.text("name")) }
    return MeterRecord(
      mRID: text(meterReading["Meter"]?.text("mRID")), name: name("Meter"),
      usagePoint: text(meterReading["UsagePoint"]?.text("mRID")) ?? name("UsagePoint"))
  }
}

/// A digest of elements that is the same in every run.
enum ElementDigest {
  /// FNV-1a of 64 bits over names, texts and attributes, as sixteen hexadecimal digits.
  static func of(_ elements: [Element]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      // A byte that UTF-8 has not ends every part.
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    func add(_ element: Element) {
      add(element.name)
      add(element.text)
      for attribute in element.attributes {
        add(attribute.name)
        add(attribute.value)
      }
      for child in element.children { add(child) }
      add("")
    }
    for element in elements { add(element) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
