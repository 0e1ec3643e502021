// Master data management: keeps what hangs where, for whom, since when, and tells everybody of every change.
public import CIMModel
public import IECMessage
public import Logging
public import MasterData
public import MessageBus

/// Keeper of master data on the bus.
///
/// Serves `execute OperationSet`, `get OperationSet` for changes from a point on, and create, change, close, cancel, delete and get of every Config noun and of
/// MasterDataLinkageConfig. Publishes, in `run()`, an event for every committed change in the order of commits, and
/// `executed OperationSet` for every set. What was committed and not published when the process ended is published by
/// the next one; subscribers may get the last of it twice.
///
/// - SeeAlso: IEC 61968-9, 5.10 and Annex K
public actor MasterDataManagement: Participant {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let service: MasterDataService
  private let port: any MessagePort
  private let logger: Logger
  private let wake: AsyncStream<Void>.Continuation
  private let work: AsyncStream<Void>

  /// Changes published between two notes of how far it has come.
  private static let batch = 100

  /// - Parameters:
  ///   - store: where master data is kept.
  ///   - port: the bus.
  ///   - now: when changes without a date take effect.
  public init(
    id: ParticipantID = "MASTER", store: any MasterDataStore, engine: OperationSetEngine = .init(),
    port: any MessagePort, logger: Logger, now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.id = id
    let kinds = ObjectKind.all.filter { $0.origin != .elsewhere }
    let nouns = Set(kinds.map(\.noun) + ["MasterDataLinkageConfig", "ObjectNamesConfig"])
    interests = [
      .serves([.execute, .get], ["OperationSet"]),
      .serves([.create, .change, .close, .cancel, .delete, .get], nouns),
    ]
    service = MasterDataService(store: store, engine: engine, source: id.rawValue, now: now)
    self.port = port
    self.logger = logger
    (work, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    var replies = try await service.answers(request)
    if request.verb != .get { wake.yield() }
    let last = replies.removeLast()
    // All but the last go on their own; whoever missed one gets it with the next attempt, and each of them once.
    for reply in replies {
      guard await port.publish(reply, from: id, logger: logger) else {
        throw MasterDataError.storage("not all replies to the set could be sent: they are sent again")
      }
    }
    return last
  }

  /// Publishes changes until cancelled. To be called once.
  ///
  /// - Parameter pause: how long at most until changes are looked for that another process has made in the same store.
  /// - Throws: `CancellationError`.
  public func run(every pause: Duration = .seconds(5)) async throws {
    await withDiscardingTaskGroup { [wake] group in
      group.addTask {
        while !Task.isCancelled {
          wake.yield()
          do { try await Task.sleep(for: pause) } catch { return }
        }
      }
      for await _ in work {
        do {
          while try await publishSome() {}
        } catch {
          logger.error("\(id) cannot publish changes, and tries again: \(error)")
        }
      }
      group.cancelAll()
    }
  }

  /// - Returns: whether there may be more.
  private func publishSome() async throws -> Bool {
    let from = try await service.store.read { try $0.published() }
    let events = try await service.events(after: from, limit: Self.batch)
    var reached = from
    for event in events {
      if let message = event.message {
        guard await port.publish(message, from: id, logger: logger) else { break }
      }
      reached = event.sequence
    }
    guard reached > from else { return false }
    try await service.store.write { [reached] in try $0.setPublished(reached) }
    return reached == events.last?.sequence && events.count == Self.batch
  }
}
