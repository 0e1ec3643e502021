// The noun EndDeviceControls.
public import CIMModel

/// Payload of the noun EndDeviceControls: commands to meters and other end devices.
///
/// - SeeAlso: IEC 61968-9, 5.4.3 (Figure 36)
public struct EndDeviceControls: Sendable, Hashable {
  public static let noun = "EndDeviceControls"

  public var endDeviceControls: [EndDeviceControl]

  public init(_ endDeviceControls: [EndDeviceControl] = []) { self.endDeviceControls = endDeviceControls }

  /// Reads the root element.
  public init(_ element: Element) { endDeviceControls = element.all("EndDeviceControl").map(EndDeviceControl.init) }

  /// All payloads of this noun in a message, together.
  public init(objects: [Element]) {
    endDeviceControls = objects.lazy.filter { $0.name == Self.noun }.flatMap { Self($0).endDeviceControls }
  }

  /// The profile's root element.
  public var element: Element {
    .profile(Self.noun) { root in
      for control in endDeviceControls { root.append("EndDeviceControl") { control.write(into: &$0) } }
    }
  }
}

/// One command and the devices it is for.
public struct EndDeviceControl: Sendable, Hashable {
  public var mRID: String?
  public var issuerID: String?
  public var issuerTrackingID: String?
  public var reason: String?
  /// Code of the command (IEC 61968-9, Annex F), e.g. "3.31.0.23".
  public var endDeviceControlType: String
  public var endDeviceGroups: [IdentifiedObject]
  public var endDevices: [IdentifiedObject]
  public var usagePointGroups: [IdentifiedObject]
  public var usagePoints: [IdentifiedObject]
  /// The element it was read from, for what this type has no property of: PAN controls, timing, install codes.
  public private(set) var source: Element?

  public init(
    mRID: String? = nil, issuerID: String? = nil, issuerTrackingID: String? = nil, reason: String? = nil,
    endDeviceControlType: String, endDevices: [IdentifiedObject] = [], usagePoints: [IdentifiedObject] = []
  ) {
    self.mRID = mRID
    self.issuerID = issuerID
    self.issuerTrackingID = issuerTrackingID
    self.reason = reason
    self.endDeviceControlType = endDeviceControlType
    endDeviceGroups = []
    self.endDevices = endDevices
    usagePointGroups = []
    self.usagePoints = usagePoints
  }

  init(_ element: Element) {
    source = element
    mRID = element.text("mRID")
    issuerID = element.text("issuerID")
    issuerTrackingID = element.text("issuerTrackingID")
    reason = element.text("reason")
    endDeviceControlType = element["EndDeviceControlType"]?.attribute("ref") ?? ""
    endDeviceGroups = element.objects("EndDeviceGroups")
    endDevices = element.objects("EndDevices")
    usagePointGroups = element.objects("UsagePointGroups")
    usagePoints = element.objects("UsagePoints")
  }

  func write(into element: inout Element) {
    element.append("mRID", mRID)
    element.append("issuerID", issuerID)
    element.append("issuerTrackingID", issuerTrackingID)
    element.append("reason", reason)
    element.append("EndDeviceControlType", ref: endDeviceControlType)
    for group in endDeviceGroups { element.append("EndDeviceGroups", group) }
    for device in endDevices { element.append("EndDevices", device) }
    for group in usagePointGroups { element.append("UsagePointGroups", group) }
    for point in usagePoints { element.append("UsagePoints", point) }
  }
}
