// The noun UnplannedOutages.
public import CIMModel

/// Payload of the noun UnplannedOutages: outages that nobody planned.
///
/// - SeeAlso: IEC 61968-3; the profile is provisional
public struct UnplannedOutages: Sendable, Hashable {
  public static let noun = "UnplannedOutages"
  static let namespace = "http://iec.ch/TC57/2021/UnplannedOutages#"

  public var unplannedOutages: [UnplannedOutage]

  public init(_ unplannedOutages: [UnplannedOutage] = []) { self.unplannedOutages = unplannedOutages }

  /// All payloads of this noun in a message, together.
  public init(objects: [Element]) {
    unplannedOutages = objects.lazy.filter { $0.name == Self.noun }.flatMap { $0.all("UnplannedOutage") }
      .map(UnplannedOutage.init)
  }

  /// The profile's root element.
  public var element: Element {
    var root = Element(Self.noun, in: Self.namespace)
    for outage in unplannedOutages { root.append("UnplannedOutage") { outage.write(into: &$0) } }
    return root
  }
}

/// One outage.
public struct UnplannedOutage: Sendable, Hashable {
  public var mRID: String?
  public var comment: String?
  public var createdDateTime: Timestamp?
  public var metersAffected: Int?
  public var customersRestored: Int?
  public var originalMetersAffected: Int?
  /// An OutageStatusKind: predicted, confirmed, partiallyRestored, restored or closed.
  public var outageKind: String?
  public var reportedStartTime: Timestamp?
  /// What is out in the utility's own words: "transformer", "service".
  public var type: String?
  public var actualPeriod: DateTimeInterval?
  public var deEnergizedUsagePoints: [IdentifiedObject]
  public var energizedUsagePoints: [IdentifiedObject]
  /// What is out.
  public var equipments: [IdentifiedObject]
  public var names: [String]

  init(_ element: Element) {
    mRID = element.text("mRID")
    comment = element.text("comment")
    createdDateTime = element.time("createdDateTime")
    metersAffected = element.text("metersAffected").flatMap { Int($0) }
    customersRestored = element.text("customersRestored").flatMap { Int($0) }
    originalMetersAffected = element.text("originalMetersAffected").flatMap { Int($0) }
    outageKind = element.text("outageKind")
    reportedStartTime = element.time("reportedStartTime")
    type = element.text("type")
    actualPeriod = element["actualPeriod"].map(DateTimeInterval.init)
    deEnergizedUsagePoints = element.objects("DeEnergizedUsagePoint")
    energizedUsagePoints = element.objects("EnergizedUsagePoint")
    equipments = element.objects("Equipments")
    names = element.all("Names").compactMap { $0.text("name") }
  }

  /// What others are told of an outage.
  public init(_ outage: Outage) {
    mRID = outage.id
    comment = outage.falseAlarm.map { "no outage: \($0.rawValue)" }
    createdDateTime = outage.detected
    metersAffected = max(0, outage.metersAffected - outage.metersRestored.count)
    customersRestored = outage.metersRestored.count
    originalMetersAffected = outage.metersAffected
    outageKind = outage.state.rawValue
    reportedStartTime = outage.began
    type = outage.kind
    actualPeriod = DateTimeInterval(start: outage.began, end: outage.restored)
    deEnergizedUsagePoints = outage.usagePointsOut.map { IdentifiedObject(names: [$0]) }
    energizedUsagePoints = outage.usagePointsRestored.map { IdentifiedObject(names: [$0]) }
    equipments = outage.kind == "service" ? [] : [IdentifiedObject(names: [outage.device])]
    names = [outage.id]
  }

  func write(into element: inout Element) {
    element.append("mRID", mRID)
    element.append("comment", comment)
    element.append("createdDateTime", createdDateTime)
    element.append("customersRestored", customersRestored.map { String($0) })
    element.append("metersAffected", metersAffected.map { String($0) })
    element.append("originalMetersAffected", originalMetersAffected.map { String($0) })
    element.append("outageKind", outageKind)
    element.append("reportedStartTime", reportedStartTime)
    element.append("type", type)
    element.append("actualPeriod", actualPeriod)
    for point in deEnergizedUsagePoints { element.append("DeEnergizedUsagePoint", point) }
    for point in energizedUsagePoints { element.append("EnergizedUsagePoint", point) }
    for equipment in equipments { element.append("Equipments", equipment) }
    for name in names { element.append("Names") { $0.append("name", name) } }
  }
}
