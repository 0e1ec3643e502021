// Answers messages about master data out of a store.
public import CIMModel
public import IECMessage

/// What a keeper of master data does with requests: OperationSets, single requests, queries.
public struct MasterDataService: Sendable {
  public let store: any MasterDataStore
  public let engine: OperationSetEngine
  /// Header.Source of what is sent.
  public let source: String
  let now: @Sendable () -> Timestamp

  public init(
    store: any MasterDataStore, engine: OperationSetEngine = .init(), source: String,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.store = store
    self.engine = engine
    self.source = source
    self.now = now
  }

  /// When changes without a date take effect: now.
  public var time: Timestamp { now() }

  /// Name of the header's Property that asks for a trial: the reply says what would happen, and nothing does.
  public static let dryRunProperty = "dryRun"

  static func isTrial(_ message: Message) -> Bool {
    message.header?.properties.contains { $0.name == dryRunProperty && $0.value == "true" } ?? false
  }

  /// Answers a request. One that came before, with the same MessageID and the same content, gets the reply of then.
  ///
  /// - Returns: a reply with the codes of IEC 61968-9, Annex B.
  /// - Throws: `MasterDataError` with code `.storage`; nothing was done then.
  public func answer(_ request: Message) async throws -> Message {
    guard request.verb != .get else { return try await get(request) }
    let key = Self.isTrial(request) ? nil : RequestDigest.key(of: request)
    return try await store.write(keeps: !Self.isTrial(request)) { [self] transaction in
      let coder = MessageXMLCoder()
      if let key, let kept = try transaction.reply(to: key) { return try coder.decode(kept) }
      let reply = try carryOut(request, in: transaction)
      if let key { try transaction.keep(reply: try coder.encode(reply), to: key) }
      return reply
    }
  }

  /// The reply to a request; to a set, where its sender wants it so and more than one message can be sent, a message for
  /// each operation.
  ///
  /// - Throws: as `answer(_:)`.
  public func answers(_ request: Message) async throws -> [Message] {
    let reply = try await answer(request)
    return wantsSeparateReplies(request) ? SeparateReplies.cut(reply, to: request) : [reply]
  }

  private func wantsSeparateReplies(_ request: Message) -> Bool {
    // There is one answer to a synchronous request.
    guard request.verb == .execute, let header = request.header, header.asyncReplyFlag == true else { return false }
    return header.properties.contains { $0.name == SeparateReplies.property && $0.value == "true" }
      || engine.rules.separateReplies.contains(header.source ?? "")
  }

  /// Carries out a request within a transaction of the caller's.
  public func carryOut(_ request: Message, in transaction: any MasterDataTransaction) throws -> Message {
    if case .operationSet(let set) = request.payload?.content {
      guard request.verb == .execute else {
        return request.failure("2.9", reason: "an OperationSet goes with the verb execute", source: source)
      }
      let outcome = try engine.execute(set, in: transaction, now: now())
      if outcome.result != .failed { try noteExecuted(set, outcome, request, in: transaction) }
      return request.reply(outcome.result, errors: outcome.errors, ids: outcome.ids, source: source)
    }
    guard request.verb != .execute else {
      return request.failure("1.7", reason: "execute needs an OperationSet in the Payload", source: source)
    }
    return try single(request, in: transaction)
  }

  private func noteExecuted(
    _ set: OperationSet, _ outcome: OperationSetEngine.Outcome, _ request: Message,
    in transaction: any MasterDataTransaction
  ) throws {
    var done = set
    done.operations = zip(set.operations, outcome.errors).compactMap { operation, error in
      guard error.code == "0.0" else { return nil }
      var operation = operation
      operation.verb = operation.verb.flatMap { Verb(rawValue: $0)?.pastTense?.rawValue }
      return operation
    }
    let event = Message(
      kind: .event, header: .stamped(.executed, "OperationSet", source: source, correlationID: request.correlation),
      payload: Payload(.operationSet(done)))
    try transaction.append(
      ChangeRecord(
        known: transaction.time, verb: .executed, object: nil, at: transaction.time,
        body: try MessageXMLCoder().encode(event)))
  }

  // MARK: Single requests

  /// What a request names: objects in the Payload, or in the Request as one vendor sends deletions; or their IDs.
  private enum Subject {
    case object(Element)
    case id(ObjectID)
  }

