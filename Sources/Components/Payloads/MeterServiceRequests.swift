// The noun MeterServiceRequests. Its shape is known from one lineage of working drafts only.
public import CIMModel

/// Payload of the noun MeterServiceRequests: work to be done at meters, and what became of it.
///
/// - SeeAlso: IEC 61968-9, 5.6.1 (Figure 41)
public struct MeterServiceRequests: Sendable, Hashable {
  public static let noun = "MeterServiceRequests"

  public var meterServiceWorks: [MeterServiceWork]

  public init(_ meterServiceWorks: [MeterServiceWork] = []) { self.meterServiceWorks = meterServiceWorks }

  /// Reads the root element.
  public init(_ element: Element) { meterServiceWorks = element.all("MeterServiceWork").map(MeterServiceWork.init) }

  /// All payloads of this noun in a message, together.
  public init(objects: [Element]) {
    meterServiceWorks = objects.lazy.filter { $0.name == Self.noun }.flatMap { Self($0).meterServiceWorks }
  }

  /// The profile's root element.
  public var element: Element {
    .profile(Self.noun) { root in
      for work in meterServiceWorks { root.append("MeterServiceWork") { work.write(into: &$0) } }
    }
  }
}

/// One piece of work at one meter.
public struct MeterServiceWork: Sendable, Hashable {
  /// What is to be done; the words of the profile's enumeration.
  public struct Kind: Sendable, Hashable, CustomStringConvertible {
    public var rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
    public static let disconnect = Kind("disconnect")
    public static let reconnect = Kind("reconnect")
    /// A meter goes up, comes down or is exchanged; `type` says which.
    public static let meter = Kind("meter")
    public static let inspection = Kind("inspection")
    public static let test = Kind("test")
  }

  /// What became of it. The words are our own: the profile leaves `Status.value` open.
  public struct Status: Sendable, Hashable {
    public var dateTime: Timestamp?
    public var reason: String?
    public var value: String

    public init(dateTime: Timestamp?, reason: String? = nil, value: String) {
      self.dateTime = dateTime
      self.reason = reason
      self.value = value
    }

    /// Taken on; the crew has it.
    public static let scheduled = "scheduled"
    public static let completed = "completed"
    public static let failed = "failed"
  }

  public var kind: Kind?
  public var lastModifiedDateTime: Timestamp?
  public var priority: String?
  public var requestDateTime: Timestamp?
  /// The work in the orderer's own words: the profile leaves `type` open.
  public var type: String?
  public var meter: IdentifiedObject?
  /// The meter that was taken off, where one was.
  public var oldMeter: IdentifiedObject?
  /// Values read for this work, inside its Meter.
  public var readings: [Reading]
  public var status: Status?

  public init(
    kind: Kind?, lastModifiedDateTime: Timestamp? = nil, priority: String? = nil, requestDateTime: Timestamp? = nil,
    type: String? = nil, meter: IdentifiedObject?, oldMeter: IdentifiedObject? = nil, readings: [Reading] = [],
    status: Status? = nil
  ) {
    self.kind = kind
    self.lastModifiedDateTime = lastModifiedDateTime
    self.priority = priority
    self.requestDateTime = requestDateTime
    self.type = type
    self.meter = meter
    self.oldMeter = oldMeter
    self.readings = readings
    self.status = status
  }

  init(_ element: Element) {
    kind = element.text("kind").map(Kind.init)
    lastModifiedDateTime = element.time("lastModifiedDateTime")
    priority = element.text("priority")
    requestDateTime = element.time("requestDateTime")
    type = element.text("type")
    meter = element["Meter"].map(IdentifiedObject.init)
    oldMeter = element["OldMeter"].map(IdentifiedObject.init)
    readings = (element["Meter"]?.all("MeterReadings") ?? []).flatMap { $0.all("Readings").map(Reading.init) }
    status = element["status"].map {
      Status(dateTime: $0.time("dateTime"), reason: $0.text("reason"), value: $0.text("value") ?? "")
    }
  }

  func write(into element: inout Element) {
    element.append("kind", kind?.rawValue)
    element.append("lastModifiedDateTime", lastModifiedDateTime)
    element.append("priority", priority)
    element.append("requestDateTime", requestDateTime)
    element.append("type", type)
    element.append("Meter") { meter in
      meter.append("mRID", self.meter?.mRID)
      if !readings.isEmpty {
        meter.append("MeterReadings") { for reading in readings { reading.write(into: &$0) } }
      }
      if let names = self.meter { meter.appendNames(names) }
    }
    element.append("OldMeter", oldMeter)
    if let status {
      element.append("status") {
        $0.append("dateTime", status.dateTime)
        $0.append("reason", status.reason)
        $0.append("value", status.value)
      }
    }
  }
}
