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
import NIOCore
import XMLPull

/// Takes bodies in one after another, on a thread of its own: stores block.
struct StoreIntake: ReadingsIntake {
  private let ingest: ReadingIngest
  private let library: SchemaLibrary
  private let queue = DispatchQueue(label: "busbar.intake")

  init(store: any ReadingStore, policy: IngestPolicy, library: SchemaLibrary) {
    ingest = ReadingIngest(store: store, policy: policy)
    self.library = library
  }

  func take(_ body: ReadingsBody) async throws -> ReadingsReceipt {
    let key = body.key ?? UUIDText.random()
    let name = "POST /readings of \(body.sender) \(key)"
    let source = ReadingIngest.Source(name: name, key: name, author: body.sender.rawValue)
    let report = try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<IngestReport, any Error>) in
      queue.async { [ingest, library] in
        continuation.resume(with: Result { try Self.take(body, source, ingest, library) })
        // What comes after a breach is nobody's.
        body.pieces.close()
      }
    }
    return ReadingsReceipt(json: IngestText.json(name, report), isSound: report.breach == nil)
  }

  private static func take(
    _ body: ReadingsBody, _ source: ReadingIngest.Source, _ ingest: ReadingIngest, _ library: SchemaLibrary
  ) throws -> IngestReport {
    func feed(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
      guard var piece = try body.pieces.next() else { return }
      // Two bytes tell what is packed; a first piece may be shorter.
      while piece.readableBytes < 2, var more = try body.pieces.next() { piece.writeBuffer(&more) }
      guard CompressedFormat.isGzip(piece.readableBytesView.prefix(2)) else {
        try piece.withUnsafeReadableBytes(take)
        while let next = try body.pieces.next() { try next.withUnsafeReadableBytes(take) }
        return
      }
      var limits = ExpansionLimits()
      limits.totalBytes = 1 << 50
      var unpacker = GzipReader(.gzip, limits: limits)
      var failure: (any Error)?
      func unpack(_ bytes: UnsafeRawBufferPointer) throws {
        try unpacker.feed(bytes) { unpacked in
          if failure != nil { return }
          do { try take(unpacked) } catch { failure = error }
        }
        if let failure { throw failure }
      }
      try piece.withUnsafeReadableBytes(unpack)
      while let next = try body.pieces.next() { try next.withUnsafeReadableBytes(unpack) }
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
