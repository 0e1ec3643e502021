// GetMeterReadings and the options of a Request, read into an inquiry.
import CIMCodes
public import CIMModel

extension ReadingInquiry {
  /// Names of the options of a Request that are understood; others do not concern this.
  public enum OptionName {
    /// Readings on a page.
    public static let limit = "limit"
    /// Where the page begins: the marker of the reply before.
    public static let marker = "$page.marker"
    /// What was known then.
    public static let knownAt = "knownAt"
  }

  /// Reads the profile.
  ///
  /// - Parameters:
  ///   - profile: the root element GetMeterReadings.
  ///   - period: that of the Request itself, which counts where the profile names none.
  ///   - options: of the Request.
  /// - Throws: `Problem` with code 1.8 for an option, 2.6 for a reading type that is neither a code nor a pattern.
  public init(
    _ profile: Element, period: ReadingPeriods.Period? = nil, options: [(name: String, value: String?)] = []
  ) throws(Problem) {
    var periods: [ReadingPeriods.Period] = []
    func add(_ interval: Element?) {
      guard let interval else { return }
      periods.append(.init(start: Self.time(interval, "start"), end: Self.time(interval, "end")))
    }
    for schedule in profile.all("TimeSchedule") { add(schedule["scheduleInterval"]) }
    for reading in profile.all("Reading") { add(reading["timePeriod"]) }
    add(profile.at("MeterReadings", "Readings", "timePeriod"))
    if periods.isEmpty, let period { periods = [period] }
    self.init(ReadingPeriods(periods))
    for kind in [Named.Kind.endDevice, .endDeviceGroup, .usagePoint, .usagePointGroup] {
      objects += profile.all(kind.rawValue).map { Named(kind, Self.identifiers($0)) }
    }
    if let meter = profile.at("MeterReadings", "Meter") { objects.append(Named(.endDevice, Self.identifiers(meter))) }
    if let point = profile.at("MeterReadings", "UsagePoint") {
      objects.append(Named(.usagePoint, Self.identifiers(point)))
    }
    var types = profile.all("ReadingType")
    if let type = profile.at("MeterReadings", "Readings", "ReadingType") { types.append(type) }
    for type in types {
      let text = Self.identifiers(type).first ?? ""
      do {
        readingTypes.append(try ReadingTypePattern(parsing: text))
      } catch {
        throw Problem("2.6", "'\(text.prefix(100))' is neither a reading type nor a pattern of such")
      }
    }
    for quality in profile.all("ReadingQuality") {
      if let code = quality["ReadingQualityType"].flatMap({ Self.identifiers($0).first }) { qualities.append(code) }
    }
    for option in options { try read(option.name, option.value ?? "") }
  }

  private mutating func read(_ name: String, _ value: String) throws(Problem) {
    switch name {
    case OptionName.limit:
      guard let number = Int(value), number > 0 else {
        throw Problem("1.8", "the option limit is no number of readings: '\(value.prefix(100))'")
      }
      limit = number
    case OptionName.marker:
      guard let marker = Marker(value) else {
        throw Problem("1.8", "the option \(name) is no marker that a reply gave: '\(value.prefix(100))'")
      }
      after = marker
    case OptionName.knownAt:
      guard let time = Timestamp(xmlText: value) else {
        throw Problem("1.8", "the option \(name) is no instant: '\(value.prefix(100))'")
      }
      asOf = time
    default: break
    }
  }

  private static func identifiers(_ element: Element) -> [String] {
    (element.text("mRID").map { [$0] } ?? []) + element.all("Names").compactMap { $0.text("name") }
  }

  private static func time(_ element: Element, _ name: String) -> Timestamp? {
    element.text(name).flatMap { Timestamp(xmlText: $0) }
  }
}