  private func single(_ request: Message, in transaction: any MasterDataTransaction) throws -> Message {
    let noun = request.noun ?? ""
    guard let verb = request.verb, verb.role == .request else {
      return request.failure("2.9", reason: "a request has a request's verb", source: source)
    }
    let kind = ObjectKind(noun: noun)
    guard kind != nil || noun == OperationApplier.linkage || noun == ObjectNames.noun else {
      return request.failure("2.5", reason: "the noun '\(noun)' is no master data that is kept here", source: source)
    }
    let subjects = subjects(request, kind)
    guard !subjects.isEmpty else {
      return request.failure("1.7", reason: "the request names no object", source: source)
    }
    guard subjects.count <= engine.rules.objectLimit else {
      return request.failure(
        "3.1", reason: "\(subjects.count) objects in one request, at most \(engine.rules.objectLimit) are taken",
        source: source)
    }
    let applier = OperationApplier(transaction, shapes: engine.shapes, rules: engine.rules, now: now())
    var ids: [ObjectID] = []
    var errors: [ReplyError] = []
    for subject in subjects {
      do {
        try transaction.savepoint {
          switch (subject, kind) {
          case (.object(let payload), _): ids += try applier.apply(verb, noun, payload)
          case (.id(let id), let kind?): try applier.apply(verb, kind, id)
          case (.id, nil): throw MasterDataError.refused("1.7", "\(noun) names objects by their elements, not by an ID")
          }
        }
      } catch let error as MasterDataError where error.code == .refused {
        errors.append(error.replyError())
      }
    }
    let result: Reply.Result = errors.isEmpty ? .ok : errors.count == subjects.count ? .failed : .partial
    return request.reply(
      result, errors: errors.isEmpty ? [ReplyError(code: "0.0", level: .inform)] : errors, ids: ids, source: source)
  }

  /// One subject for each object, so that each is done for itself.
  private func subjects(_ request: Message, _ kind: ObjectKind?) -> [Subject] {
    let payload = request.payload?.objects ?? []
    let roots = payload.isEmpty ? request.request?.objects ?? [] : payload
    let objects = roots.flatMap { root -> [Subject] in
      guard let kind, root.name == kind.noun else { return [.object(root)] }
      let several = root.all(kind.element)
      guard several.count > 1 else { return [.object(root)] }
      let parts = root.children.filter { $0.name != kind.element }
      return several.map { .object(Element(root.name, in: root.namespace, children: [$0] + parts)) }
    }
    if !objects.isEmpty { return objects }
    if case .ids(let ids) = request.payload?.content { return ids.map { .id($0) } }
    return (request.request?.ids ?? []).filter { $0.kind != .transaction }.map { .id($0) }
  }

  // MARK: Queries

  private func get(_ request: Message) async throws -> Message {
    let noun = request.noun ?? ""
    do {
      if noun == OperationApplier.linkage { return try await links(request) }
      if noun == "OperationSet" { return try await replay(request) }
      guard let kind = ObjectKind(noun: noun) else {
        throw MasterDataError.refused("2.5", "the noun '\(noun)' is no master data that is kept here")
      }
      let namespace = engine.shapes.namespace(of: kind)
      let query = try MasterDataQuery(request.request, kind: kind, now: now(), namespace: namespace)
      let answer = try await store.read { [rules = engine.rules] in try query.run(in: $0, rules: rules) }
      return reply(to: request, kind, answer)
    } catch let error as MasterDataError where error.code == .refused {
      return request.reply(.failed, errors: [error.replyError()], source: source)
    }
  }

  private func reply(to request: Message, _ kind: ObjectKind, _ answer: MasterDataQuery.Answer) -> Message {
    var errors = answer.errors.map { $0.replyError() }
    guard !answer.slices.isEmpty else {
      if errors.isEmpty {
        errors = [MasterDataError.refused("5.7", "no \(kind) fits the query").replyError()]
      }
      return request.reply(.failed, errors: errors, source: source)
    }
    var ids: [ObjectID] = []
    if let next = answer.next {
      ids.append(Self.marker(next.value))
      errors.append(ReplyError(code: "0.1", level: .inform, reason: "more follows after the marker"))
    }
    let payload = ConfigPayload.element(
      kind, in: engine.shapes.namespace(of: kind), answer.slices.map { ($0.content, $0.parts) })
    return request.reply(
      errors.isEmpty ? .ok : .partial,
      errors: errors.isEmpty ? [ReplyError(code: "0.0", level: .inform)] : errors, ids: ids, objects: [payload],
      source: source)
  }
}

extension Message {
  /// What ties the messages of an exchange together.
  var correlation: String? { header?.correlationID ?? header?.messageID }
}
