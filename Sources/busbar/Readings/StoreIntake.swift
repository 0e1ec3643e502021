// Readings in bulk over HTTP into the store of the MDM.
import CIMCodec
import CIMProfiles
import Compression
import Dispatch
import HTTPTransport
import IECMessage
import MessageBus
import MeterIngest
import MeterStore
import XMLPull

/// Takes bodies in one after another, on a thread of its own: stores block.
struct StoreIntake: ReadingsIntake {
  private let ingest: ReadingIngest
  private let library: SchemaLibrary
  private let store: any ReadingStore
  private let meterLimit: Int
  private let queue = DispatchQueue(label: "busbar.intake")
  private static let greenButtonLimit = 64 << 20

  /// - Parameter meterLimit: meters beyond which none is added any more.
  init(store: any ReadingStore, policy: IngestPolicy, meterLimit: Int, library: SchemaLibrary) {
    ingest = ReadingIngest(store: store, policy: policy)
    self.store = store
    self.meterLimit = max(1, meterLimit)
    self.library = library
  }

  /// Meters are numbered from 1 on without gaps.
  private func isFull() throws -> Bool {
    try store.read { try !$0.meters(after: Int64(meterLimit) - 1, limit: 1).isEmpty }
  }

  func take(_ body: ReadingsBody) async throws -> ReadingsReceipt {
    let key = body.key ?? UUIDText.random()
    let name = "POST /readings of \(body.sender) \(key)"
    let source = ReadingIngest.Source(name: name, key: name, author: body.sender.rawValue)
    let report = try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<IngestReport, any Error>) in
      queue.async { [self] in
        continuation.resume(
          with: Result {
            var ingest = ingest
            if try isFull() { ingest.policy.unknownMeters = .reject }
            return try Self.take(body, source, ingest, library)
          })
      }
    }
    return ReadingsReceipt(json: IngestText.json(name, report), isSound: report.breach == nil)
  }

  private static func take(
    _ body: ReadingsBody, _ source: ReadingIngest.Source, _ ingest: ReadingIngest, _ library: SchemaLibrary
  ) throws -> IngestReport {
    let isPacked = CompressedFormat.isGzip(try body.content.bytes(from: 0, count: 2))
    var limits = ExpansionLimits()
    // A Green Button feed is held whole while it is read.
    limits.totalBytes = body.format == .greenButton ? greenButtonLimit : 1 << 50
    if body.format == .greenButton, body.content.byteCount > greenButtonLimit {
      throw TransportError(
        .bodyTooLarge, "a Green Button feed has at most \(greenButtonLimit) bytes here: busbar ingest takes it")
    }
    func feed(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
      guard isPacked else { return try body.content.forEachPiece { try $0.withUnsafeBytes(take) } }
      var unpacker = GzipReader(.gzip, limits: limits)
      var failure: (any Error)?
      try body.content.forEachPiece { bytes in
        try unpacker.feed(bytes) { unpacked in
          if failure != nil { return }
          do { try take(unpacked) } catch { failure = error }
        }
        if let failure { throw failure }
      }
      try unpacker.finish()
    }
    switch body.format {
    case .csv: return try ingest.ingestCSV(source, feed: feed)
    case .greenButton: return try ingest.ingestGreenButton(source, feed: feed)
    case .meterReadings:
      var limits = DecodingLimits()
      limits.xml.totalBytes = 1 << 50
      return try ingest.ingest(source, resolver: library, limits: limits, feed: feed)
    }
  }
}
