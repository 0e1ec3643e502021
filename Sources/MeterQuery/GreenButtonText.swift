// Readings as a Green Button (ESPI) feed.
import CIMCodes
public import CIMModel
public import MeterStore

/// Writes an Atom feed, series after series of one meter after another; hand each text out as it comes.
///
/// A meter is a UsagePoint, a series a MeterReading with an IntervalBlock for each local day, stamped at the begins of
/// intervals. Values become integers: the multiplier of the reading type is made smaller by the decimals there are.
/// Readings without a number, and numbers of more than 47 bits, are left out.
///
/// - SeeAlso: NAESB REQ.21
public struct GreenButtonText: Sendable {
  private static let resource = "/espi/1_1/resource"
  /// Powers of ten that ESPI has names for.
  private static let multipliers = [-12, -9, -6, -3, -2, -1, 0, 1, 2, 3, 6, 9, 12]
  private static let largest = ExactDecimal(140_737_488_355_327)

  private var days: LocalDays
  private let now: String
  private var meter: Int64?
  private var types: Set<String> = []
  private var number = 0
  /// Readings that ESPI cannot hold.
  public private(set) var leftOut = 0

  /// - Parameter now: when the feed is made.
  public init(days: LocalDays, now: Timestamp) {
    self.days = days
    self.now = now.xmlText
  }

