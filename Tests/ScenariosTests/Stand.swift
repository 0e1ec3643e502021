// A bus with a small utility on it, for one test.
import CIMModel
import Components
import IECMessage
import Logging
import MessageBus
import Scenarios
import Synchronization

/// Keeps messages as they are; what it writes is their number.
final class KeepingCoder: MessageCoder {
  private let messages = Mutex<[Message]>([])

  func encode(_ message: Message) throws -> [UInt8] {
    messages.withLock { messages in
      messages.append(message)
      return Array(String(messages.count - 1).utf8)
    }
  }

  func decode(_ bytes: [UInt8]) throws -> Message {
    guard let number = Int(String(decoding: bytes, as: UTF8.self)) else { throw BusError(.coding, "no number") }
    return messages.withLock { $0[number] }
  }

  /// Every message that was journaled, in order.
  var all: [Message] { messages.withLock { $0 } }
}

/// What a test works with while bus and utility run.
struct Stand: Sendable {
  var bus: Bus
  var utility: Utility
  var coder: KeepingCoder

  /// 2026-11-21T10:05:00Z.
  static let start = Timestamp(seconds: 1_795_255_500)

  /// Runs bus and components around `body`.
  ///
  /// - Parameter participants: what joins; by default all components of the utility.
  static func with<Result: Sendable>(
    meters: Int = 100, seed: UInt64 = 1, switchDeadline: Duration = .seconds(5), signalLoss: Double = 0.02,
    participants: (@Sendable (Utility, Bus) -> [any Participant])? = nil,
    _ body: @escaping @Sendable (Stand) async throws -> Result
  ) async throws -> Result {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let coder = KeepingCoder()
    let bus = Bus(journal: InMemoryJournal(), coder: coder, logger: logger)
    var meteringSystem = MeteringSystem.Configuration()
    meteringSystem.switchDuration = .zero
    meteringSystem.signalLoss = signalLoss
    meteringSystem.metersPerReadingsMessage = 40
    var dataManagement = MeterDataManagement.Configuration()
    dataManagement.switchDeadline = switchDeadline
    dataManagement.orderDelay = .zero
    let utility = Utility(
      meters: meters, seed: seed, port: bus, clock: UtilityClock(standingAt: start), meteringSystem: meteringSystem,
      dataManagement: dataManagement, logger: logger)
    for participant in participants?(utility, bus) ?? utility.participants { try await bus.join(participant) }
    let stand = Stand(bus: bus, utility: utility, coder: coder)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try? await bus.run()
        return nil
      }
      group.addTask {
        // Nothing falls due by itself: the clock stands still.
        try? await utility.run { try await Task.sleep(for: .seconds(3600)) }
        return nil
      }
      group.addTask { try await body(stand) }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }
}

extension Scenario {
  static let figure7 = builtIn("7")
  static let figure14 = builtIn("14")
  static let figure16 = builtIn("16")
  static let figure33 = builtIn("33")

  /// One that no test can pass with, where there is none of this number.
  private static func builtIn(_ figure: String) -> Scenario {
    named(figure)
      ?? Scenario(
        id: "missing", figure: figure, title: "missing", clause: "", certainty: .inferred, basis: "",
        participants: ["nobody"], steps: [])
  }
}
