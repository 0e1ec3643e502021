// The journal's log: what makes a unit durable before it is acknowledged.
import Foundation
import GRDB
import MessageBus
import Synchronization

/// A log before the database: a unit is written to it and forced to the disk, then acknowledged; the database gets it a
/// little later, in large steps, with all that has become of it until then.
///
/// Units that come while a write is under way share the next one. Writing has a thread of its own. Where the database
/// cannot take what is in the log, nothing more is written until it can.
final class JournalLog: Sendable {
  struct Waiting: Sendable {
    var unit: JournalUnit
    var files: [Spool.File]
    /// Not to be written if its first entry has come before.
    var isAdmission: Bool
    var continuation: CheckedContinuation<Admission, any Error>
  }

  private struct State {
    var waiting: [Waiting] = []
    /// Of all bodies that wait.
    var waitingBytes = 0
    /// Wait until all that has been acknowledged lies in the database.
    var readers: [CheckedContinuation<Void, any Error>] = []
    /// What came of the load under way.
    var carried: Result<Void, BusError>?
    /// Units that wait, or lie in the log only.
    var units = 0
    var unitsWritten = 0
    /// Why the database does not take what is in the log.
    var fault: BusError?
    var isAsleep = false
    var isClosed = false
    var hasEnded = false
    var ends: [CheckedContinuation<Void, Never>] = []

    /// What has waited longest, at most so many, and no more once so many bytes are reached.
    mutating func take(_ number: Int, bytes: Int) -> ArraySlice<Waiting> {
      // As a rule it is all of it, which costs those who wait for this lock nothing.
      guard waiting.count > number || waitingBytes > bytes else { return takeAll()[...] }
      var room = bytes
      let taken = waiting.prefix(number).prefix { waiting in
        defer { room -= waiting.unit.bodyBytes }
        return room > 0
      }
      waitingBytes -= taken.reduce(0) { $0 + $1.unit.bodyBytes }
      waiting.removeFirst(taken.count)
      return taken
    }

    mutating func takeAll() -> [Waiting] {
      defer { (waiting, waitingBytes) = ([], 0) }
      return waiting
    }
  }

