// The noun TroubleTickets.
import CIMModel

/// A customer's report of trouble.
///
/// - SeeAlso: IEC 61968-8; the profile is provisional
struct TroubleTicket: Sendable, Hashable {
  static let noun = "TroubleTickets"

  var mRID: String?
  var comment: String?
  var dateTimeOfReport: Timestamp?
  var resolvedDateTime: Timestamp?
  var incident: IdentifiedObject?
  var names: [String]
  var serviceLocation: IdentifiedObject?
  /// The words are our own: open, assigned, closed.
  var status: String?
  var unplannedOutage: IdentifiedObject?

  init(mRID: String?, comment: String?, dateTimeOfReport: Timestamp?, serviceLocation: IdentifiedObject?) {
    self.mRID = mRID
    self.comment = comment
    self.dateTimeOfReport = dateTimeOfReport
    self.serviceLocation = serviceLocation
    names = []
    status = "open"
  }

  init(_ element: Element) {
    mRID = element.text("mRID")
    comment = element.text("comment")
    dateTimeOfReport = element.time("dateTimeOfReport")
    resolvedDateTime = element.time("resolvedDateTime")
    incident = element["Incident"].map(IdentifiedObject.init)
    names = IdentifiedObject(element).names
    serviceLocation = element["ServiceLocation"].map(IdentifiedObject.init)
    status = element.at("status", "value")?.text
    unplannedOutage = element["UnplannedOutage"].map(IdentifiedObject.init)
  }

  /// All that may identify it.
  var identifiers: [String] { (mRID.map { [$0] } ?? []) + names }

  static func payload(_ tickets: [TroubleTicket]) -> Element {
    var root = Element(noun, in: customerNamespace(noun))
    for ticket in tickets { root.append("TroubleTicket") { ticket.write(into: &$0) } }
    return root
  }

  private func write(into element: inout Element) {
    element.append("mRID", mRID)
    element.append("comment", comment)
    element.append("dateTimeOfReport", dateTimeOfReport)
    element.append("reportingKind", "call")
    element.append("resolvedDateTime", resolvedDateTime)
    element.append("Incident", incident)
    for name in names { element.append("Names") { $0.append("name", name) } }
    element.append("ServiceLocation", serviceLocation)
    if let status { element.append("status") { $0.append("value", status) } }
    element.append("UnplannedOutage", unplannedOutage)
  }
}

/// The namespace of a profile of IEC 61968-8.
func customerNamespace(_ noun: String) -> String { "http://iec.ch/TC57/2015/\(noun)#" }
