// MeterReadings in bulk: validated and in columns, in one pass and in bounded memory.

/// Decodes documents with MeterReadings, bare or in an envelope, into columns.
///
/// Feed pieces and take what is complete between them; memory is then bounded by one MeterReading, whatever the size of
/// the document. Only `finish` says whether the document as a whole is valid: what was taken before is only as good.
public struct MeterReadingsDecoder: ~Copyable {
  let core: DecoderCore<ReadingSink>

  /// - Parameter zoneOffsetMinutes: what stamps without a zone are in, east of UTC; they are rare, and wrong.
  public init(
    resolver: any SchemaResolver, limits: DecodingLimits = DecodingLimits(),
    zoneOffsetMinutes: Int = 0
  ) {
    let zone = Int64(zoneOffsetMinutes) * -60_000_000
    core = DecoderCore(
      resolver: resolver, limits: limits, buildsTree: false,
      sink: ReadingSink(columns: ReadingColumns(capacity: 1 << 13), zone: zone))
    core.zone = zone
  }

  /// What is decoded and not yet removed.
  public var columns: ReadingColumns { core.sink.columns }

  /// Takes the next bytes and works off what is complete of them.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) { core.feed(bytes) }

  public mutating func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes { feed($0) } }

  /// Forgets the complete meter readings: the caller has seen to them.
  public mutating func removeComplete() { columns.removeComplete() }

  /// Says that nothing follows. The verdict has no root: the values are in the columns.
  public mutating func finish() -> DecodedDocument { core.finish() }

  /// Makes ready for another document.
  public mutating func restart() { core.restart() }

  /// Whether the document has a breach already: what is fed from now on changes little.
  public var hasFindings: Bool { !core.machine.findings.isEmpty || core.failure != nil }

  /// Decodes a document that is in memory whole.
  ///
  /// - Parameter consume: is handed the columns whenever there are enough rows; what is complete is removed behind it.
  public mutating func decode(_ bytes: UnsafeRawBufferPointer, consume: (ReadingColumns) -> Void)
    -> DecodedDocument
  {
    feed(bytes, consume: consume)
    let document = finish()
    consume(columns)
    return document
  }

  /// Takes the next bytes, and hands out the columns whenever there are enough rows.
  mutating func feed(_ bytes: UnsafeRawBufferPointer, consume: (ReadingColumns) -> Void) {
    var rest = bytes
    while rest.count > 0 {
      let piece = min(rest.count, 1 << 16)
      feed(UnsafeRawBufferPointer(rebasing: rest[..<piece]))
      rest = UnsafeRawBufferPointer(rebasing: rest[piece...])
      if columns.rowCount >= 1 << 12 {
        consume(columns)
        removeComplete()
      }
    }
  }
}
