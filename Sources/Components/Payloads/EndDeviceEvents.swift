// The noun EndDeviceEvents.
public import CIMModel

/// Payload of the noun EndDeviceEvents: what happened to meters and other end devices.
///
/// - SeeAlso: IEC 61968-9, 5.2.3 (Figure 13)
public struct EndDeviceEvents: Sendable, Hashable {
  public static let noun = "EndDeviceEvents"

  public var endDeviceEvents: [EndDeviceEvent]

  public init(_ endDeviceEvents: [EndDeviceEvent] = []) { self.endDeviceEvents = endDeviceEvents }

  /// Reads the root element; events without `createdDateTime` are passed over, as it is mandatory.
  public init(_ element: Element) { endDeviceEvents = element.all("EndDeviceEvent").compactMap(EndDeviceEvent.init) }

  /// All payloads of this noun in a message, together.
  public init(objects: [Element]) {
    endDeviceEvents = objects.lazy.filter { $0.name == Self.noun }.flatMap { Self($0).endDeviceEvents }
  }

  /// The profile's root element.
  public var element: Element {
    .profile(Self.noun) { root in
      for event in endDeviceEvents { root.append("EndDeviceEvent") { event.write(into: &$0) } }
    }
  }
}

/// One event of one device.
public struct EndDeviceEvent: Sendable, Hashable {
  public var mRID: String?
  /// When it happened, by the device's clock.
  public var createdDateTime: Timestamp
  public var reason: String?
  /// The device.
  public var asset: IdentifiedObject?
  /// Code of the event (IEC 61968-9, Annex E), e.g. "3.26.0.85".
  public var endDeviceEventType: String
  public var usagePoint: IdentifiedObject?

  public init(
    mRID: String? = nil, createdDateTime: Timestamp, reason: String? = nil, asset: IdentifiedObject?,
    endDeviceEventType: String, usagePoint: IdentifiedObject? = nil
  ) {
    self.mRID = mRID
    self.createdDateTime = createdDateTime
    self.reason = reason
    self.asset = asset
    self.endDeviceEventType = endDeviceEventType
    self.usagePoint = usagePoint
  }

  init?(_ element: Element) {
    guard let created = element.time("createdDateTime") else { return nil }
    mRID = element.text("mRID")
    createdDateTime = created
    reason = element.text("reason")
    asset = element["Assets"].map(IdentifiedObject.init)
    endDeviceEventType = element["EndDeviceEventType"]?.attribute("ref") ?? ""
    usagePoint = element["UsagePoint"].map(IdentifiedObject.init)
  }

  func write(into element: inout Element) {
    element.append("mRID", mRID)
    element.append("createdDateTime", createdDateTime)
    element.append("reason", reason)
    element.append("Assets", asset)
    element.append("EndDeviceEventType", ref: endDeviceEventType)
    element.append("UsagePoint", usagePoint)
  }
}
