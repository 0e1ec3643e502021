// What a store of master data can do. The rules live above it: a store keeps rows and takes them back.
public import CIMModel

/// Reading master data, in one consistent state.
///
/// `known` is the instant whose knowledge is asked for; nil: all that is known now.
public protocol MasterDataView: AnyObject {
  func record(of object: ObjectNumber) throws -> ObjectRecord?
  /// The object of this mRID, whether or not it is valid at present.
  func object(_ kind: ObjectKind, mRID: String) throws -> ObjectNumber?
  /// Slices in which an object of the kind has this name or attribute.
  func slices(_ kind: ObjectKind, by term: IndexTerm, known: Timestamp?) throws -> [Slice]
  /// Slices of an object, in the order of validity.
  func slices(of object: ObjectNumber, known: Timestamp?) throws -> [Slice]
  /// The periods of the slices that are known now, in order: quicker than the slices themselves.
  func validity(of object: ObjectNumber) throws -> [Period]
  /// Every slice there ever was, in the order in which it came to be known.
  func history(of object: ObjectNumber) throws -> [Slice]
  /// Links of an object, in the order of validity.
  func links(of object: ObjectNumber, known: Timestamp?) throws -> [Link]
  /// Links of two objects that are known now, the one whose kind comes first being first, in the order of validity.
  func links(_ first: ObjectNumber, _ second: ObjectNumber) throws -> [Link]
  /// Every link there ever was, in the order of their numbers.
  func links(after: Int64, limit: Int) throws -> [Link]
  /// Links there ever were of an object, in the order of their numbers, after a number.
  func links(of object: ObjectNumber, after: Int64, limit: Int) throws -> [Link]
  /// Every link there ever was of an object, in the order in which it came to be known.
  func linkHistory(of object: ObjectNumber) throws -> [Link]
  /// Objects of a kind in the order of their numbers.
  func objects(_ kind: ObjectKind, after: ObjectNumber?, limit: Int) throws -> [ObjectRecord]
  /// Changes in the order of commits, after a position.
  func changes(after: Int64, limit: Int) throws -> [ChangeRecord]
  /// How far the changes have been published.
  func published() throws -> Int64
  /// The reply that was given to a request of this key; see `MasterDataTransaction.keep`.
  func reply(to request: String) throws -> [UInt8]?
}

/// Writing master data; all or nothing.
public protocol MasterDataTransaction: MasterDataView {
  /// The instant at which what is written becomes known: later than that of every earlier transaction.
  var time: Timestamp { get }

  func insertObject(_ kind: ObjectKind, mRID: String?) throws -> ObjectNumber
  /// The slice's number and `known` are set by the store.
  func insert(_ object: ObjectNumber, valid: Period, content: Element, parts: [Element]) throws
  /// Ends the knowledge of a slice; one that this very transaction wrote is taken away.
  func supersede(_ slice: Slice) throws
  func insertLink(_ first: ObjectNumber, _ second: ObjectNumber, valid: Period) throws
  func supersede(_ link: Link) throws
  func append(_ change: ChangeRecord) throws
  /// Notes how far the changes have been published, and drops the bodies up to there.
  func setPublished(_ sequence: Int64) throws
  /// Keeps the reply to a request, so that the request is carried out once; the oldest of more than 100,000 give way.
  func keep(reply: [UInt8], to request: String) throws
  /// Takes back what the body did where it throws, and throws on.
  func savepoint<Result>(_ body: () throws -> Result) throws -> Result
}

extension MasterDataView {
  /// The slice of an object that is valid at an instant.
  public func slice(of object: ObjectNumber, at time: Timestamp, known: Timestamp? = nil) throws -> Slice? {
    try slices(of: object, known: known).first { $0.valid.contains(time) }
  }
}

/// Keeps master data. Transactions come one after another; readers see what was committed before they began.
public protocol MasterDataStore: Sendable {
  /// Runs a transaction.
  ///
  /// - Parameters:
  ///   - keeps: false for a trial: all is taken back when the body returns.
  ///   - body: not to be called again.
  /// - Throws: what the body throws, nothing being written then; `MasterDataError` with code `.storage`.
  func write<Result: Sendable>(
    keeps: Bool, _ body: @escaping @Sendable (any MasterDataTransaction) throws -> Result
  ) async throws -> Result

  /// Runs transactions one after another, each for itself: quicker than if each waited for the one before to be durable.
  ///
  /// - Parameter bodies: in order; none is to be called again.
  /// - Returns: what became of each, in order, once all are durable.
  func write<Result: Sendable>(
    each bodies: [@Sendable (any MasterDataTransaction) throws -> Result]
  ) async -> [Swift.Result<Result, any Error>]

  /// Reads in one consistent state.
  func read<Result: Sendable>(_ body: @escaping @Sendable (any MasterDataView) throws -> Result) async throws -> Result
}

extension MasterDataStore {
  public func write<Result: Sendable>(
    _ body: @escaping @Sendable (any MasterDataTransaction) throws -> Result
  ) async throws -> Result {
    try await write(keeps: true, body)
  }

  public func write<Result: Sendable>(
    each bodies: [@Sendable (any MasterDataTransaction) throws -> Result]
  ) async -> [Swift.Result<Result, any Error>] {
    var results: [Swift.Result<Result, any Error>] = []
    for body in bodies {
      do {
        results.append(.success(try await write(keeps: true, body)))
      } catch {
        results.append(.failure(error))
      }
    }
    return results
  }
}
