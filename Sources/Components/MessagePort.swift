// The side of the bus a component sends through, and how it sends.
public import IECMessage
import Logging
public import MessageBus

/// Where a component hands in its messages. `Bus` conforms; a transport to a bus elsewhere, or a test, can take its place.
public protocol MessagePort: Sendable {
  /// Returns once the message is durable and, for synchronous requests, answered.
  ///
  /// - Throws: `BusError`; `.busy` when the sender is to try again later.
  func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome
}

extension Bus: MessagePort {}

extension MessagePort {
  /// Sends a request and waits for its reply.
  ///
  /// - Returns: the reply; FAILED with the bus's own code where the bus would not take the request, 5.3 where it came
  ///   back without a reply.
  func ask(_ request: Message, from sender: ParticipantID) async -> Message {
    do {
      return try await send(request, from: sender, raw: nil).reply
        ?? request.failure("5.3", reason: "the request was accepted and not answered", source: sender.rawValue)
    } catch let error as BusError {
      return error.reply(to: request, source: sender.rawValue)
    } catch {
      return request.failure("5.3", reason: "the request could not be sent", source: sender.rawValue)
    }
  }

  /// Publishes an event, waiting and trying again while the bus is busy: at most three times, a second or less each.
  ///
  /// - Returns: whether the bus has taken it; a failure is logged.
  @discardableResult
  func publish(_ event: Message, from sender: ParticipantID, logger: Logger) async -> Bool {
    for attempt in 1...3 {
      do {
        _ = try await send(event, from: sender, raw: nil)
        return true
      } catch let error as BusError where error.code == .busy && attempt < 3 {
        do { try await Task.sleep(for: .milliseconds(250 * attempt)) } catch { return false }
      } catch {
        logger.error("\(sender) could not publish \(event.noun ?? "an event"): \(error)")
        return false
      }
    }
    return false
  }
}

/// Runs the operation and cancels it when the time is over.
///
/// - Returns: nil when the deadline came first.
func withDeadline<Value: Sendable>(
  _ deadline: Duration, _ operation: @escaping @Sendable () async -> Value?
) async -> Value? {
  await withTaskGroup(of: Value?.self) { group in
    group.addTask { await operation() }
    group.addTask {
      try? await Task.sleep(for: deadline)
      return nil
    }
    defer { group.cancelAll() }
    return await group.next() ?? nil
  }
}
