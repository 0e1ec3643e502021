// Files of readings into a store, whole or up to where they break.
public import CIMCodec
public import CIMModel
import CIMSchema
public import MeterStore
import XMLPull

/// Takes documents and CSV files into a store: in bounded memory, again from where a crash has stopped it, and twice
/// with the same result as once.
///
/// Readings are committed every `IngestPolicy.readingsPerCommit`, together with how far the file is done. What stands
/// before a breach of a document is taken in: each MeterReading is valid by itself. The report tells the breach.
public struct ReadingIngest: Sendable {
  /// What is taken in.
  public struct Source: Sendable, Hashable {
    /// For people, and kept with every reading: a file's name, a partner and MessageID.
    public var name: String
    /// What tells this content from any other: path, size and time of a file, or a digest.
    public var key: String
    /// Who had it done.
    public var author: String

    public init(name: String, key: String, author: String) {
      self.name = name
      self.key = key
      self.author = author
    }
  }

  /// Hands over the content piece by piece, each valid until the call returns.
  public typealias Feed = (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

  private let store: any ReadingStore
  public var policy: IngestPolicy
  private let now: @Sendable () -> Timestamp

  public init(
    store: any ReadingStore, policy: IngestPolicy = IngestPolicy(),
    now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
  ) {
    self.store = store
    self.policy = policy
    self.now = now
  }

  /// Takes in a MeterReadings document, bare or in an envelope.
  ///
  /// - Throws: `StoreError`, or what `feed` throws; what was committed before stays, and a later call goes on behind it.
  public func ingest(
    _ source: Source, resolver: any SchemaResolver, limits: DecodingLimits = DecodingLimits(), feed: Feed
  ) throws -> IngestReport {
    try with(source) { taker in
      var decoder = MeterReadingsDecoder(resolver: resolver, limits: limits)
      var columns = ColumnsTaker(taker)
      try feed { bytes in
        var rest = bytes
        // What is decoded at once stays in the processor's cache.
        while !rest.isEmpty {
          let piece = UnsafeRawBufferPointer(rebasing: rest[..<min(rest.count, 1 << 16)])
          decoder.feed(piece)
          rest = UnsafeRawBufferPointer(rebasing: rest[piece.count...])
          if decoder.columns.rowCount >= 1 << 12 {
            try columns.take(decoder.columns)
            decoder.removeComplete()
          }
        }
      }
      let document = decoder.finish()
      try columns.take(decoder.columns)
      if !document.isWellFormed || !document.findings.isEmpty {
        return document.findings.first.map { finding in
          let place = finding.violation
          return "line \(place.line), column \(place.column): \(place.message) (\(place.rule), at \(place.path))"
        } ?? "the document is not well-formed"
      }
      guard taker.report.meterReadings + taker.report.resumed == 0 else { return nil }
      guard let foreign = document.unknown.first else { return "there is no MeterReading in it" }
      return "line \(foreign.position.line), column \(foreign.position.column): no schema is loaded for "
        + "'\(foreign.name.local)' in namespace '\(foreign.name.namespace)': MeterReadings of edition 2 are in "
        + "'http://iec.ch/TC57/2011/MeterReadings#'; other schemas are loaded with --schemas DIR"
    }
  }

  /// Takes in the MeterReadings of a message.
  ///
  /// What came with the same source, identifier and content before changes nothing, even where a correction came
  /// between: it was delivered twice.
  ///
  /// - Parameters:
  ///   - sender: whom it is from.
  ///   - messageID: as in its header; nil: the content alone tells.
  ///   - objects: the payload; those that are no MeterReadings are passed over.
  public func ingest(
    from sender: String, messageID: String?, author: String, objects: [Element]
  ) throws -> IngestReport {
    let objects = objects.filter { $0.name == "MeterReadings" }
    let name = messageID.map { "\(sender) \($0)" } ?? sender
    let source = Source(name: name, key: "message \(name) \(ElementDigest.of(objects))", author: author)
    return try with(source) { taker in
      var elements = ElementsTaker(taker)
      for object in objects {
        for meterReading in object.children where meterReading.name == "MeterReading" {
          try elements.take(meterReading)
        }
      }
      return nil
    }
  }

  /// Takes in lines of CSV; see `CSVReadings` for their form.
  public func ingestCSV(_ source: Source, feed: Feed) throws -> IngestReport {
    try with(source) { taker in
      var lines = CSVReadings(taker)
      try feed { try lines.feed($0) }
      return try lines.finish()
    }
  }

  /// Takes in a Green Button file: an Atom feed with ESPI resources, of at most 1 GiB.
  ///
  /// The feed is held in memory, since its resources refer to each other in any order; so a file that was stopped is taken
  /// in again from its begin. Usage points are known by their entry's id.
  ///
  /// - SeeAlso: NAESB REQ.21
  public func ingestGreenButton(_ source: Source, feed: Feed) throws -> IngestReport {
    try with(source) { taker in
      taker.progress.done = 0
      var reader = ESPIFeedReader()
      try feed { reader.feed($0) }
      reader.finish()
      try GreenButtonTaker(taker: taker).take(reader.entries)
      return reader.breach ?? (taker.report.readings == 0 ? "there is no IntervalReading in it" : nil)
    }
  }

  /// - Parameter body: takes all in and returns the breach.
  private func with(_ source: Source, _ body: (ReadingTaker) throws -> String?) throws -> IngestReport {
    var known = try store.read { try $0.file(source.key) }
    if let known, known.state != .underWay {
      var report = IngestReport()
      report.wasComplete = true
      report.breach = known.state == .broken ? "it was taken in before, up to a breach" : nil
      return report
    }
    known?.name = source.name
    let progress = known ?? FileProgress(key: source.key, name: source.name)
    return try store.write(Batch(kind: "ingest", source: source.name, author: source.author)) { writer in
      let taker = try ReadingTaker(writer, days: store.days, policy: policy, now: now(), progress: progress)
      try taker.finish(breach: try body(taker))
      return taker.report
    }
  }
}
