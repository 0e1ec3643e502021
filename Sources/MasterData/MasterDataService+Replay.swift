// Committed changes again, from any point, over the bus: for a subscriber that was away.
import CIMModel
public import IECMessage

extension MasterDataService {
  /// Name of the header's Property by which an event tells its position in the order of commits.
  public static let positionProperty = "changePosition"
  /// Changes in one reply, where the request does not ask for fewer.
  static let replayLimit = 1_000

  /// `get OperationSet`: committed changes after a position, as operations with verbs in the past tense, whose operationId
  /// is their position. The reply's marker is where the next page begins, now or another day.
  func replay(_ request: Message) async throws -> Message {
    let page = try MasterDataQuery(request.request, kind: .meter, now: time, namespace: "")
    let limit = min(page.limit ?? Self.replayLimit, Self.replayLimit)
    let events = try await events(after: page.after?.value ?? 0, limit: limit + 1)
    let operations = events.prefix(limit).compactMap { sequence, message -> OperationSet.Operation? in
      // Sets are told of by their operations.
      guard let message, let verb = message.verb, verb != .executed, let object = message.payload?.objects.first else {
        return nil
      }
      return .init(operationId: Int(sequence), noun: message.noun, verb: verb.rawValue, object: object)
    }
    let isLast = events.count <= limit
    var reply = request.reply(
      isLast ? .ok : .partial,
      errors: [
        isLast
          ? ReplyError(code: "0.0", level: .inform)
          : ReplyError(code: "0.1", level: .inform, reason: "more follows after the marker")
      ], ids: [Self.marker(events.prefix(limit).last?.sequence ?? page.after?.value ?? 0)], source: source)
    if !operations.isEmpty { reply.payload = Payload(.operationSet(OperationSet(operations: operations))) }
    return reply
  }

  // MARK: Events

  /// Events of committed changes in the order of commits, after a position.
  ///
  /// - Returns: each with its position; a position without message is that of a set whose message is gone.
  public func events(after: Int64, limit: Int) async throws -> [(sequence: Int64, message: Message?)] {
    try await store.read { [shapes = engine.shapes, source] view in
      let events = ChangeEvents(view: view, shapes: shapes, source: source)
      return try view.changes(after: after, limit: limit).map { change in
        var message = try events.message(of: change)
        message?.header?.properties.append(.init(name: Self.positionProperty, value: "\(change.sequence)"))
        return (change.sequence, message)
      }
    }
  }
}
