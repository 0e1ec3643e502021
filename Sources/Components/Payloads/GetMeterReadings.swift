// The request profile GetMeterReadings.
public import CIMModel

/// What readings are wanted: goes into the Request of `get MeterReadings`.
///
/// A query by example: objects of one kind are alternatives, kinds narrow each other.
///
/// - SeeAlso: IEC 61968-9, Annex J (Figure J.2)
public struct GetMeterReadings: Sendable, Hashable {
  public static let profile = "GetMeterReadings"

  public var endDevices: [IdentifiedObject]
  public var endDeviceGroups: [IdentifiedObject]
  /// Reasons of the wanted readings, e.g. "inquiry".
  public var reasons: [String]
  public var readingTypes: [IdentifiedObject]
  /// Periods; none: the present value is wanted, an on-request read.
  public var scheduleIntervals: [DateTimeInterval]
  public var transformerTanks: [IdentifiedObject]
  public var usagePoints: [IdentifiedObject]
  public var usagePointGroups: [IdentifiedObject]

  public init(
    endDevices: [IdentifiedObject] = [], readingTypes: [String] = [], scheduleIntervals: [DateTimeInterval] = [],
    transformerTanks: [IdentifiedObject] = [], usagePoints: [IdentifiedObject] = [], reasons: [String] = []
  ) {
    self.endDevices = endDevices
    endDeviceGroups = []
    self.reasons = reasons
    // A reading type is an object of its own here: the Names [0..*] may stay away, the mRID is the code.
    self.readingTypes = readingTypes.map { IdentifiedObject(mRID: $0) }
    self.scheduleIntervals = scheduleIntervals
    self.transformerTanks = transformerTanks
    self.usagePoints = usagePoints
    usagePointGroups = []
  }

  /// Reads the profile's root element.
  public init(_ element: Element) {
    endDevices = element.objects("EndDevice")
    if let meter = element.at("MeterReadings", "Meter") { endDevices.append(IdentifiedObject(meter)) }
    endDeviceGroups = element.objects("EndDeviceGroup")
    reasons = element.all("Reading").compactMap { $0.text("reason") }
    readingTypes = element.objects("ReadingType")
    if let type = element.at("MeterReadings", "Readings", "ReadingType") { readingTypes.append(IdentifiedObject(type)) }
    scheduleIntervals = element.all("TimeSchedule").compactMap { $0["scheduleInterval"].map(DateTimeInterval.init) }
    scheduleIntervals += element.all("Reading").compactMap { $0["timePeriod"].map(DateTimeInterval.init) }
    if let period = element.at("MeterReadings", "Readings", "timePeriod") {
      scheduleIntervals.append(DateTimeInterval(period))
    }
    transformerTanks = element.objects("TransformerTank")
    usagePoints = element.objects("UsagePoint")
    if let point = element.at("MeterReadings", "UsagePoint") { usagePoints.append(IdentifiedObject(point)) }
    usagePointGroups = element.objects("UsagePointGroup")
  }

  /// The profile's root element.
  public var element: Element {
    .profile(Self.profile) { root in
      for device in endDevices { root.append("EndDevice", device) }
      for group in endDeviceGroups { root.append("EndDeviceGroup", group) }
      for reason in reasons { root.append("Reading") { $0.append("reason", reason) } }
      for type in readingTypes { root.append("ReadingType", type) }
      for interval in scheduleIntervals { root.append("TimeSchedule") { $0.append("scheduleInterval", interval) } }
      for tank in transformerTanks { root.append("TransformerTank", tank) }
      for point in usagePoints { root.append("UsagePoint", point) }
      for group in usagePointGroups { root.append("UsagePointGroup", group) }
    }
  }
}
