// The query for events.
public import CIMModel

/// Which events are asked for: of these meters and usage points, of these types, in these intervals.
public struct GetEndDeviceEvents: Sendable, Hashable {
  public static let profile = "GetEndDeviceEvents"

  public var meters: [IdentifiedObject]
  public var usagePoints: [IdentifiedObject]
  /// Codes; empty: all.
  public var eventTypes: [String]
  public var intervals: [DateTimeInterval]

  public init(
    meters: [IdentifiedObject], usagePoints: [IdentifiedObject] = [], eventTypes: [String] = [],
    intervals: [DateTimeInterval] = []
  ) {
    self.meters = meters
    self.usagePoints = usagePoints
    self.eventTypes = eventTypes
    self.intervals = intervals
  }

  /// Reads the root element.
  public init(_ element: Element) {
    meters = element.objects("Meter")
    usagePoints = element.objects("UsagePoint")
    eventTypes = element.objects("EndDeviceEventType").compactMap(\.identifiers.first)
    intervals = element.all("TimeSchedule").compactMap { $0["scheduleInterval"].map(DateTimeInterval.init) }
  }

  /// The profile's root element.
  public var element: Element {
    .profile(Self.profile) { root in
      for type in eventTypes { root.append("EndDeviceEventType", IdentifiedObject(mRID: type)) }
      for meter in meters { root.append("Meter", meter) }
      for interval in intervals {
        root.append("TimeSchedule") { $0.append("scheduleInterval", interval) }
      }
      for point in usagePoints { root.append("UsagePoint", point) }
    }
  }
}
