// A bad line between the systems and the bus.
public import IECMessage
public import MessageBus
import MeterSimulator
import Synchronization

/// Loses, delays, repeats and reorders what systems send, are sent and reply, and keeps some of them off the bus for a while.
///
/// What systems send passes `send`; what they are sent, and their replies, pass the `FaultyParticipant` that stands for them.
/// A message that comes twice is one the bus knows already, so only what is sent is repeated.
///
/// A transmission that is lost is made again, up to three times, as transports do that deliver at least once; what is
/// lost each time is destroyed and listed. What happens to a system's n-th message depends on the seed alone.
public final class FaultyPort: MessagePort {
  /// What goes wrong, and how often.
  public struct Plan: Sendable, Hashable {
    /// Share of transmissions that are lost, 0 to 1.
    public var drop = 0.0
    /// Longest delay of a message; each has one of its own up to that.
    public var delay: Duration = .zero
    /// Share of messages that are sent twice, 0 to 1.
    public var duplicate = 0.0
    /// Events of different systems may overtake each other.
    public var reorders = false
    /// How long a system is off the bus from the beginning; what it sends and is sent waits.
    public var offline: [ParticipantID: Duration] = [:]
    public var seed: UInt64

    public init(seed: UInt64) { self.seed = seed }
  }

  private struct State {
    /// Transmissions by system and direction.
    var counts: [String: Int] = [:]
    var destroyed: [String] = []
  }

  private let port: any MessagePort
  private let plan: Plan
  private let start = ContinuousClock.now
  private let state = Mutex(State())
  private static let attempts = 3

  public init(_ port: any MessagePort, plan: Plan) {
    self.port = port
    self.plan = plan
  }

  /// Messages that never arrived, at most 1,000: "MS: created EndDeviceEvents ID", "to OMS: …", "reply of MS: …".
  public var destroyed: [String] { state.withLock { $0.destroyed } }

  public func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome {
    var dice = dice(for: sender.rawValue)
    try await carry(message, of: sender, "\(sender)", &dice)
    let outcome = try await port.send(message, from: sender, raw: raw)
    if Double.random(in: 0..<1, using: &dice) < plan.duplicate {
      // The sender's transport had not seen the acknowledgement: what it is told now, it was told before.
      _ = try await port.send(message, from: sender, raw: raw)
    }
    return outcome
  }

  /// Carries a message to a system, or a reply from it.
  ///
  /// - Throws: `BusError` `.busy` when it was lost.
  func carry(_ message: Message, of system: ParticipantID, _ way: String) async throws {
    var dice = dice(for: way)
    try await carry(message, of: system, way, &dice)
  }

  private func carry(
    _ message: Message, of system: ParticipantID, _ way: String, _ dice: inout SplitMix64
  ) async throws {
    if let away = plan.offline[system] {
      let left = away - (ContinuousClock.now - start)
      if left > .zero { try await Task.sleep(for: left) }
    }
    var wait = plan.delay * Double.random(in: 0...1, using: &dice)
    if plan.reorders, message.kind == .event { wait += .milliseconds(Int.random(in: 0...30, using: &dice)) }
    if wait > .zero { try await Task.sleep(for: wait) }
    var attempt = 1
    while Double.random(in: 0..<1, using: &dice) < plan.drop {
      guard attempt < Self.attempts else {
        let name = "\(way): \(message.verb?.rawValue ?? "?") \(message.noun ?? "?") \(message.header?.messageID ?? "")"
        state.withLock { if $0.destroyed.count < 1_000 { $0.destroyed.append(name) } }
        throw BusError(.busy, "lost on the way \(attempt) times: \(name)")
      }
      attempt += 1
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Random numbers of the next message on a way.
  private func dice(for way: String) -> SplitMix64 {
    let count = state.withLock { state in
      state.counts[way, default: 0] += 1
      return state.counts[way] ?? 0
    }
    let key = way.utf8.reduce(plan.seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    return SplitMix64(seed: key &+ UInt64(count) &* 0x9E37_79B9)
  }
}
