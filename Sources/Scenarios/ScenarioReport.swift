// What became of a scenario.
public import IECMessage

/// The verdict on one run of a scenario, and what was observed.
public struct ScenarioReport: Sendable {
  public var scenario: Scenario
  /// The first thing that went wrong: what was expected and what came instead. Nil: passed.
  public var failure: String?
  /// Messages between the participants, in the order in which the bus told of them.
  public var exchanges: [Exchange]
  public var seconds: Double
  /// The messages themselves, with their replies, as the systems handed them in and got them.
  public var traffic: [Message] = []
  /// What faults destroyed: messages that never reached the bus.
  public var destroyed: [String] = []
  /// What the facts of the scenario's expectations were at the end: "MS meters/ID/switch" and its value; absent ones are
  /// left out.
  public var state: [String: String] = [:]

  /// What could not be looked at or done, as it is at systems that are not this process's.
  public var unchecked: [String] = []

  public var passed: Bool { failure == nil }

  /// Requests, replies and events that were observed.
  public var messages: Int { exchanges.reduce(0) { $0 + ($1.reply == nil ? 1 : 2) } }
}

extension ScenarioReport {
  /// What was exchanged, for `ScenarioRecorder`.
  public var recorded: [ScenarioRecorder.Recorded] {
    let byID = Dictionary(
      traffic.compactMap { message in message.header?.messageID.map { ($0, message) } }, uniquingKeysWith: { $1 })
    return exchanges.compactMap { exchange in
      guard let message = exchange.messageID.flatMap({ byID[$0] }) else { return nil }
      let reply = exchange.reply.flatMap { reply in
        reply.result.map { Reply(result: $0, errors: reply.code.map { [ReplyError(code: $0)] } ?? []) }
      }
      let to = exchange.to.isEmpty ? exchange.reply.map { [$0.from] } ?? [] : exchange.to
      return ScenarioRecorder.Recorded(from: exchange.from, to: to, message: message, reply: reply)
    }
  }
}
