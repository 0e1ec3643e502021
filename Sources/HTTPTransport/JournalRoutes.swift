// The endpoints that look into the journal: search, one message, dead letters.
import CIMModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import IECMessage
import Logging
import MessageBus
import NIOCore

/// `GET /messages?…`, `/messages/{entry}`, `/messages/{entry}/body`, `/dead-letters`, and what sends again
/// (`JournalRoutes+Sending`).
///
/// Parameters of a search: messageID, correlationID, noun, verb, partner, object, text, from, to, state, limit (50; at
/// most 1,000), before. A messageID or a correlationID alone gives the timeline: these messages and the replies to them,
/// oldest first.
struct JournalRoutes: Sendable {
  let bus: any BusPort
  let access: AccessControl
  let gate: MessageGate
  let limiter: LoadLimiter
  let configuration: HTTPConfiguration
  let logger: Logger

  func add(to router: RouterGroup<ConnectionContext>) {
    router.get("messages") { request, context in
      await forOperators(request, context) { try await messages(Parameters(request)) }
    }
    router.get("messages/:entry") { request, context in
      await forOperators(request, context) { try await message(entry(context)) }
    }
    router.get("messages/:entry/body") { request, context in
      await forOperators(request, context) { try await body(entry(context)) }
    }
    router.get("dead-letters") { request, context in
      await forOperators(request, context) { try await deadLetters(Parameters(request)) }
    }
    addSending(to: router)
  }

  // MARK: Search

  private func messages(_ parameters: Parameters) async throws -> Response {
    let unknown = parameters.names.subtracting(Self.searchParameters)
    guard unknown.isEmpty else {
      throw BadParameter("there is no parameter \(unknown.sorted().joined(separator: ", "))")
    }
    let isTimeline = parameters.names.subtracting(["limit"]).count == 1
    if isTimeline, let id = parameters["messageID"] {
      return timeline(try await bus.timeline(messageID: id, limit: try parameters.limit(100)))
    }
    if isTimeline, let id = parameters["correlationID"] {
      return timeline(try await bus.timeline(correlationID: id, limit: try parameters.limit(100)))
    }
    return .json(try await bus.search(query(parameters)).json)
  }

  private static let searchParameters: Set<String> = [
    "messageID", "correlationID", "noun", "verb", "partner", "object", "text", "from", "to", "state", "limit", "before",
  ]

  private func query(_ parameters: Parameters) throws -> MessageQuery {
    MessageQuery(
      messageID: parameters["messageID"], correlationID: parameters["correlationID"], noun: parameters["noun"],
      verb: try parameters.value("verb", "no verb of IEC 61968-100") { Verb(rawValue: $0) },
      partner: parameters["partner"].map { ParticipantID($0) }, object: parameters["object"],
      text: parameters["text"], from: try parameters.time("from"), to: try parameters.time("to"),
      state: try parameters.value("state", "not open, done, unrouted or dead") { JournalEntry.State(rawValue: $0) },
      limit: try parameters.limit(50),
      before: try parameters.value("before", "no entry number") { Int64($0).map { EntryID($0) } })
  }

  private func timeline(_ entries: [JournalEntry]) -> Response {
    .json("{\"messages\":" + JSONObject.array(entries.map(\.json)) + "}")
  }

  // MARK: One message

  private func message(_ id: EntryID) async throws -> Response {
    guard let entry = try await bus.entry(id) else { throw NoSuchEntry(entry: id) }
    let related = try await bus.related(to: id, limit: 100)
    var object = JSONObject()
    object.addRaw("message", entry.json)
    object.addRaw("replies", JSONObject.array(related.replies.map(\.json)))
    object.addRaw("replays", JSONObject.array(related.replays.map(\.json)))
    return .json(object.closed)
  }

  /// Bytes sent at a time.
  private static let pieceSize = 256 << 10

