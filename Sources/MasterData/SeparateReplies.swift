// The other form of a set's reply: a message for each of its operations.
import CIMModel
public import IECMessage

/// Cuts the reply to a set into one ResponseMessage for each operation, in document order, each with `Reply.operationId`
/// and the code of that operation. All but the last say that more follows (0.1).
///
/// What is cut has the same MessageIDs whenever it is cut again, so that a bus takes each of them once; the parts of
/// another request have others, though it has the same MessageID.
///
/// - SeeAlso: IEC 61968-9, Annexes B.2 and K
public enum SeparateReplies {
  /// Name of the header's Property that asks for them, with the value `true`.
  public static let property = "replyPerOperation"
  /// Operations of a set that are answered so; larger sets get one message.
  public static let limit = 1_000

  /// - Parameters:
  ///   - reply: one message with an Error for each operation.
  ///   - request: that it answers.
  /// - Returns: the reply itself where it is not of that form: it is about the whole set, or the set is too large.
  public static func cut(_ reply: Message, to request: Message) -> [Message] {
    guard case .operationSet(let set) = request.payload?.content, let whole = reply.reply, set.operations.count > 1,
      set.operations.count <= limit, whole.errors.map(\.operationId) == set.operations.map(\.operationId)
    else { return [reply] }
    let prefix = "\(request.header?.messageID ?? request.correlation ?? "")/\(RequestDigest.mark(of: request))"
    var ids = whole.ids[...]
    return zip(set.operations, whole.errors).enumerated().map { index, step in
      let (operation, error) = step
      let isDone = error.code == "0.0"
      let made = isDone ? ids.prefix(Self.made(by: operation)) : []
      ids = ids.dropFirst(made.count)
      let isLast = index == set.operations.count - 1
      let more = ReplyError(code: "0.1", level: .inform, reason: "more follows", operationId: operation.operationId)
      var part = reply
      part.header?.messageID = "\(prefix)/\(operation.operationId)"
      part.reply = Reply(
        result: isDone ? .ok : .failed, errors: isLast ? [error] : [error, more], ids: Array(made),
        operationId: operation.operationId)
      return part
    }
  }

  /// How many objects an operation makes that is carried out: as many of the set's identifiers are its.
  private static func made(by operation: OperationSet.Operation) -> Int {
    guard operation.verb == Verb.create.rawValue, operation.elementOperation != true,
      let kind = operation.noun.flatMap({ ObjectKind(noun: $0) })
    else { return 0 }
    return operation.object?.all(kind.element).count ?? 0
  }
}
