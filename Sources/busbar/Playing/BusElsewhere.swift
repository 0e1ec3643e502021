// A running bus as the venue of a scenario: what it tells and keeps, read over HTTP.
import CIMModel
import Foundation
import IECMessage
import MessageBus
import Scenarios

/// A bus that another process runs.
struct BusElsewhere: Venue {
  let client: BusClient
  private let reader = MessageReader()

  init(_ client: BusClient) { self.client = client }

  /// - Throws: `ClientError` where it does not answer, or does not tell this caller.
  func activity(bufferingNewest limit: Int) async throws -> AsyncStream<Activity> {
    let (steps, send) = AsyncStream.makeStream(of: Activity.self, bufferingPolicy: .bufferingNewest(limit))
    let (starts, started) = AsyncThrowingStream.makeStream(of: Void.self)
    // The stream is handed out while the connection goes on: it ends with the stream.
    let reading = Task { [client] in
      do {
        try await client.events(
          "/activity",
          begun: {
            started.yield()
            started.finish()
          },
          { json in
            if let step = try? JSONDecoder().decode(Told.self, from: Data(json.utf8)).activity { send.yield(step) }
          })
        started.finish(throwing: ClientError(description: "\(client.base) ended"))
      } catch {
        started.finish(throwing: error)
      }
      send.finish()
    }
    send.onTermination = { _ in reading.cancel() }
    for try await _ in starts { break }
    return steps
  }

  func message(_ entry: EntryID) async -> Message? {
    guard let body = try? await client.journal("/messages/\(entry)/body") else { return nil }
    return reader.read(body).message
  }

  func reply(to entry: EntryID) async -> Message? {
    guard let detail = try? await client.journal("/messages/\(entry)", as: MessageDetail.self),
      let last = detail.replies.last
    else { return nil }
    return await message(EntryID(last.entry))
  }

  /// A step as the bus tells it.
  private struct Told: Decodable {
    var step: Activity.Step
    var entry: Int64
    var time: String
    var from: String
    var to: String?
    var kind: String
    var verb: String?
    var noun: String?
    var messageID: String?
    var correlationID: String?
    var latency: Double?
    var result: String?
    var code: String?
    var reason: String?

    var activity: Activity? {
      guard let kind = MessageKind(rawValue: kind), let time = Timestamp(xmlText: time) else { return nil }
      return Activity(
        step: step, entry: EntryID(entry), time: time, from: ParticipantID(from), to: to.map { ParticipantID($0) },
        kind: kind, verb: verb.flatMap(Verb.init), noun: noun, messageID: messageID, correlationID: correlationID,
        latency: latency, result: result.flatMap(Reply.Result.init), code: code, reason: reason)
    }
  }
}