  /// Carries a load into the database and then says how that went.
  typealias Carrier = @Sendable (LogKeeper.Load, @escaping @Sendable (Result<Void, BusError>) -> Void) -> Void

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)
  private let carry: Carrier
  private let spool: Spool
  /// Units that share one write.
  private let batch: Int
  /// How long nothing comes before what there is goes into the database.
  private let quiet: Duration
  /// Bytes of bodies over which a write takes nothing more.
  private static let batchBytes = 8 << 20
  /// After so long a load that failed is tried again.
  private static let pause = Duration.milliseconds(250)

  init(
    _ keeper: sending LogKeeper, spool: Spool, configuration: SQLiteJournal.Configuration, carry: @escaping Carrier
  ) {
    self.carry = carry
    self.spool = spool
    batch = max(configuration.batch, 1)
    quiet = configuration.carryQuiet
    let run = Run(keeper)
    let thread = Thread { [self] in self.run(run.keeper) }
    thread.name = "busbar.journal"
    thread.start()
  }

  /// Hands the keeper over to the thread, which alone uses it.
  private struct Run: @unchecked Sendable {
    let keeper: LogKeeper
    init(_ keeper: LogKeeper) { self.keeper = keeper }
  }

  /// Since the journal was opened.
  var unitsWritten: Int { state.withLock { $0.unitsWritten } }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Whether all that was written lies in the database.
  var isSettled: Bool { state.withLock { $0.units == 0 } }

  private static let closed = BusError(.closed, "the journal is closed")

  // MARK: What others ask

  /// Makes a unit durable. Where it is not written, its files are removed.
  ///
  /// - Throws: `BusError` with code `.diskFull`, `.storage` or `.closed`.
  func write(_ unit: JournalUnit, _ files: [Spool.File], isAdmission: Bool) async throws -> Admission {
    let bytes = unit.bodyBytes
    return try await withCheckedThrowingContinuation { continuation in
      let refusal = ask { state -> BusError? in
        if state.isClosed { return Self.closed }
        if let fault = state.fault { return fault }
        state.waiting.append(
          Waiting(unit: unit, files: files, isAdmission: isAdmission, continuation: continuation))
        state.waitingBytes += bytes
        state.units += 1
        return nil
      }
      guard let refusal else { return }
      spool.remove(files.map(\.name))
      continuation.resume(throwing: refusal)
    }
  }

  /// Returns once everything that was acknowledged before lies in the database.
  ///
  /// - Throws: `BusError` with code `.diskFull`, `.storage` or `.closed` where the database does not take it.
  func settle() async throws {
    if isSettled { return }
    try await withCheckedThrowingContinuation { continuation in
      let refusal = ask { state -> BusError? in
        if state.hasEnded { return Self.closed }
        if let fault = state.fault { return fault }
        state.readers.append(continuation)
        return nil
      }
      if let refusal { continuation.resume(throwing: refusal) }
    }
  }

  /// Takes nothing more, and returns once all that was taken is written, and carried as far as the database takes it.
  func close() async {
    await withCheckedContinuation { continuation in
      let hasEnded = ask { state in
        state.isClosed = true
        if !state.hasEnded { state.ends.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// Changes the state, and wakes the thread where it sleeps.
  private func ask<Answer: Sendable>(_ change: (inout State) -> Answer) -> Answer {
    let (answer, wakes) = state.withLock { state in
      let answer = change(&state)
      defer { state.isAsleep = false }
      return (answer, state.isAsleep)
    }
    if wakes { bell.signal() }
    return answer
  }

  // MARK: The thread

  /// What there is to do.
  private struct Work {
    var batch: ArraySlice<Waiting> = []
    var readers: [CheckedContinuation<Void, any Error>] = []
    var carried: Result<Void, BusError>?
    var isClosed = false

    var isNothing: Bool { batch.isEmpty && readers.isEmpty && carried == nil }
  }

  /// How far the loads are, and who waits for them.
  private struct Loads {
    /// Wait for the load that was taken.
    var ofLoad: [CheckedContinuation<Void, any Error>] = []
    /// Wait for what has been written since.
    var ofRest: [CheckedContinuation<Void, any Error>] = []
    var isUnderWay = false
    /// When the last one, which failed, is to be tried again.
    var retry: ContinuousClock.Instant?
    var isFaulty: Bool { retry != nil }
    var isRetryDue: Bool { !isUnderWay && retry.map { $0 <= .now } ?? false }

    mutating func resume() {
      for reader in ofLoad + ofRest { reader.resume() }
      (ofLoad, ofRest) = ([], [])
    }
  }

  private func run(_ keeper: LogKeeper) {
    var loads = Loads()
    while true {
      let hasRoom = keeper.hasRoom
      let work = state.withLock { state in
        var work = Work(readers: state.readers, carried: state.carried, isClosed: state.isClosed)
        if hasRoom { work.batch = state.take(batch, bytes: Self.batchBytes) }
        (state.readers, state.carried) = ([], nil)
        state.isAsleep = work.isNothing
        return work
      }
      if let result = work.carried { finish(result, keeper, &loads) }
      if keeper.isTaken { loads.ofLoad += work.readers } else { loads.ofRest += work.readers }
      if keeper.isEmpty { loads.resume() }
      if !work.batch.isEmpty { write(work.batch, keeper) }
      // Those who read, and the end, do not wait for a load to be worth its while.
      if !loads.ofRest.isEmpty || work.isClosed && work.batch.isEmpty || keeper.isDue { take(keeper, &loads) }
      // Those who are refused wake the thread too, so that it may never sleep its time out.
      if loads.isRetryDue, let load = keeper.load { begin(load, &loads) }
      guard work.isNothing else { continue }
      if work.isClosed, keeper.isEmpty || loads.isFaulty { break }
      sleep(keeper, &loads)
    }
    keeper.close()
    end(loads)
  }

  private func write(_ batch: ArraySlice<Waiting>, _ keeper: LogKeeper) {
    do throws(BusError) {
      let results = try keeper.write(batch)
      let absent = results.count { if case .duplicate = $0 { true } else { false } }
      state.withLock { state in
        state.units -= absent
        state.unitsWritten += results.count - absent
      }
      for (waiting, result) in zip(batch, results) { waiting.continuation.resume(returning: result) }
    } catch {
      state.withLock { $0.units -= batch.count }
      for waiting in batch { waiting.continuation.resume(throwing: error) }
    }
  }

  /// Begins to carry what has been written, unless a load is on its way already.
  private func take(_ keeper: LogKeeper, _ loads: inout Loads) {
    guard let load = keeper.takeLoad() else { return }
    loads.ofLoad += loads.ofRest
    loads.ofRest = []
    begin(load, &loads)
  }

  private func begin(_ load: LogKeeper.Load, _ loads: inout Loads) {
    loads.isUnderWay = true
    carry(load) { [self] result in ask { $0.carried = result } }
  }

  private func finish(_ result: Result<Void, BusError>, _ keeper: LogKeeper, _ loads: inout Loads) {
    loads.isUnderWay = false
    let waiting = loads.ofLoad
    loads.ofLoad = []
    switch result {
    case .success:
      let count = keeper.loadIsCarried()
      loads.retry = nil
      state.withLock { state in
        state.units -= count
        state.fault = nil
      }
      for reader in waiting { reader.resume() }
    case .failure(let error):
      loads.retry = .now + Self.pause
      state.withLock { $0.fault = error }
      for reader in waiting + loads.ofRest { reader.resume(throwing: error) }
      loads.ofRest = []
      // Without room they would wait until the database takes the load.
      if !keeper.hasRoom { refuseWaiting(error) }
    }
  }

  private func refuseWaiting(_ error: BusError) {
    let refused = state.withLock { state in
      state.units -= state.waiting.count
      return state.takeAll()
    }
    for waiting in refused {
      spool.remove(waiting.files.map(\.name))
      waiting.continuation.resume(throwing: error)
    }
  }

  /// Until there is something to do, or time to carry what there is.
  private func sleep(_ keeper: LogKeeper, _ loads: inout Loads) {
    let wait: Duration? =
      if loads.isUnderWay {
        nil
      } else if let retry = loads.retry {
        max(retry - .now, .zero)
      } else {
        keeper.isTaken ? nil : quiet
      }
    guard let wait else { return bell.wait() }
    if bell.wait(timeout: .now() + wait / .seconds(1)) == .success { return }
    let isQuiet = state.withLock { state in
      defer { state.isAsleep = false }
      return state.isAsleep
    }
    // Somebody has found the thread asleep, and rings or is about to.
    guard isQuiet else { return bell.wait() }
    if !loads.isFaulty { take(keeper, &loads) }
  }

  private func end(_ loads: Loads) {
    refuseWaiting(Self.closed)
    let (late, ends) = state.withLock { state in
      state.hasEnded = true
      defer { (state.readers, state.ends) = ([], []) }
      return (state.readers, state.ends)
    }
    for reader in loads.ofLoad + loads.ofRest + late { reader.resume(throwing: Self.closed) }
    for end in ends { end.resume() }
  }
}
