// A plan that takes a transformer out of service for work and puts it back.
import CIMModel
import MeterSimulator

/// Switching for work at one transformer: what is done, in which order, and how far it is.
struct SwitchingPlan {
  /// What is done; the second half undoes the first, the other way round.
  enum Action: CaseIterable {
    case openSwitch, placeTag, ground, issueClearance, releaseClearance, removeGround, removeTag, closeSwitch
  }

  var number: Int
  /// The SwitchingPlanRequest it comes of.
  var request: IdentifiedObject?
  /// How the requester of an outage names it; nobody's where it comes of a SwitchingPlanRequest.
  var requested = IdentifiedObject()
  var purpose: String?
  var transformer: String
  /// Half-open: the outage.
  var start: Timestamp
  var end: Timestamp
  var usagePoints: [IdentifiedObject]
  var created: Timestamp
  /// When each action was done.
  var executed: [Action: Timestamp] = [:]
  var isCancelled = false

  var name: String { "SP-\(number)" }
  var outage: String { "PO-\(number)" }
  /// All that may identify its outage.
  var outageIdentifiers: [String] { [outage] + requested.identifiers }
  var clearance: String { "CL-\(number)" }
  var tag: String { "TAG-\(number)" }
  /// The switch before the transformer.
  var breaker: String { "SW-\(transformer)" }

  /// planned, inProgress, completed or cancelled. The words are our own: the profile leaves `Status.value` open.
  var state: String {
    isCancelled
      ? "cancelled"
      : executed.isEmpty ? "planned" : executed.count == Action.allCases.count ? "completed" : "inProgress"
  }

  /// Nothing more is done by it.
  var isOver: Bool { isCancelled || state == "completed" }

  /// A clearance is out: people may be at work.
  var isCleared: Bool { executed[.issueClearance] != nil && executed[.releaseClearance] == nil }

  /// Whether its outage lies in a period of another one at the same transformer.
  func overlaps(_ transformer: String, _ start: Timestamp, _ end: Timestamp) -> Bool {
    !isCancelled && state != "completed" && self.transformer == transformer && self.start < end && start < self.end
  }
}

/// The namespace of a profile of IEC 61968-3.
func networkNamespace(_ noun: String) -> String { "http://iec.ch/TC57/2021/\(noun)#" }

extension SwitchingPlan {
  private func root(_ noun: String, _ object: String, _ name: String, _ body: (inout Element) -> Void) -> Element {
    var root = Element(noun, in: networkNamespace(noun))
    root.append(object) { body(&$0) }
    return root
  }

  private static func name(_ text: String, _ element: inout Element) {
    element.append("Names") { $0.append("name", text) }
  }

  /// As SwitchingPlans.
  func plan(modified: Timestamp) -> Element {
    root("SwitchingPlans", "SwitchingPlan", name) { element in
      element.append("createdDateTime", created)
      element.append("lastModifiedDateTime", modified)
      element.append("purpose", purpose)
      Self.name(name, &element)
      element.append("Outage", IdentifiedObject(names: [outage]))
      element.append("plannedPeriod", DateTimeInterval(start: start, end: end))
      element.append("SafetyDocuments", IdentifiedObject(names: [clearance]))
      element.append("status") { $0.append("value", state) }
      element.append("SwitchingPlanRequest", request)
      let half = Action.allCases.count / 2
      for (number, actions) in [Action.allCases.prefix(half), Action.allCases.suffix(half)].enumerated() {
        element.append("SwitchingStepGroups") { group in
          group.append("isFreeSequence", "false")
          group.append("purpose", number == 0 ? "isolation" : "return to service")
          group.append("sequenceNumber", String(number + 1))
          for (index, action) in actions.enumerated() {
            group.append("SwitchingStep") { step in
              step.append("isFreeSequence", "false")
              step.append("sequenceNumber", String(index + 1))
              write(action, into: &step)
            }
          }
        }
      }
    }
  }

