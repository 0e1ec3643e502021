// The order of elements in a MeterReadings document (Profiles/Part9/MeterReadings.xsd). Optional elements that a
// regular file has not are written where `Markup.sometimes` says so, which it does for irregular files only.

struct ReadingsDocument: ~Copyable {
  static let namespace = "http://iec.ch/TC57/2011/MeterReadings#"
  static let intervalType = "0.0.5.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  static let registerType = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"

  private var markup: Markup
  private let rootPrefix: String
  private var times = TimeTexts()

  /// Bytes written so far.
  var count: Int { markup.out.count }

  init(_ markup: consuming Markup, prefix: String) {
    self.markup = markup
    rootPrefix = prefix.isEmpty ? "" : prefix + ":"
    self.markup.prefix = rootPrefix
    self.markup.openRoot("MeterReadings", namespace: Self.namespace)
  }

  /// Ends the document and writes what is pending.
  mutating func finish() throws(OutputError) {
    markup.prefix = rootPrefix
    if markup.style == .irregular {
      markup.open("ReadingType")
      markup.leaf("mRID", Self.intervalType)
      markup.leaf("measuringPeriod", "thirtyMinute")
      name("thirtyMinute deltaData forward electricity energy (kWh)")
      markup.close("ReadingType")
    }
    markup.closeRoot("MeterReadings")
    try markup.out.flush()
  }

  mutating func write(_ day: MeterDay) throws(OutputError) {
    if markup.style == .irregular {
      let prefix = markup.random.pick(Irregularity.prefixes)
      markup.prefix = prefix.isEmpty ? "" : prefix + ":"
    }
    let fraction = markup.sometimes(Irregularity.fractions) ? ".000" : ""
    let stamps = times.halfHours(day, fraction: fraction)
    markup.open("MeterReading")
    if markup.sometimes(Irregularity.coincidentTrigger) { markup.leaf("isCoincidentTrigger", "false") }
    if markup.sometimes(Irregularity.events) { events(day, fraction) }
    intervalBlock(day, stamps, fraction)
    if !markup.sometimes(Irregularity.noMeter) { meter(day, fraction) }
    register(day, stamps, fraction)
    if !markup.sometimes(Irregularity.noUsagePoint) { usagePoint(day) }
    if !markup.sometimes(Irregularity.noValuesInterval) {
      let hasStart = !markup.sometimes(Irregularity.intervalWithoutStart)
      interval("valuesInterval", end: stamps[48], start: hasStart ? stamps[0] : nil)
    }
    markup.close("MeterReading")
    try markup.out.flush(above: 1 << 20)
  }

  private mutating func intervalBlock(_ day: MeterDay, _ stamps: [String], _ fraction: String) {
    markup.open("IntervalBlocks")
    for (number, value) in day.intervals.enumerated() {
      markup.open("IntervalReadings")
      provenance(day, fraction)
      markup.leaf("timeStamp", stamps[number + 1])
      valueAndQuality(value, day, fraction)
      if markup.sometimes(Irregularity.timePeriod) {
        interval("timePeriod", end: stamps[number + 1], start: stamps[number])
      }
      markup.close("IntervalReadings")
    }
    if markup.sometimes(Irregularity.pendingCalculation) {
      markup.open("PendingCalculation")
      markup.leaf("multiplyBeforeAdd", "true")
      markup.leaf("scalarFloat", "1.0")
      markup.reference("ReadingType", Self.intervalType)
      markup.close("PendingCalculation")
    }
    markup.reference("ReadingType", Self.intervalType)
    markup.close("IntervalBlocks")
  }

  private mutating func register(_ day: MeterDay, _ stamps: [String], _ fraction: String) {
    markup.open("Readings")
    if markup.sometimes(Irregularity.reason) { markup.leaf("reason", markup.random.pick(Irregularity.reasons)) }
    provenance(day, fraction)
    markup.leaf("timeStamp", stamps[48])
    valueAndQuality(day.register, day, fraction)
    markup.reference("ReadingType", Self.registerType)
    if markup.sometimes(Irregularity.timePeriod) { interval("timePeriod", end: stamps[48], start: nil) }
    markup.close("Readings")
  }

