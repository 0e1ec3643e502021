// The systems beside the core of a small utility, and what the core's systems send when they have all their parts.
import IECMessage
import MessageBus

extension ReferenceComponents {
  /// Every system with all its parts, as the scenarios play them.
  public static let complete: [ComponentEntry] = entries.map { entry in
    var entry = entry
    entry.emits += wholeEmits[entry.id] ?? []
    entry.requests += wholeRequests[entry.id] ?? []
    return entry
  }

  /// Systems that have no place in a small utility.
  static let further: [ComponentEntry] = [
    ComponentEntry(
      id: "POS", name: "Point of sale", vendor: vendor, functions: ["POS"],
      emits: [MessagePattern([.created], ["ReceiptRecord", "TransactionRecord"])]),
    ComponentEntry(
      id: "DRMS", name: "Demand response management system", vendor: vendor, functions: ["DRMS"],
      requests: groups + [questions, MessagePattern([.create], ["EndDeviceControls"])]),
    ComponentEntry(
      id: "LMS", name: "Load management system", vendor: vendor, functions: ["LMS"],
      requests: groups + [
        questions, MessagePattern([.create], ["EndDeviceControls", "MeterServiceRequests"]),
      ]),
    ComponentEntry(
      id: "PLAN", name: "Planning", vendor: vendor, functions: ["NE"],
      requests: [questions, MessagePattern([.create], ["MeterServiceRequests"])]),
    ComponentEntry(
      id: "NO", name: "Network operations", vendor: vendor, functions: ["NO", "CTL", "SSC"],
      emits: [
        MessagePattern([.created, .changed, .closed, .canceled], ["PlannedOutages", "SwitchingPlans"]),
        MessagePattern([.created], ["PlannedOutageNotifications", "SwitchingOrders"]),
        MessagePattern([.created, .changed], ["SafetyDocuments"]),
        MessagePattern([.created, .deleted], ["OperationalTags"]),
      ],
      requests: [
        questions, MessagePattern([.create], ["DERGroupDispatches", "EndDeviceControls"]),
        MessagePattern([.create, .change, .delete, .get], ["DERGroups"]),
        MessagePattern([.get], ["DERGroupForecasts", "DERGroupStatuses"]),
      ]),
    ComponentEntry(
      id: "WM", name: "Work management", vendor: vendor, functions: ["WM", "SCHD", "FRD"],
      emits: [
        MessagePattern([.changed], ["MeterServiceRequests"]),
        MessagePattern([.changed, .canceled, .closed], orders), MessagePattern([.created], ["MaintenanceOrders"]),
        MessagePattern([.created], ["MeterReadings"]),
      ],
      requests: [
        MessagePattern([.create], ["SwitchingPlanRequests"]), MessagePattern([.change], ["SafetyDocuments"]),
      ]),
    ComponentEntry(
      id: "MM", name: "Meter maintenance", vendor: vendor, functions: ["MM"],
      emits: [MessagePattern([.created], ["MeterReadings"])],
      requests: [MessagePattern([.create], ["MeterServiceRequests"])]),
    ComponentEntry(
      id: "MAM", name: "Meter asset management", vendor: vendor, functions: ["MAM", "AM"],
      requests: [
        MessagePattern([.change], ["MeterConfig"]), MessagePattern([.create], ["EndDeviceConfig"]),
        MessagePattern([.create], ["MeterServiceRequests", "WorkRequests"]),
        MessagePattern([.cancel, .close], orders),
      ]),
    ComponentEntry(
      id: "LC", name: "Load control", vendor: vendor, functions: ["LMS"],
      emits: [MessagePattern([.created], ["EndDeviceEvents"])]),
    ComponentEntry(
      id: "DERMS", name: "Management of distributed energy resources", vendor: vendor, functions: ["DER"],
      emits: [
        MessagePattern([.created, .changed, .deleted], ["DERGroups"]), MessagePattern([.changed], ["DERGroupStatuses"]),
        MessagePattern([.created], ["EndDeviceEvents"]),
      ]),
  ]

  private static let wholeEmits: [ParticipantID: [MessagePattern]] = [
    "OMS": [
      MessagePattern([.created, .changed, .closed], ["PubOutages", "UnplannedOutages"]),
      MessagePattern([.changed, .closed], ["TroubleTickets"]),
      MessagePattern([.created, .changed], ["IncidentInformation"]),
    ]
  ]

  private static let wholeRequests: [ParticipantID: [MessagePattern]] = [
    "CIS": [
      MessagePattern([.create, .change, .close, .delete, .get], configNouns),
      MessagePattern([.create, .close, .get], ["MasterDataLinkageConfig"]),
      MessagePattern([.execute], ["OperationSet"]), MessagePattern([.get], ["CustomerMeterDataSet"]),
      MessagePattern([.create], ["EndDeviceControls"]),
      MessagePattern([.create, .change], ["ServiceOrders"]), MessagePattern([.cancel, .close], orders),
      MessagePattern([.create], ["TroubleTickets"]),
    ],
    "OMS": [
      MessagePattern([.get], ["EndDeviceEvents"]), MessagePattern([.create, .close, .cancel], ["WorkRequests"]),
    ],
  ]

  /// IEC 61968-6.
  private static let orders = ["MaintenanceOrders", "ServiceOrders", "WorkRequests"]
  private static let questions = MessagePattern([.get], ["EndDeviceEvents", "MeterReadings"])
  private static let groups = [MessagePattern([.create, .change], ["EndDeviceGroups"])]
}