  public var head: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
      + "<id>urn:uuid:\(Self.uuid("feed " + now))</id>\n<title>Readings</title>\n<updated>\(now)</updated>\n"
      + "<link rel=\"self\" href=\"\(Self.resource)/Batch\"/>\n"
  }

  public static let tail = "</feed>\n"

  /// The entries of a series; nothing where it has no number, or no reading type.
  public mutating func entries(_ series: SeriesReadings) -> String {
    guard let type = ReadingType(series.series.readingType) else {
      leftOut += series.readings.count
      return ""
    }
    let values = series.readings.compactMap { reading in
      reading.value.flatMap { ExactDecimal($0) }.map { (reading, $0) }
    }
    leftOut += series.readings.count - values.count
    // The power of ten at which the finest value is a whole number.
    let finest = values.map { type.multiplier - Self.decimals($0.1) }.min() ?? type.multiplier
    guard let multiplier = Self.multipliers.last(where: { $0 <= finest }) else {
      leftOut += values.count
      return ""
    }
    let written = type.with(.multiplier, multiplier)
    let shift = type.multiplier - multiplier
    let whole = values.map { ($0.0, $0.1.scaled(byPowerOfTen: shift)) }.filter {
      $0.1 <= Self.largest && ExactDecimal(0) - Self.largest <= $0.1
    }
    leftOut += values.count - whole.count
    if whole.isEmpty { return "" }

    let point = Self.uuid(series.meter.usagePoint ?? series.meter.key)
    let pointLink = "\(Self.resource)/RetailCustomer/1/UsagePoint/\(point)"
    var text = ""
    if meter != series.meter.number {
      meter = series.meter.number
      number = 0
      text += entry(
        point, pointLink, up: "\(Self.resource)/RetailCustomer/1/UsagePoint", ["\(pointLink)/MeterReading"],
        series.meter.key, "<UsagePoint xmlns=\"http://naesb.org/espi\">\(Self.service(type))</UsagePoint>")
    }
    number += 1
    let typeLink = "\(Self.resource)/ReadingType/\(written)"
    let link = "\(pointLink)/MeterReading/\(number)"
    text += entry(
      Self.uuid("\(point) \(number)"), link, up: "\(pointLink)/MeterReading", ["\(link)/IntervalBlock", typeLink],
      written.description, "<MeterReading xmlns=\"http://naesb.org/espi\"/>")
    if types.insert(written.description).inserted {
      text += entry(
        Self.uuid("type \(written)"), typeLink, up: "\(Self.resource)/ReadingType", [], written.description,
        Self.readingType(written))
    }
    text += blocks(whole, series, type, link)
    return text
  }

  private mutating func blocks(
    _ values: [(SeriesReadings.Reading, ExactDecimal)], _ series: SeriesReadings, _ type: ReadingType, _ link: String
  ) -> String {
    var text = ""
    var place = 0
    while place < values.count {
      let isInterval = series.series.isInterval
      let day = days.day(of: values[place].0.time.microseconds - (isInterval ? 1 : 0))
      let instants = days.instants(of: day)
      var block = ""
      while place < values.count {
        let (reading, value) = values[place]
        let end = reading.time.microseconds
        if days.day(of: end - (isInterval ? 1 : 0)) != day { break }
        let length = isInterval ? Self.length(type, values.map(\.0.time), place) : 0
        block += "<IntervalReading>"
        for quality in Self.qualities(reading.qualities) {
          block += "<ReadingQuality><quality>\(quality)</quality></ReadingQuality>"
        }
        block += "<timePeriod><duration>\(length)</duration><start>\(end / 1_000_000 - length)</start></timePeriod>"
        // Behind the point there are zeros at most.
        block += "<value>\(value.description.prefix { $0 != "." })</value></IntervalReading>\n"
        place += 1
      }
      let start = instants.lowerBound / 1_000_000
      let interval =
        "<interval><duration>\(instants.upperBound / 1_000_000 - start)</duration><start>\(start)</start></interval>\n"
      text += entry(
        Self.uuid("\(link) \(day)"), "\(link)/IntervalBlock/\(day)", up: "\(link)/IntervalBlock", [],
        String(Timestamp(microseconds: Int64(day) * 86_400_000_000).xmlText.prefix(10)),
        "<IntervalBlock xmlns=\"http://naesb.org/espi\">\(interval)\(block)</IntervalBlock>")
    }
    return text
  }

  private func entry(
    _ uuid: String, _ link: String, up: String, _ related: [String], _ title: String, _ content: String
  ) -> String {
    var text = "<entry>\n<id>urn:uuid:\(uuid)</id>\n<link rel=\"self\" href=\"\(link)\"/>\n"
    text += "<link rel=\"up\" href=\"\(up)\"/>\n"
    for other in related { text += "<link rel=\"related\" href=\"\(other)\"/>\n" }
    text += "<title>\(XMLText.escaped(title))</title>\n<content>\n\(content)\n</content>\n"
    return text + "<published>\(now)</published>\n<updated>\(now)</updated>\n</entry>\n"
  }

  /// In the order of ESPI's schema; what is 0 says nothing.
  private static func readingType(_ type: ReadingType) -> String {
    let length = minutes[type.measuringPeriod].map { $0 * 60 }
    let fields = ESPIField.all(
      of: type, intervalLength: length ?? 0, phases: type[.phases],
      measuringPeriod: length == nil ? type.measuringPeriod : 0)
    var text = "<ReadingType xmlns=\"http://naesb.org/espi\">"
    for field in fields where !field.isZero || ["powerOfTenMultiplier", "uom"].contains(field.element) {
      let parts = field.value.split(separator: "/")
      let value =
        parts.count == 2
        ? "<numerator>\(parts[0])</numerator><denominator>\(parts[1])</denominator>" : field.value
      text += "<\(field.element)>\(value)</\(field.element)>"
    }
    return text + "</ReadingType>"
  }

  /// Minutes by those measuring periods of Table C.3 that an interval's length tells.
  private static let minutes = [1: 10, 2: 15, 3: 1, 4: 1440, 5: 30, 6: 5, 7: 60]

  /// Seconds of an interval: what its type says, else its distance to the reading before, or behind.
  private static func length(_ type: ReadingType, _ times: [Timestamp], _ place: Int) -> Int64 {
    if let minutes = minutes[type.measuringPeriod] { return Int64(minutes) * 60 }
    let other = place > 0 ? place - 1 : place + 1
    guard times.indices.contains(other) else { return 0 }
    return abs(times[place].microseconds - times[other].microseconds) / 1_000_000
  }

  private static func service(_ type: ReadingType) -> String {
    let kinds = [1: 0, 2: 0, 3: 0, 7: 1, 9: 2]
    return kinds[type.commodity].map { "<ServiceCategory><kind>\($0)</kind></ServiceCategory>" } ?? ""
  }

  /// ESPI's qualities for codes of Annex D, each once; most codes have none.
  private static func qualities(_ codes: [String]) -> [Int] {
    var found: [Int] = []
    for code in codes.compactMap({ ReadingQualityType($0) }) {
      let quality: Int? =
        switch (code.category, code.index) {
        case (0, 1): 17
        case (0, _): 0
        case (7, _): 7
        case (8, _): 8
        case (10, _), (5, 258): 10
        case (11, _): 11
        case (12, _): 12
        default: nil
        }
      if let quality, !found.contains(quality) { found.append(quality) }
    }
    return found
  }

  /// Digits behind the point that are not all zeros.
  private static func decimals(_ value: ExactDecimal) -> Int {
    let text = value.description
    guard let point = text.firstIndex(of: ".") else { return 0 }
    let digits = text[text.index(after: point)...]
    return digits.count - digits.reversed().prefix { $0 == "0" }.count
  }

  /// The text where it is a UUID; else one made of it, the same every time (RFC 9562, version 8).
  static func uuid(_ text: String) -> String {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    if parts.map(\.utf8.count) == [8, 4, 4, 4, 12], parts.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) { return text }
    var high: UInt64 = 0xCBF2_9CE4_8422_2325
    var low: UInt64 = 0x6C62_272E_07BB_0142
    for byte in text.utf8 {
      high = (high ^ UInt64(byte)) &* 0x100_0000_01B3
      low = (low ^ UInt64(byte) ^ (high >> 32)) &* 0x100_0000_01B3
    }
    high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000
    low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    func hex(_ number: UInt64) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
    let all = hex(high) + hex(low)
    var grouped = ""
    for (place, character) in all.enumerated() {
      if [8, 12, 16, 20].contains(place) { grouped += "-" }
      grouped.append(character)
    }
    return grouped
  }
}