  private mutating func provenance(_ day: MeterDay, _ fraction: String) {
    if markup.sometimes(Irregularity.reportedDateTime) { markup.leaf("reportedDateTime", later(day, fraction)) }
    if markup.sometimes(Irregularity.source) { markup.leaf("source", markup.random.pick(Irregularity.sources)) }
  }

  private mutating func valueAndQuality(_ value: MeterDay.Value, _ day: MeterDay, _ fraction: String) {
    if markup.sometimes(Irregularity.noValue) { return quality("2.5.259", day, fraction) }
    markup.leaf("value", value.text)
    guard let code = value.quality else { return }
    quality(code, day, fraction)
    if markup.sometimes(Irregularity.secondQuality) { quality("3.11.0", day, fraction) }
  }

  private mutating func quality(_ code: String, _ day: MeterDay, _ fraction: String) {
    markup.open("ReadingQualities")
    if markup.sometimes(Irregularity.qualityDetail) { markup.leaf("comment", "rule 12 & 14") }
    if markup.sometimes(Irregularity.qualityDetail) { markup.leaf("source", "MDM") }
    if markup.sometimes(Irregularity.qualityDetail) { markup.leaf("timeStamp", later(day, fraction)) }
    markup.reference("ReadingQualityType", code)
    markup.close("ReadingQualities")
  }

  private mutating func meter(_ day: MeterDay, _ fraction: String) {
    markup.open("Meter")
    if !markup.sometimes(Irregularity.noMeterMRID) { markup.leaf("mRID", day.mRID) }
    name(day.name)
    if markup.sometimes(Irregularity.secondName) { name("Zähler \(day.index + 1)") }
    if markup.sometimes(Irregularity.meterStatus) {
      markup.open("status")
      markup.leaf("dateTime", later(day, fraction))
      markup.leaf("value", "inService")
      markup.close("status")
    }
    markup.close("Meter")
  }

  private mutating func usagePoint(_ day: MeterDay) {
    markup.open("UsagePoint")
    markup.leaf("mRID", day.usagePoint)
    if markup.sometimes(Irregularity.usagePointName) { name("UP \(day.index + 1)") }
    markup.close("UsagePoint")
  }

  private mutating func events(_ day: MeterDay, _ fraction: String) {
    for number in 0...markup.random.below(3) {
      markup.open("EndDeviceEvents")
      markup.leaf("createdDateTime", later(day, fraction))
      if markup.sometimes(Irregularity.source) { markup.leaf("issuerID", "HES") }
      if markup.sometimes(Irregularity.reason) { markup.leaf("reason", "last gasp") }
      markup.reference("EndDeviceEventType", number % 2 == 0 ? "3.26.0.85" : "3.26.0.216")
      markup.close("EndDeviceEvents")
    }
  }

  private mutating func name(_ text: String) {
    markup.open("Names")
    markup.leaf("name", text)
    if markup.sometimes(Irregularity.nameType) {
      markup.open("NameType")
      markup.leaf("name", "MeterBadgeNumber")
      if markup.sometimes(Irregularity.nameTypeAuthority) {
        markup.open("NameTypeAuthority")
        markup.leaf("description", "Stadtwerke Süd")
        markup.leaf("name", "utility")
        markup.close("NameTypeAuthority")
      }
      markup.close("NameType")
    }
    markup.close("Names")
  }

  private mutating func interval(_ name: String, end: String, start: String?) {
    markup.open(name)
    markup.leaf("end", end)
    if let start { markup.leaf("start", start) }
    markup.close(name)
  }

  /// A moment of the day after.
  private mutating func later(_ day: MeterDay, _ fraction: String) -> String {
    times.text(secondOfDay: 86_400 + markup.random.below(86_400), day, fraction: fraction)
  }
}
