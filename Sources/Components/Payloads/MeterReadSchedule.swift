// The noun MeterReadSchedule.
public import CIMModel

/// Payload of the noun MeterReadSchedule: which meters are to be read when, and what for.
///
/// - SeeAlso: IEC 61968-9, 5.3.3 (Figure 27)
public struct MeterReadSchedule: Sendable, Hashable {
  public static let noun = "MeterReadSchedule"

  /// Meters; with no device, group or usage point at all: every meter of the system asked.
  public var endDevices: [IdentifiedObject]
  public var endDeviceGroups: [IdentifiedObject]
  public var readingTypes: [IdentifiedObject]
  public var timeSchedules: [TimeSchedule]
  public var usagePoints: [IdentifiedObject]
  public var usagePointGroups: [IdentifiedObject]

  public init(
    endDevices: [IdentifiedObject] = [], readingTypes: [String], timeSchedules: [TimeSchedule],
    usagePoints: [IdentifiedObject] = []
  ) {
    self.endDevices = endDevices
    endDeviceGroups = []
    self.readingTypes = readingTypes.map { IdentifiedObject(mRID: $0) }
    self.timeSchedules = timeSchedules
    self.usagePoints = usagePoints
    usagePointGroups = []
  }

  /// Reads the root element. Customer accounts and agreements are passed over.
  public init(_ element: Element) {
    endDevices = element.objects("EndDevice")
    endDeviceGroups = element.objects("EndDeviceGroup")
    readingTypes = element.objects("ReadingType")
    timeSchedules = element.all("TimeSchedule").map(TimeSchedule.init)
    usagePoints = element.objects("UsagePoint")
    usagePointGroups = element.objects("UsagePointGroup")
  }

  /// The profile's root element. EndDevice needs an mRID here, unlike in other profiles.
  public var element: Element {
    .profile(Self.noun) { root in
      for device in endDevices { root.append("EndDevice", device) }
      for group in endDeviceGroups { root.append("EndDeviceGroup", group) }
      for type in readingTypes { root.append("ReadingType", type) }
      for schedule in timeSchedules { root.append("TimeSchedule") { schedule.write(into: &$0) } }
      for point in usagePoints { root.append("UsagePoint", point) }
      for group in usagePointGroups { root.append("UsagePointGroup", group) }
    }
  }
}

/// When something is to be done: at time points, or again and again within an interval.
public struct TimeSchedule: Sendable, Hashable {
  public var disabled: Bool
  /// Whole seconds by which each due time is later than the schedule has it.
  public var offset: Int64
  /// Whole seconds between due times.
  public var recurrencePeriod: Int64?
  public var scheduleInterval: DateTimeInterval?
  public var timePoints: [Timestamp]

  public init(
    recurrencePeriod: Int64? = nil, offset: Int64 = 0, scheduleInterval: DateTimeInterval? = nil,
    timePoints: [Timestamp] = []
  ) {
    disabled = false
    self.offset = offset
    self.recurrencePeriod = recurrencePeriod
    self.scheduleInterval = scheduleInterval
    self.timePoints = timePoints
  }

  init(_ element: Element) {
    // xs:float in the profile: "900.0" is read too, a fraction of a second is cut off.
    func seconds(_ name: String) -> Int64? {
      element.text(name).flatMap(Double.init).flatMap { $0.magnitude < 1e9 ? Int64($0) : nil }
    }
    disabled = ["true", "1"].contains(element.text("disabled") ?? "")
    offset = seconds("offset") ?? 0
    recurrencePeriod = seconds("recurrencePeriod")
    scheduleInterval = element["scheduleInterval"].map(DateTimeInterval.init)
    timePoints = element.all("TimePoints").compactMap { $0.time("dateTime") }
  }

  func write(into element: inout Element) {
    if disabled { element.append("disabled", "true") }
    if offset != 0 { element.append("offset", String(offset)) }
    element.append("recurrencePeriod", recurrencePeriod.map { String($0) })
    element.append("scheduleInterval", scheduleInterval)
    for point in timePoints { element.append("TimePoints") { $0.append("dateTime", point) } }
  }
}
