// Plans firmware upgrades in waves and watches how they go.
import CIMModel
public import IECMessage
public import MessageBus

/// Meter asset management's side of firmware: `change MeterConfig` to so many meters at a time; the next wave follows when
/// every meter of the last has told that it runs the new version, and none does when one has told that it failed.
///
/// - SeeAlso: IEC 61968-9, 5.7.1 (Figure 42)
public actor FirmwarePlanner: SystemPart {
  private struct Campaign {
    var firmware: String
    var waiting: [String]
    var waveSize: Int
    /// Meters of the wave under way that have not told yet.
    var pending: Set<String> = []
    var upgraded: Set<String> = []
    var failed: Set<String> = []
    var waves = 0
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private var campaign: Campaign?
  private let wake: AsyncStream<Void>.Continuation
  private let calls: AsyncStream<Void>

  public init(id: ParticipantID, port: any MessagePort) {
    self.id = id
    self.port = port
    interests = [.subscribes([.created], [EndDeviceEvents.noun])]
    (calls, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public static let actions: [ActionDescription] = [
    .init("upgrade", ["meters", "firmware", "waveSize"], "meters get new firmware, so many at a time")
  ]

  public static let facts: [FactDescription] = [
    .init("campaign/state", "running, done or halted"),
    .init("campaign/waves", "waves that were sent"),
    .init("campaign/upgraded", "meters that run the new version"),
    .init("campaign/failed", "meters that told of a failure"),
  ]

  public func perform(_ action: ActionCall) async throws {
    let meters = action.list("meters")
    guard !meters.isEmpty, meters.count <= 100_000 else { throw ActionError("meters must be 1 to 100,000 mRIDs") }
    campaign = Campaign(
      firmware: try action.text("firmware"), waiting: meters,
      waveSize: try action.int("waveSize", default: 1, in: 1...10_000))
    await sendWave()
  }

  private func sendWave() async {
    guard var current = campaign, current.pending.isEmpty, current.failed.isEmpty, !current.waiting.isEmpty else {
      return
    }
    let wave = Array(current.waiting.prefix(current.waveSize))
    current.waiting.removeFirst(wave.count)
    current.pending = Set(wave)
    current.waves += 1
    campaign = current
    let function = "FW-" + current.firmware
    let config = Element.profile("MeterConfig") { root in
      for meter in wave {
        root.append("Meter") {
          $0.append("mRID", meter)
          $0.append("SimpleEndDeviceFunction", ref: function)
        }
      }
      root.append("SimpleEndDeviceFunction") {
        $0.append("mRID", function)
        $0.append("firmwareID", current.firmware)
      }
    }
    let reply = await port.ask(.request(.change, "MeterConfig", [config], source: id.rawValue), from: id)
    if reply.reply?.result != .ok { campaign?.failed.formUnion(wave) }
  }

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    guard campaign != nil else { return }
    for event in EndDeviceEvents(objects: event.payload?.objects ?? []).endDeviceEvents {
      guard let code = DeviceCode(event.endDeviceEventType), code.domain == 11,
        let meter = event.asset?.identifiers.first(where: { campaign?.pending.contains($0) ?? false })
      else { continue }
      if code.subDomain == 17, code.eventOrAction == 52 {
        campaign?.pending.remove(meter)
        campaign?.upgraded.insert(meter)
      } else if code.subDomain == 0, code.eventOrAction == 85 {
        campaign?.pending.remove(meter)
        campaign?.failed.insert(meter)
      }
    }
    wake.yield()
  }

  public func work() async throws {
    for await _ in calls { await sendWave() }
  }

  public func fact(_ path: FactPath) async -> String? {
    guard let campaign else { return nil }
    switch path[1] {
    case "state":
      if !campaign.failed.isEmpty { return "halted" }
      return campaign.pending.isEmpty && campaign.waiting.isEmpty ? "done" : "running"
    case "waves": return String(campaign.waves)
    case "upgraded": return String(campaign.upgraded.count)
    default: return String(campaign.failed.count)
    }
  }
}
