// OperationSets: several operations in one message, held together as their two flags say.
public import CIMModel
public import IECMessage

/// Carries out OperationSets.
///
/// | enforceMsgSequence | enforceTransactionalIntegrity | how |
/// |:-:|:-:|---|
/// | false | false | each for itself; one that lacks an object waits for the others |
/// | true | false | in order; after a failure the rest is not attempted (5.2) |
/// | false | true | all or nothing; one that lacks an object waits for the others |
/// | true | true | all or nothing, in order |
///
/// - SeeAlso: IEC 61968-9, Annex K
public struct OperationSetEngine: Sendable {
  public let rules: MasterDataRules
  public let shapes: ProfileShapes

  public init(rules: MasterDataRules = .init(), shapes: ProfileShapes = .init()) {
    self.rules = rules
    self.shapes = shapes
  }

  /// What became of a set.
  public struct Outcome: Sendable, Hashable {
    public var result: Reply.Result
    /// One for each operation, in document order: 0.0 or why it failed; or one for the whole set.
    public var errors: [ReplyError]
    /// What identifies the objects that were made.
    public var ids: [ObjectID]

    public init(result: Reply.Result, errors: [ReplyError], ids: [ObjectID] = []) {
      self.result = result
      self.errors = errors
      self.ids = ids
    }
  }

  /// Carries a set out within a transaction. Where the outcome is FAILED nothing was done.
  ///
  /// - Parameter now: when operations without a date take effect.
  /// - Throws: `MasterDataError` with code `.storage` where the store fails; what a set does wrong is in the outcome.
  public func execute(
    _ set: OperationSet, in transaction: any MasterDataTransaction, now: Timestamp
  ) throws -> Outcome {
    if let refusal = check(set) {
      return Outcome(result: .failed, errors: [refusal.replyError()])
    }
    let isAtomic = set.enforceTransactionalIntegrity == true
    let run = Run(
      set: set, applier: OperationApplier(transaction, shapes: shapes, rules: rules, now: now),
      inSequence: set.enforceMsgSequence == true,
      stops: isAtomic || !rules.continuesAfterFailure)
    // Most sets have nothing wrong: then one savepoint does for all their operations, whatever their flags are.
    do {
      return try transaction.savepoint { outcome(set, try run.attempt()) }
    } catch let error as MasterDataError where error.code == .refused {
      // Looked into below, with a savepoint for each.
    }
    guard isAtomic else {
      let states = try run.perform()
      return outcome(set, states)
    }
    var states: [Run.State] = []
    do {
      try transaction.savepoint {
        states = try run.perform()
        guard states.allSatisfy(\.isDone) else { throw Abort() }
      }
    } catch is Abort {
      states = states.map { state in
        if case .failed = state { return state }
        return .failed(.refused("5.9", "taken back: another operation of the set failed"))
      }
    }
    return outcome(set, states)
  }

  private struct Abort: Error {}

  /// What is wrong with a set as a whole.
  private func check(_ set: OperationSet) -> MasterDataError? {
    if set.operations.isEmpty { return .refused("1.7", "the OperationSet holds no Operation") }
    if set.operations.count > rules.operationLimit {
      return .refused(
        "3.1", "\(set.operations.count) operations in one set, at most \(rules.operationLimit) are taken: split it")
    }
    var seen = Set<Int>(minimumCapacity: set.operations.count)
    for index in set.operations.indices {
      // By index: an operation is much to copy.
      let id = set.operations[index].operationId
      guard seen.insert(id).inserted else {
        return .refused("2.15", "the operationId \(id) stands there twice: nothing was done")
      }
    }
    return nil
  }

  private func outcome(_ set: OperationSet, _ states: [Run.State]) -> Outcome {
    var ids: [ObjectID] = []
    var done = 0
    let errors = states.indices.map { index -> ReplyError in
      let id = set.operations[index].operationId
      switch states[index] {
      case .done(let made):
        done += 1
        ids += made
        return ReplyError(code: "0.0", level: .inform, operationId: id)
      case .failed(let error): return error.replyError(operationId: id)
      case .waiting:
        let error = MasterDataError.refused("5.2", "not attempted: an operation before it failed")
        return error.replyError(operationId: id)
      }
    }
    let result: Reply.Result = done == states.count ? .ok : done == 0 ? .failed : .partial
    return Outcome(result: result, errors: errors, ids: ids)
  }
}

/// One pass through the operations of a set.
private struct Run {
  enum State {
    case waiting
    case done([ObjectID])
    case failed(MasterDataError)

    var isDone: Bool { if case .done = self { true } else { false } }
  }

  let set: OperationSet
  let applier: OperationApplier
  let inSequence: Bool
  let stops: Bool

  /// Carries all out in document order; throws where one is refused.
  func attempt() throws -> [State] { try set.operations.map { .done(try perform($0)) } }

  func perform() throws -> [State] {
    var states = [State](repeating: .waiting, count: set.operations.count)
    var open = Array(set.operations.indices)
    // Out of sequence an operation may need what a later one makes, or a name that a later one gives up: what failed is
    // tried again for as long as others get through, within a bound on all tries.
    var tries = set.operations.count * 8 + 50_000
    while tries >= open.count {
      tries -= open.count
      var failed: [Int] = []
      for index in open {
        do {
          states[index] = .done(try applier.editor.transaction.savepoint { try perform(set.operations[index]) })
        } catch let error as MasterDataError where error.code == .refused {
          states[index] = .failed(error)
          failed.append(index)
          if inSequence && stops { return states }
        }
      }
      if inSequence || failed.isEmpty || failed.count == open.count { break }
      open = failed
    }
    return states
  }

  private func perform(_ operation: OperationSet.Operation) throws -> [ObjectID] {
    guard let noun = operation.noun, !noun.isEmpty else {
      throw MasterDataError.refused("1.7", "the operation has no noun")
    }
    guard let word = operation.verb, !word.isEmpty else {
      throw MasterDataError.refused("1.7", "the operation has no verb")
    }
    guard let payload = operation.object else { throw MasterDataError.refused("1.7", "the operation has no payload") }
    guard let verb = Verb(rawValue: word) else {
      throw MasterDataError.refused(
        "2.9", "'\(word)' is no verb: an operation has create, change, close, cancel or delete")
    }
    return try applier.apply(verb, noun, payload, onElements: operation.elementOperation == true)
  }
}
