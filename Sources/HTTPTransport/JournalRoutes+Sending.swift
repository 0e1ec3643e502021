// The endpoints that send journaled messages again.
import CIMCodec
import HTTPTypes
import Hummingbird
import HummingbirdCore
import IECMessage
import MessageBus
import NIOCore

extension JournalRoutes {
  /// `POST /messages/{entry}/resubmit?again=…`, whose body is the mended message, or empty to send it as it was;
  /// `POST /messages/{entry}/replay?to=…&again=…`.
  ///
  /// For operators, and not from a page in a browser, which may be anybody's.
  func addSending(to router: RouterGroup<ConnectionContext>) {
    router.post("messages/:entry/resubmit") { request, context in
      await sending(request, context) { try await resubmit($0, request, again: $1) }
    }
    router.post("messages/:entry/replay") { request, context in
      await sending(request, context) { entry, again in
        guard let participant = Parameters(request)["to"] else { throw BadParameter("say to whom: replay?to=…") }
        return try await bus.replay(entry, to: ParticipantID(participant), again: again)
      }
    }
  }

  private func sending(
    _ request: HummingbirdCore.Request, _ context: ConnectionContext,
    _ send: (EntryID, _ again: Bool) async throws -> Outcome
  ) async -> Response {
    await forOperators(request, context) {
      guard request.headers[.origin] == nil else {
        return failure("messages are not sent again for a page in a browser", "forbidden", .forbidden)
      }
      let id = try entry(context)
      let again = try Parameters(request).value("again", "not true or false") { Bool($0) } ?? false
      return .json(json(try await send(id, again)))
    }
  }

  private func resubmit(_ entry: EntryID, _ request: HummingbirdCore.Request, again: Bool) async throws -> Outcome {
    let outcome = await limiter.admit { ticket -> Result<Outcome, any Error> in
      do {
        let sent = try await BodyBuffer.collect(
          request.body, limit: configuration.bodyLimit, ticket,
          declaredLength: request.headers[.contentLength].flatMap { Int($0) })
        let bytes = sent.isEmpty ? try await whole(entry) : sent
        let inspection = gate.reader.read(bytes)
        guard inspection.verdict == .valid, let message = inspection.message else {
          throw BusError(.coding, reason(inspection, isMended: !sent.isEmpty))
        }
        return .success(try await bus.resubmit(entry, message: message, raw: bytes, again: again))
      } catch let error as TransportError {
        return .failure(BadParameter(error.message))
      } catch {
        return .failure(error)
      }
    }
    guard let outcome else { throw BusError(.busy, "too many messages are being worked on; try again later") }
    return try outcome.get()
  }

  /// The bytes as they were received, if they are no more than what may be received.
  private func whole(_ entry: EntryID) async throws -> [UInt8] {
    guard let bytes = try await bus.body(of: entry, from: 0, count: configuration.bodyLimit + 1) else {
      throw NoSuchEntry(entry: entry)
    }
    guard bytes.count <= configuration.bodyLimit else {
      throw BusError(.coding, "entry \(entry) has more than \(configuration.bodyLimit) bytes")
    }
    return bytes
  }

  private func reason(_ inspection: Inspection, isMended: Bool) -> String {
    let what = isMended ? "the mended message" : "the message, as it was received,"
    guard let first = inspection.violations.first else { return "\(what) is no message of IEC 61968-100" }
    let rest = inspection.violations.count - 1
    return "\(what) is \(inspection.verdict.rawValue): line \(first.line): \(first.message)"
      + (rest > 0 ? " (and \(rest) more)" : "") + "; mend it and give it with --body FILE"
  }

  private func json(_ outcome: Outcome) -> String {
    var object = JSONObject()
    object.add("entry", outcome.entry.rawValue)
    object.add("result", outcome.reply?.reply?.result.rawValue ?? "accepted")
    object.add("code", outcome.reply?.reply?.errors.first?.code)
    object.add("reason", outcome.reply?.reply?.errors.first?.reason)
    return object.closed
  }
}
