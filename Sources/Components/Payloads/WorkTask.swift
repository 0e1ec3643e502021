// What a crew does, with which assets.
public import CIMModel

/// A task of a piece of work.
///
/// - SeeAlso: IEC 61968-6
public struct WorkTask: Sendable, Hashable {
  public var mRID: String?
  /// When the crew is expected.
  public var crewETA: Timestamp?
  public var instruction: String?
  /// A WorkStatusKind; WorkRequests have none at their tasks.
  public var statusKind: String?
  public var subject: String?
  /// exchange, install, investigate or remove.
  public var taskKind: String?
  /// What is worked at, or comes; `oldAsset` goes.
  public var assets: [Asset]
  public var crews: [IdentifiedObject]
  /// WorkRequests have none.
  public var oldAsset: Asset?
  /// ServiceOrders alone have one.
  public var usagePoint: IdentifiedObject?

  public init(
    statusKind: String? = nil, subject: String?, taskKind: String?, assets: [Asset] = [], oldAsset: Asset? = nil,
    usagePoint: IdentifiedObject? = nil
  ) {
    self.statusKind = statusKind
    self.subject = subject
    self.taskKind = taskKind
    self.assets = assets
    crews = []
    self.oldAsset = oldAsset
    self.usagePoint = usagePoint
  }

  init(_ element: Element) {
    mRID = element.text("mRID")
    crewETA = element.time("crewETA")
    instruction = element.text("instruction")
    statusKind = element.text("statusKind")
    subject = element.text("subject")
    taskKind = element.text("taskKind")
    assets = element.all("Assets").map(Asset.init)
    crews = element.objects("Crews")
    oldAsset = element["OldAsset"].map(Asset.init)
    usagePoint = element["UsagePoint"].map(IdentifiedObject.init)
  }

  func write(into element: inout Element, _ order: WorkOrder.Kind) {
    element.append("mRID", mRID)
    element.append("crewETA", crewETA)
    element.append("instruction", instruction)
    if order != .workRequest { element.append("statusKind", statusKind) }
    element.append("subject", subject)
    element.append("taskKind", taskKind)
    for asset in assets { element.append("Assets") { asset.write(into: &$0, order) } }
    for crew in crews { element.append("Crews", crew) }
    if order != .workRequest, let oldAsset { element.append("OldAsset") { oldAsset.write(into: &$0, order) } }
    if order == .serviceOrder { element.append("UsagePoint", usagePoint) }
  }

  /// A thing that is worked at: in a ServiceOrder a meter, with what was read at it.
  public struct Asset: Sendable, Hashable {
    public var object: IdentifiedObject
    public var critical: String?
    public var utcNumber: String?
    /// ServiceOrders alone have one.
    public var serialNumber: String?
    /// ServiceOrders alone have them.
    public var readings: [Reading]

    public init(
      _ object: IdentifiedObject, critical: String? = nil, utcNumber: String? = nil, serialNumber: String? = nil
    ) {
      self.object = object
      self.critical = critical
      self.utcNumber = utcNumber
      self.serialNumber = serialNumber
      readings = []
    }

    init(_ element: Element) {
      object = IdentifiedObject(element)
      critical = element.text("critical")
      utcNumber = element.text("utcNumber")
      serialNumber = element.text("serialNumber")
      readings = element.all("MeterReadings").flatMap { $0.all("Readings") }.map(Reading.init)
    }

    func write(into element: inout Element, _ order: WorkOrder.Kind) {
      element.append("mRID", object.mRID)
      element.append("critical", critical)
      if order == .serviceOrder { element.append("serialNumber", serialNumber) }
      element.append("utcNumber", utcNumber)
      if order == .serviceOrder, !readings.isEmpty {
        element.append("MeterReadings") { for reading in readings { reading.write(into: &$0) } }
      }
      element.appendNames(object)
    }

    /// All that may identify it.
    public var identifiers: [String] { object.identifiers + [serialNumber, utcNumber].compactMap { $0 } }
    public var label: String { identifiers.first ?? "(unnamed)" }
  }
}