  /// The bytes as they were received, piece by piece. Offered as a file, so that no browser runs what a partner wrote.
  private func body(_ id: EntryID) async throws -> Response {
    let bus = bus
    guard let length = try await bus.bodyLength(of: id) else { throw NoSuchEntry(entry: id) }
    // The first piece is read before the head is sent, so that a body that is gone is an error and no empty answer.
    let first = try await bus.body(of: id, from: 0, count: Self.pieceSize) ?? []
    let stream = ResponseBody(contentLength: length) { writer in
      var (piece, offset) = (first, 0)
      while !piece.isEmpty {
        try await writer.write(ByteBuffer(bytes: piece))
        offset += piece.count
        piece = offset < length ? try await bus.body(of: id, from: offset, count: Self.pieceSize) ?? [] : []
      }
      try await writer.finish(nil)
    }
    var fields: HTTPFields = [
      .contentType: "application/octet-stream", .contentDisposition: "attachment; filename=\"entry-\(id).xml\"",
      .contentLength: String(length),
    ]
    if let name = HTTPField.Name("X-Content-Type-Options") { fields[name] = "nosniff" }
    return Response(status: .ok, headers: fields, body: stream)
  }

  func entry(_ context: ConnectionContext) throws -> EntryID {
    let text = context.parameters.get("entry") ?? ""
    guard let number = Int64(text), number > 0 else { throw BadParameter("'\(text.prefix(40))' is no entry number") }
    return EntryID(number)
  }

  // MARK: Dead letters

  private func deadLetters(_ parameters: Parameters) async throws -> Response {
    guard
      let grouping = try parameters.value("by", "not cause or participant", { DeadLetterGroup.Grouping(rawValue: $0) })
    else {
      let letters = try await bus.deadLetters(limit: try parameters.limit(100))
      return .json("{\"deadLetters\":" + JSONObject.array(letters.map(\.json)) + "}")
    }
    let groups = try await bus.deadLetterGroups(by: grouping, limit: try parameters.limit(100))
    return .json("{\"groups\":" + JSONObject.array(groups.map(\.json)) + "}")
  }

  // MARK: Answers

  struct BadParameter: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  struct NoSuchEntry: Error { let entry: EntryID }

  /// What the closure answers, or its error as a status and an object `{"error": …, "code": …}`; nothing of it for
  /// those who are no operators.
  func forOperators(
    _ request: HummingbirdCore.Request, _ context: ConnectionContext, _ body: () async throws -> Response
  ) async -> Response {
    if let refusal = await access.refusalForOperators(request, context) { return .refusal(refusal) }
    do {
      return try await body()
    } catch let error as BadParameter {
      return failure(error.reason, "badRequest", .badRequest)
    } catch let error as NoSuchEntry {
      return failure("the journal has no entry \(error.entry)", "unknownEntry", .notFound)
    } catch let error as BusError {
      switch error.code {
      case .unknownEntry: return failure(error.message, error.code.name, .notFound)
      case .alreadySent: return failure(error.message, error.code.name, .conflict)
      case .coding: return failure(error.message, error.code.name, .unprocessableContent)
      case .busy: return failure(error.message, error.code.name, .serviceUnavailable)
      case .shuttingDown, .closed: return failure("the bus is stopping", error.code.name, .serviceUnavailable)
      case .missingBody: return failure("a file of the spool is gone", error.code.name, .internalServerError)
      default: return incident(error)
      }
    } catch {
      return incident(error)
    }
  }

  private func incident(_ error: any Error) -> Response {
    logger.error("the journal failed", metadata: ["error": "\(error)"])
    return failure("the journal cannot be read; the server's log says more", "storage", .internalServerError)
  }

  func failure(_ reason: String, _ code: String, _ status: HTTPResponse.Status) -> Response {
    var object = JSONObject()
    object.add("error", reason)
    object.add("code", code)
    return .json(object.closed, status)
  }

  /// The parameters of a request's query.
  struct Parameters {
    private var values: [String: String] = [:]

    init(_ request: HummingbirdCore.Request) {
      for (name, value) in request.uri.queryParameters { values[String(name)] = String(value) }
    }

    var names: Set<String> { Set(values.keys) }

    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// - Throws: `BadParameter` where there is a value that cannot be read.
    func value<Value>(_ name: String, _ fault: String, _ read: (String) -> Value?) throws -> Value? {
      guard let text = self[name] else { return nil }
      guard let value = read(text) else { throw BadParameter("\(name)=\(text.prefix(100)) is \(fault)") }
      return value
    }

    func time(_ name: String) throws -> Timestamp? {
      try value(name, "no instant with a time zone; write it as 2026-11-20T00:00:00Z") {
        Timestamp(xmlText: $0, zoneOffsetMinutes: nil)
      }
    }

    /// How many records, 1 to 1,000.
    func limit(_ usual: Int) throws -> Int {
      min(max(try value("limit", "no number") { Int($0) } ?? usual, 1), 1000)
    }
  }
}