  private func write(_ action: Action, into step: inout Element) {
    func act(_ name: String, _ kind: String, _ target: String, _ object: String) {
      step.append(name) { element in
        element.append("executedDateTime", executed[action])
        element.append("kind", kind)
        element.append("plannedDateTime", isReturn(action) ? end : start)
        element.append(target, IdentifiedObject(names: [object]))
      }
    }
    switch action {
    case .openSwitch: act("SwitchAction", "open", "OperatedSwitch", breaker)
    case .placeTag: act("TagAction", "place", "OperationalTag", tag)
    case .ground: act("GroundAction", "place", "GroundedEquipment", transformer)
    case .issueClearance: act("ClearanceAction", "issue", "Clearance", clearance)
    case .releaseClearance: act("ClearanceAction", "release", "Clearance", clearance)
    case .removeGround: act("GroundAction", "remove", "GroundedEquipment", transformer)
    case .removeTag: act("TagAction", "remove", "OperationalTag", tag)
    case .closeSwitch: act("SwitchAction", "close", "OperatedSwitch", breaker)
    }
  }

  private func isReturn(_ action: Action) -> Bool {
    switch action {
    case .openSwitch, .placeTag, .ground, .issueClearance: false
    default: true
    }
  }

  /// As PlannedOutages.
  func outage(_ kind: String, modified: Timestamp) -> Element {
    root("PlannedOutages", "PlannedOutage", outage) { element in
      element.append("mRID", requested.mRID)
      element.append("lastModifiedDateTime", modified)
      element.append("originalCustomersServed", String(usagePoints.count))
      element.append("originalMetersAffected", String(usagePoints.count))
      element.append("outageKind", kind)
      element.append("reason", purpose)
      if let open = executed[.openSwitch] {
        element.append("actualPeriod", DateTimeInterval(start: open, end: executed[.closeSwitch]))
      }
      for point in usagePoints {
        element.append(kind == "restored" || kind == "closed" ? "EnergizedUsagePoint" : "DeEnergizedUsagePoint", point)
      }
      element.append("Equipments", IdentifiedObject(names: [transformer]))
      element.append("estimatedPeriod", DateTimeInterval(start: start, end: end))
      Self.name(outage, &element)
      for name in requested.names { Self.name(name, &element) }
      element.append("SwitchingPlans", IdentifiedObject(names: [name]))
    }
  }

  /// As PlannedOutageNotifications.
  func notification(modified: Timestamp) -> Element {
    root("PlannedOutageNotifications", "PlannedOutageNotification", outage) { element in
      element.append("createdDateTime", modified)
      element.append("subject", "no power from \(start.xmlText) to \(end.xmlText)")
      Self.name(outage, &element)
      element.append("SwitchingPlan", IdentifiedObject(names: [name]))
      for point in usagePoints { element.append("UsagePoint", point) }
    }
  }

  /// As SwitchingOrders.
  func order(modified: Timestamp) -> Element {
    root("SwitchingOrders", "SwitchingOrder", name) { element in
      element.append("createdDateTime", modified)
      Self.name("SO-\(name)", &element)
      element.append("plannedExecutionInterval", DateTimeInterval(start: start, end: end))
      element.append("status") { $0.append("value", state) }
      element.append("SwitchingPlan", IdentifiedObject(names: [name]))
    }
  }

  /// As SafetyDocuments: the clearance.
  var safetyDocument: Element {
    root("SafetyDocuments", "ClearanceDocument", clearance) { element in
      element.append("issuedDateTime", executed[.issueClearance])
      element.append("mustBeDeenergised", "true")
      element.append("mustBeGrounded", "true")
      element.append("releasedDateTime", executed[.releaseClearance])
      Self.name(clearance, &element)
      element.append("status") { $0.append("value", executed[.releaseClearance] == nil ? "issued" : "released") }
      element.append("SwitchingPlan", IdentifiedObject(names: [name]))
      element.append("TaggedPSRs", IdentifiedObject(names: [breaker]))
    }
  }

  /// As OperationalTags.
  func operationalTag(modified: Timestamp) -> Element {
    root("OperationalTags", "OperationalTag", tag) { element in
      element.append("createdDateTime", executed[.placeTag])
      element.append("lastModifiedDateTime", modified)
      element.append("subject", "do not operate")
      Self.name(tag, &element)
      element.append("PowerSystemResource", IdentifiedObject(names: [breaker]))
    }
  }
}
