// The noun PubOutages.
public import CIMModel

/// Payload of the noun PubOutages: outages as the public and authorities hear of them.
///
/// - SeeAlso: IEC 61968-3; names and cardinalities are those of a feed in use
public struct PubOutages: Sendable, Hashable {
  public static let noun = "PubOutages"
  static let namespace = "http://iec.ch/TC57/2014/PubOutages#"

  public var outages: [PubOutage]

  public init(_ outages: [PubOutage] = []) { self.outages = outages }

  /// All payloads of this noun in a message, together.
  public init(objects: [Element]) {
    outages = objects.lazy.filter { $0.name == Self.noun }.flatMap { $0.all("Outage") }.map(PubOutage.init)
  }

  /// The profile's root element.
  public var element: Element {
    var root = Element(Self.noun, in: Self.namespace)
    for outage in outages { root.append("Outage") { outage.write(into: &$0) } }
    return root
  }
}

/// One outage, without anything that names a customer or a device.
public struct PubOutage: Sendable, Hashable {
  public var mRID: String
  public var customersRestored: Int?
  public var metersAffected: Int?
  public var originalMetersAffected: Int?
  /// An OutageStatusKind.
  public var outageKind: String?
  public var reportedStartTime: Timestamp?
  public var utilityDisclaimer: String?
  public var actualPeriod: DateTimeInterval?
  public var names: [String]
  /// Meters served where it is.
  public var metersServed: Int?

  init(_ element: Element) {
    mRID = element.text("mRID") ?? ""
    customersRestored = element.text("customersRestored").flatMap { Int($0) }
    metersAffected = element.text("metersAffected").flatMap { Int($0) }
    originalMetersAffected = element.text("originalMetersAffected").flatMap { Int($0) }
    outageKind = element.text("outageKind")
    reportedStartTime = element.time("reportedStartTime")
    utilityDisclaimer = element.text("utilityDisclaimer")
    actualPeriod = element["actualPeriod"].map(DateTimeInterval.init)
    names = element.all("Names").compactMap { $0.text("name") }
    metersServed = element.at("OutageArea", "metersServed").flatMap { Int($0.text) }
  }

  /// What the public is told of an outage.
  public init(_ outage: Outage, disclaimer: String? = nil) {
    mRID = outage.id
    customersRestored = outage.metersRestored.count
    metersAffected = max(0, outage.metersAffected - outage.metersRestored.count)
    originalMetersAffected = outage.metersAffected
    outageKind = outage.state.rawValue
    reportedStartTime = outage.began
    utilityDisclaimer = disclaimer
    actualPeriod = DateTimeInterval(start: outage.began, end: outage.restored)
    names = [outage.id]
    metersServed = outage.metersOnTransformer
  }

  func write(into element: inout Element) {
    element.append("mRID", mRID)
    element.append("customersRestored", customersRestored.map { String($0) })
    element.append("metersAffected", metersAffected.map { String($0) })
    element.append("originalMetersAffected", originalMetersAffected.map { String($0) })
    element.append("outageKind", outageKind)
    element.append("reportedStartTime", reportedStartTime)
    element.append("utilityDisclaimer", utilityDisclaimer)
    element.append("actualPeriod", actualPeriod)
    for name in names { element.append("Names") { $0.append("name", name) } }
    if let metersServed {
      element.append("OutageArea") {
        $0.append("earliestReportedTime", reportedStartTime)
        $0.append("metersServed", String(metersServed))
      }
    }
  }
}
