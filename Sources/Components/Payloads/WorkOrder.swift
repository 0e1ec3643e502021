// The nouns WorkRequests, MaintenanceOrders and ServiceOrders: one spine, three profiles.
public import CIMModel

/// An order of work: a request to do something, or the order that a crew carries out.
///
/// What the three profiles have in common, and of what is theirs alone the part that work management acts by.
///
/// - SeeAlso: IEC 61968-6
public struct WorkOrder: Sendable, Hashable {
  /// Which of the nouns it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case workRequest = "WorkRequest"
    case maintenanceOrder = "MaintenanceOrder"
    case serviceOrder = "ServiceOrder"

    /// Root of the payload, e.g. "WorkRequests".
    public var noun: String { rawValue + "s" }
    var namespace: String { "http://iec.ch/TC57/2015/\(noun)#" }

    public init?(noun: String) {
      guard let kind = Kind.allCases.first(where: { $0.noun == noun }) else { return nil }
      self = kind
    }
  }

  public var kind: Kind
  public var object: IdentifiedObject
  /// The profiles allow several; each is a piece of work of its own.
  public var works: [Work]

  public init(_ kind: Kind, _ object: IdentifiedObject, works: [Work]) {
    self.kind = kind
    self.object = object
    self.works = works
  }

  init(_ kind: Kind, _ element: Element) {
    self.kind = kind
    object = IdentifiedObject(element)
    works = element.all("Work").map(Work.init)
  }

  /// The orders of a message's payload; none where it holds another noun.
  public static func read(_ kind: Kind, _ objects: [Element]) -> [WorkOrder] {
    objects.filter { $0.name == kind.noun }.flatMap { $0.all(kind.rawValue) }.map { WorkOrder(kind, $0) }
  }

  /// A payload of this order alone.
  public var element: Element {
    var root = Element(kind.noun, in: kind.namespace)
    root.append(kind.rawValue) { order in
      order.appendIdentity(object)
      for work in works { order.append("Work") { work.write(into: &$0, kind) } }
    }
    return root
  }

  /// How it is known at work management: its mRID, else its first name.
  public var identifier: String { object.identifier }
}

/// A piece of work: what kind, how far it has come, when, and its tasks.
public struct Work: Sendable, Hashable {
  public var mRID: String?
  /// A WorkKind, e.g. "maintenance".
  public var kind: String?
  public var lastModifiedDateTime: Timestamp?
  public var requestDateTime: Timestamp?
  /// A WorkStatusKind; `WorkStatus` has their order.
  public var statusKind: String?
  /// Of MaintenanceOrders required by a create, where there is a priority.
  public var rank: String?
  public var timeSchedules: [TimeSchedule]
  public var tasks: [WorkTask]

  /// When it is wished, estimated or was done.
  public struct TimeSchedule: Sendable, Hashable {
    /// A WorkTimeScheduleKind: actual, earliest, estimate, latest or request.
    public var kind: String?
    public var interval: DateTimeInterval

    public init(kind: String?, interval: DateTimeInterval) {
      self.kind = kind
      self.interval = interval
    }

    init(_ element: Element) {
      kind = element.text("kind")
      interval = element["scheduleInterval"].map(DateTimeInterval.init) ?? DateTimeInterval()
    }

    func write(into element: inout Element) {
      element.append("kind", kind)
      element.append("scheduleInterval", interval)
    }
  }

  public init(
    kind: String?, statusKind: String?, requestDateTime: Timestamp? = nil, timeSchedules: [TimeSchedule] = [],
    tasks: [WorkTask] = []
  ) {
    self.kind = kind
    self.statusKind = statusKind
    self.requestDateTime = requestDateTime
    self.timeSchedules = timeSchedules
    self.tasks = tasks
  }

  init(_ element: Element) {
    mRID = element.text("mRID")
    kind = element.text("kind")
    lastModifiedDateTime = element.time("lastModifiedDateTime")
    requestDateTime = element.time("requestDateTime")
    statusKind = element.text("statusKind")
    rank = element.at("priority", "rank")?.text
    timeSchedules = element.all("TimeSchedules").map(TimeSchedule.init)
    tasks = element.all("WorkTasks").map(WorkTask.init)
  }

  func write(into element: inout Element, _ order: WorkOrder.Kind) {
    element.append("mRID", mRID)
    element.append("kind", kind)
    element.append("lastModifiedDateTime", lastModifiedDateTime)
    element.append("requestDateTime", requestDateTime)
    element.append("statusKind", statusKind)
    if let rank { element.append("priority") { $0.append("rank", rank) } }
    for schedule in timeSchedules { element.append("TimeSchedules") { schedule.write(into: &$0) } }
    for task in tasks { element.append("WorkTasks") { task.write(into: &$0, order) } }
  }
}
