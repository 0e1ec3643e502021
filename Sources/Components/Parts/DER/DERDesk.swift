// Management of distributed energy resources: groups of inverters, what they do and can do, and what they are told.
import CIMModel
public import IECMessage
import Logging
public import MessageBus
import MeterSimulator

/// DER management over simulated inverters.
///
/// Serves create, change and delete of DERGroups, get of DERGroups, DERGroupStatuses and DERGroupForecasts by their
/// Queries payloads, create of DERGroupDispatches, and, for network operations, EndDeviceControls that connect and
/// disconnect a group. Publishes DERGroups that were created, changed or deleted, changed DERGroupStatuses, and created
/// EndDeviceEvents. 1,000 groups of 10,000 inverters at most.
///
/// Reply codes: 1.7 nothing in the payload, or a create without DERFunction; 2.29 unknown inverter or group; 3.1 too many
/// intervals; 3.2 too many groups; 5.2 a group that is there already, a parameter or a unit that is not served; 6.1 more
/// than the group can give, what its DERFunction rules out, an inverter of another group, a group that is named twice.
///
/// - SeeAlso: IEC 61968-5
public actor DERDesk: SystemPart {
  struct Group {
    var object: IdentifiedObject
    /// As it was sent, in the namespace of DERGroups.
    var element: Element
    var members: [Int]
    var dispatches: [Dispatch] = []

    /// Whether the group's DERFunction has a function.
    func has(_ function: String) -> Bool {
      let text = element["DERFunction"]?.text(function)
      return text == "true" || text == "1"
    }
  }

  /// A curve that a group follows, in W by interval.
  struct Dispatch {
    var schedule: DERSchedule
    var values: [Int: Int]

    /// What is wanted at a time; nil before and after.
    func power(at time: Timestamp) -> Int? {
      let passed = time.seconds(since: schedule.start)
      guard passed >= 0 else { return nil }
      let interval = passed / Double(schedule.seconds)
      guard interval < 1_000_000 else { return nil }
      let number = Int(interval) + 1
      guard let here = values[number] else { return nil }
      guard schedule.isStraightLine, let next = values[number + 1] else { return here }
      return here + Int((Double(next - here) * (interval - Double(number - 1))).rounded())
    }
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private let logger: Logger
  let now: @Sendable () -> Timestamp
  var fleet: InverterFleet
  /// By mRID, or first name of those without.
  var groups: [String: Group] = [:]
  /// Every mRID and name of a group.
  var index: [String: String] = [:]
  private var outbox: [Message] = []
  private let wake: AsyncStream<Void>.Continuation
  private let calls: AsyncStream<Void>
  /// Forecasts given, one for each group.
  var forecastCount = 0
  static let groupLimit = 1_000
  static let intervalLimit = 1_000
  static let boundaryLimit = 10_000
  /// Values in one forecast.
  static let pointLimit = 20_000

  init(
    id: ParticipantID, fleet: InverterFleet, port: any MessagePort, logger: Logger,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.id = id
    self.fleet = fleet
    self.port = port
    self.logger = logger
    self.now = now
    interests = [
      .serves([.create, .change, .delete, .get], ["DERGroups"]),
      .serves([.get], ["DERGroupStatuses", "DERGroupForecasts"]),
      .serves([.create], ["DERGroupDispatches"]),
      .serves([.create], [EndDeviceControls.noun], from: ["NO"]),
    ]
    (calls, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public static let actions: [ActionDescription] = [
    .init("report", ["group"], "the status of a group is told, unasked")
  ]

  public static let facts: [FactDescription] = [
    .init("groups/*/members", "inverters in a group, by its mRID or name"),
    .init("groups/*/power", "what it feeds in, in kW"),
    .init("groups/*/rated", "what it could feed in at most, in kW"),
    .init("groups/*/connected", "inverters of a group whose switch is closed"),
    .init("forecasts/count", "forecasts of a group that were given"),
    .init("inverters/*/charge", "what the battery of an inverter holds, in percent"),
  ]

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    settle()
    defer { wake.yield() }
    do {
      switch (request.verb, request.noun) {
      case (.create, "DERGroups"): try create(request)
      case (.change, "DERGroups"): try change(request)
      case (.delete, "DERGroups"): try delete(request)
      case (.create, "DERGroupDispatches"): try dispatch(request)
      case (.create, EndDeviceControls.noun): try switchGroups(request)
      default: return request.reply(.ok, objects: [try answer(query: request)], source: id.rawValue)
      }
      return request.reply(.ok, source: id.rawValue)
    } catch let refusal as Refusal {
      return request.refused(refusal, source: id.rawValue)
    }
  }

  /// Brings the inverters up to now: batteries, and what the groups' dispatches want.
  ///
  /// Batteries are counted from one boundary of an interval to the next, by what is wanted halfway: what a straight line
  /// comes to. 10,000 boundaries at most; of more the first.
  func settle() {
    let time = now()
    let running = groups.values.filter { !$0.dispatches.isEmpty }
    var boundaries: Set<Timestamp> = []
    for dispatch in running.flatMap(\.dispatches) {
      for number in dispatch.values.keys {
        for boundary in [dispatch.schedule.time(ofInterval: number), dispatch.schedule.time(ofInterval: number + 1)]
        where fleet.counted < boundary && boundary < time {
          boundaries.insert(boundary)
        }
      }
    }
    for boundary in boundaries.sorted().prefix(Self.boundaryLimit) + [time] where fleet.counted < boundary {
      let halfway = fleet.counted.adding(seconds: Int64(boundary.seconds(since: fleet.counted) / 2))
      for group in running { follow(group, at: halfway) }
      fleet.advance(to: boundary)
    }
    for (key, group) in groups where !group.dispatches.isEmpty {
      follow(group, at: time)
      groups[key]?.dispatches.removeAll { dispatch in
        let last = dispatch.values.keys.max() ?? 0
        return dispatch.schedule.time(ofInterval: last + 1) < time
      }
    }
  }

  /// Does what the newest dispatch of a group wants at a time.
  private func follow(_ group: Group, at time: Timestamp) {
    let wanted = group.dispatches.lazy.reversed().compactMap { $0.power(at: time) }.first
    fleet.dispatch(group.members, power: wanted, at: time)
  }

  /// Adds an event to what is to be published.
  func tell(_ verb: Verb, _ noun: String, _ element: Element, correlationID: String?) {
    outbox.append(.event(verb, noun, [element], source: id.rawValue, correlationID: correlationID))
  }

  public func work() async throws {
    for await _ in calls {
      while !outbox.isEmpty { await port.publish(outbox.removeFirst(), from: id, logger: logger) }
    }
  }

  public func perform(_ action: ActionCall) async throws {
    let name = try action.text("group")
    guard let key = index[name] else { throw ActionError("there is no group \(name)") }
    settle()
    tell(.changed, "DERGroupStatuses", statuses([key]), correlationID: nil)
    wake.yield()
  }

  public func fact(_ path: FactPath) async -> String? {
    settle()
    if path[0] == "forecasts" { return String(forecastCount) }
    if path[0] == "inverters" {
      let charge = fleet.index(of: path[1]).flatMap { fleet.stateOfCharge(of: $0) }
      return charge.map { String(Int(($0 * 100).rounded())) }
    }
    guard let group = index[path[1]].flatMap({ groups[$0] }) else { return nil }
    switch path[2] {
    case "members": return String(group.members.count)
    case "power": return DERPower.text(power(of: group))
    case "rated": return DERPower.text(rated(group).upperBound)
    default: return String(group.members.count { fleet.isConnected($0) })
    }
  }

  func power(of group: Group) -> Int {
    let time = now()
    return group.members.reduce(0) { $0 + fleet.power(of: $1, at: time) }
  }

  /// What its inverters can draw and feed in at most, by their rating.
  func rated(_ group: Group) -> ClosedRange<Int> {
    let most = group.members.reduce(0) { $0 + fleet[$1].rated }
    let least = group.members.reduce(0) { $0 - (fleet[$1].source == .storage ? fleet[$1].rated : 0) }
    return least...most
  }
}
