// Readings as CSV, for those who have nothing else.
import CIMModel
import MeterStore

/// Reads lines of CSV (RFC 4180, UTF-8) with a header that names the columns, in any order:
///
///     meter,reading_type,time,value,quality,kind
///     MTR-00000001,0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0,2026-11-21T10:15:00Z,0.123,3.8.0 3.5.258,interval
///
/// `meter`, `reading_type`, `time` (xs:dateTime with zone) and `value` have to be there. `quality` has codes with blanks
/// between them. `kind` is `interval`, stamped at its end, or `reading`; without the column reading types with a measuring
/// period are intervals. Lines that are none of this are refused one by one.
struct CSVReadings {
  private static let names = ["meter", "reading_type", "time", "value", "quality", "kind"]
  private static let longestLine = 1 << 16
  private static let longestRun = 1 << 16

  private let taker: ReadingTaker
  private var skip: Int64
  private var line: [UInt8] = []
  private var isInQuotes = false
  private var lineNumber = 0
  /// Where each of `names` stands; -1 where it does not.
  private var places: [Int] = []
  private var breach: String?
  // The run of lines at hand: one meter, type and kind.
  private var head: [String] = []
  private var isInterval = false
  private var candidates: [Candidate] = []
  private var lines = 0

  init(_ taker: ReadingTaker) {
    self.taker = taker
    skip = taker.progress.done
  }

  mutating func feed(_ bytes: UnsafeRawBufferPointer) throws {
    for byte in bytes {
      if breach != nil { return }
      if byte == 0x22 { isInQuotes.toggle() }
      if byte == 0x0A, !isInQuotes {
        try take()
      } else {
        line.append(byte)
        if line.count > Self.longestLine {
          breach = "line \(lineNumber + 1) is longer than \(Self.longestLine) bytes: a quote may have no end"
        }
      }
    }
  }

  /// - Returns: why the file was not read to its end.
  mutating func finish() throws -> String? {
    if breach == nil, !line.isEmpty { try take() }
    try flush()
    return breach ?? (places.isEmpty ? "there is no header line: name the columns meter,reading_type,time,value" : nil)
  }

  private mutating func take() throws {
    lineNumber += 1
    if line.last == 0x0D { line.removeLast() }
    let fields = Self.fields(line)
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    if places.isEmpty {
      readHeader(fields)
      return
    }
    if text.isEmpty { return }
    if skip > 0 {
      skip -= 1
      taker.report.resumed += 1
      return
    }
    func field(_ name: Int) -> String? { places[name] >= 0 && places[name] < fields.count ? fields[places[name]] : nil }
    guard let meter = field(0), let type = field(1), let time = field(2), let value = field(3), !meter.isEmpty,
      let stamp = Timestamp(xmlText: time, zoneOffsetMinutes: nil)
    else {
      try flush()
      taker.report.readings += 1
      try taker.refuse(Candidate(text: text), field(0) ?? "", taker.type(field(1) ?? ""), "badLine", "5.8")
      try taker.advance(by: 1, readings: 1)
      return
    }
    let kind = field(5) ?? ""
    if head.isEmpty || head[0] != meter || head[1] != type || head[2] != kind || candidates.count >= Self.longestRun {
      try flush()
      head = [meter, type, kind]
      isInterval = kind == "interval" || kind != "reading" && Self.hasMeasuringPeriod(type)
    }
    var candidate = Candidate(stamp: stamp.microseconds)
    if !value.isEmpty, !candidate.setNumber(value) {
      candidate.text = value
      candidate.scale = ReadingRun.textValue
    }
    candidate.codes = try (field(4) ?? "").split(separator: " ").map { try taker.writer.quality(String($0)) }
    candidates.append(candidate)
    lines += 1
  }

  private mutating func flush() throws {
    guard let key = head.first else { return }
    let record = MeterRecord(mRID: key, name: nil, usagePoint: nil)
    let type = taker.type(head[1])
    let meter = try Array(key.utf8).withUnsafeBufferPointer { try taker.meter(record, key: $0) }
    if let meter {
      try taker.take(candidates, meter: meter, key: key, type: type, isInterval: isInterval)
    } else {
      taker.report.readings += candidates.count
      for candidate in candidates { try taker.refuse(candidate, key, type, "unknownMeter", "2.4") }
    }
    try taker.advance(by: lines, readings: candidates.count)
    candidates.removeAll(keepingCapacity: true)
    head = []
    lines = 0
  }

  private mutating func readHeader(_ fields: [String]) {
    var fields = fields
    if let first = fields.first, first.hasPrefix("\u{FEFF}") { fields[0] = String(first.dropFirst()) }
    places = Self.names.map { name in fields.firstIndex { $0.lowercased() == name } ?? -1 }
    let missing = zip(Self.names, places).prefix(4).filter { $0.1 < 0 }.map(\.0)
    if !missing.isEmpty { breach = "the header line lacks \(missing.joined(separator: ", "))" }
  }

  /// Whether the third part of a reading type's code is not 0.
  private static func hasMeasuringPeriod(_ code: String) -> Bool {
    let parts = code.split(separator: ".", maxSplits: 3)
    return parts.count > 2 && parts[2] != "0"
  }

  static func fields(_ line: [UInt8]) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var i = 0
    while i < line.count {
      let byte = line[i]
      if byte == 0x22 {
        if isQuoted, i + 1 < line.count, line[i + 1] == 0x22 {
          field.append(byte)
          i += 1
        } else {
          isQuoted.toggle()
        }
      } else if byte == 0x2C, !isQuoted {
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
      } else {
        field.append(byte)
      }
      i += 1
    }
    fields.append(String(decoding: field, as: UTF8.self))
    return fields
  }
}

extension Candidate {
  /// Takes a decimal of up to 18 digits.
  mutating func setNumber(_ text: String) -> Bool {
    var digits: Int64 = 0
    var count = 0
    var scale: UInt8?
    var isNegative = false
    for (place, byte) in text.utf8.enumerated() {
      switch byte {
      case 0x2D where place == 0: isNegative = true
      case 0x2E where scale == nil: scale = 0
      case 0x30...0x39:
        count += 1
        digits = digits &* 10 &+ Int64(byte - 0x30)
        scale = scale.map { $0 &+ 1 }
      default: return false
      }
      if count > 18 { return false }
    }
    guard count > 0 else { return false }
    mantissa = isNegative ? -digits : digits
    self.scale = scale ?? 0
    return true
  }
}
