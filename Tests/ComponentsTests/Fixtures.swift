// What the tests of the components share: messages made by hand, and a port that keeps what is sent.
import CIMModel
import Components
import IECMessage
import Logging
import MessageBus
import MeterSimulator
import Synchronization

/// 2026-11-21T10:05:00Z.
let start = Timestamp(seconds: 1_795_255_500)

var quiet: Logger {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}

/// Keeps what components send, and answers requests by `answer`.
final class RecordingPort: MessagePort {
  private let state = Mutex<(sent: [Message], waiting: [Int: AsyncStream<Message>.Continuation])>(([], [:]))
  private let reply: @Sendable (Message, ParticipantID) async throws -> Message?

  init(_ reply: @escaping @Sendable (Message, ParticipantID) async throws -> Message? = { _, _ in nil }) {
    self.reply = reply
  }

  var sent: [Message] { state.withLock { $0.sent } }

  func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome {
    let waiting = state.withLock { state in
      state.sent.append(message)
      return Array(state.waiting.values)
    }
    for waiter in waiting { waiter.yield(message) }
    if message.verb?.role == .request, let answer = try await reply(message, sender) {
      return .reply(EntryID(1), answer)
    }
    return .accepted(EntryID(1))
  }

  /// The first message that fits, sent already or to come within five seconds.
  func first(_ fits: @escaping @Sendable (Message) -> Bool) async -> Message? {
    let (stream, arrival) = AsyncStream.makeStream(of: Message.self)
    let sent = state.withLock { state in
      state.waiting[state.waiting.count] = arrival
      return state.sent
    }
    if let found = sent.first(where: fits) { return found }
    return await withTaskGroup(of: Message?.self) { group in
      group.addTask {
        for await message in stream where fits(message) { return message }
        return nil
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(5))
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }
}

/// Runs `body` beside something that runs until it is cancelled.
func running<Result: Sendable>(
  _ service: @escaping @Sendable () async throws -> Void, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask {
      try await service()
      return nil
    }
    group.addTask { try await body() }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      if let result { return result }
    }
    throw CancellationError()
  }
}

/// A tick that never comes.
let never: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(3600)) }

/// A head end over a small fleet, with a clock that stands still.
struct HeadEnd {
  let fleet = MeterFleet(count: 50, seed: 1, start: start)
  let clock = UtilityClock(standingAt: start)
  let port = RecordingPort()
  let system: MeteringSystem

  init(_ edit: (inout MeteringSystem.Configuration) -> Void = { _ in }) {
    var configuration = MeteringSystem.Configuration()
    configuration.switchDuration = .zero
    configuration.signalLoss = 0
    edit(&configuration)
    let clock = clock
    system = MeteringSystem(fleet: fleet, port: port, configuration: configuration, logger: quiet) { clock.now() }
  }

  func meter(_ index: Int) -> IdentifiedObject {
    IdentifiedObject(mRID: fleet[index].mRID, names: [fleet[index].name])
  }

  func read(_ wanted: GetMeterReadings) async throws -> Message {
    try await system.answer(.get(MeterReadings.noun, wanted.element, source: "MDM"), from: "MDM")
  }

  func control(_ code: String, _ meters: [IdentifiedObject]) -> Message {
    let control = EndDeviceControl(endDeviceControlType: code, endDevices: meters)
    return .request(.create, EndDeviceControls.noun, [EndDeviceControls([control]).element], source: "MDM")
  }
}

extension Message {
  var codes: [String] { reply?.errors.map(\.code) ?? [] }
  var meterReadings: [MeterReading] { MeterReadings(objects: payload?.objects ?? []).meterReadings }
  var deviceEvents: [EndDeviceEvent] { EndDeviceEvents(objects: payload?.objects ?? []).endDeviceEvents }
}
