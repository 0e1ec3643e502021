// One large document on several threads: each decodes pieces of it, on the assumption that they begin where one
// MeterReading follows another. Whether they do is known when the pieces before them have ended there.
import XMLPull

/// What was decoded on several threads.
public struct DecodedReadings {
  /// The verdict; it has no root.
  public var document: DecodedDocument
  /// The byte from which one thread had to go on alone: where the document could not be cut, or has a breach. Nil where
  /// all of it was decoded in pieces.
  public var oneThreadFrom: Int?
}

extension MeterReadingsDecoder {
  /// Decodes a document that is in memory whole, on several threads where it has many meter readings.
  ///
  /// Values and verdict are the same as on one thread. Memory is bounded by the threads: each has some 100 KiB for what
  /// it has learnt, and some 200 KiB for each of two to four pieces of the document that are under way. A document with
  /// a breach takes longer: what comes before it is read again by one thread.
  ///
  /// - Parameters:
  ///   - threads: how many decode; the caller's is one of them. 1 to 64.
  ///   - consume: is handed columns in the order of the document, each only for the time of the call.
  public nonisolated(nonsending) static func decode(
    _ bytes: [UInt8], resolver: any SchemaResolver, limits: DecodingLimits = DecodingLimits(),
    zoneOffsetMinutes: Int = 0, threads: Int = 2, consume: (ReadingColumns) -> Void
  ) async -> DecodedReadings {
    var decoder = MeterReadingsDecoder(
      resolver: resolver, limits: limits, zoneOffsetMinutes: zoneOffsetMinutes)
    var start = 0
    var known = 0
    if threads > 1, bytes.count <= limits.xml.totalBytes, let cutter = PieceCutter(bytes) {
      known = cutter.place
      start = known
      bytes.withUnsafeBytes {
        decoder.core.feed(whole: UnsafeRawBufferPointer(rebasing: $0[..<known]))
      }
      let workers = (0..<min(threads, 64)).compactMap { _ in PieceWorker(decoder.core) }
      if workers.count > 1 {
        consume(decoder.columns)
        decoder.removeComplete()
        start = await Self.decode(bytes, cutter, workers, consume)
        if start == bytes.count {
          var document = decoder.core.machine.result(failure: nil)
          document.root = nil
          return DecodedReadings(document: document, oneThreadFrom: nil)
        }
      }
    }
    // The values up to the start are known. But only who has passed them can tell the places of what follows.
    bytes.withUnsafeBytes { all in
      while known < start {
        let end = min(start, known + 1 << 18)
        let piece = UnsafeRawBufferPointer(rebasing: all[known..<end])
        if end == start { decoder.core.feed(whole: piece) } else { decoder.feed(piece) }
        decoder.removeComplete()
        known = end
      }
    }
    let document = bytes.withUnsafeBytes {
      decoder.decode(UnsafeRawBufferPointer(rebasing: $0[start...]), consume: consume)
    }
    return DecodedReadings(document: document, oneThreadFrom: start)
  }

  /// Decodes and hands out pieces as long as they are as they should be.
  ///
  /// - Returns: how many bytes are done with.
  private nonisolated(nonsending) static func decode(
    _ bytes: [UInt8], _ cutter: PieceCutter, _ workers: [PieceWorker],
    _ consume: (ReadingColumns) -> Void
  ) async -> Int {
    let queue = PieceQueue(cutter, room: 2 * workers.count + 2)
    var place = cutter.place
    var meterReadings: Int32 = 0
    await withDiscardingTaskGroup { group in
      for worker in workers.dropFirst() {
        group.addTask { await work(worker, on: queue, bytes) }
      }
      loop: while true {
        switch queue.next(delivers: true) {
        case .decode(let piece, let columns):
          queue.add(workers[0].decode(piece, of: bytes, into: columns))
        case .deliver(let decoded):
          guard let count = decoded.meterReadings else { break loop }
          if meterReadings > 0 { decoded.columns.addOccurrences(meterReadings) }
          consume(decoded.columns)
          meterReadings += count
          place = decoded.piece.bytes.upperBound
          queue.takeBack(decoded)
        case .wait(let version): await queue.change(since: version)
        case .end: break loop
        }
      }
    }
    return place
  }

  private static func work(_ worker: PieceWorker, on queue: PieceQueue, _ bytes: [UInt8]) async {
    while true {
      switch queue.next(delivers: false) {
      case .decode(let piece, let columns):
        queue.add(worker.decode(piece, of: bytes, into: columns))
      case .wait(let version): await queue.change(since: version)
      case .deliver, .end: return
      }
    }
  }
}
