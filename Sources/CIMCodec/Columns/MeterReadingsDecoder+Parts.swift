// One large document on two cores: the second begins in the middle, on the assumption that the first will come there in
// the state in which MeterReading elements follow one another. The first finds out whether it does.

import XMLPull

/// A large document's readings, in the order of the document.
public struct DecodedReadings {
  /// The verdict; it has no root.
  public var document: DecodedDocument
  /// One for each part the document was decoded in.
  public var columns: [ReadingColumns]
}

extension MeterReadingsDecoder {
  /// Decodes a document that is in memory whole, on two cores where it has many meter readings.
  ///
  /// The outcome is the same as on one core. All columns are kept: some 20 bytes for a reading.
  public static func decode(
    _ bytes: [UInt8], resolver: any SchemaResolver, limits: DecodingLimits = DecodingLimits(),
    zoneOffsetMinutes: Int = 0, parallel: Bool = true
  ) async -> DecodedReadings {
    let first = Part(
      MeterReadingsDecoder(
        resolver: resolver, limits: limits, zoneOffsetMinutes: zoneOffsetMinutes,
        // Some 100 bytes make a reading.
        rows: max(1 << 13, bytes.count / (parallel ? 200 : 100))
      ).core)
    guard parallel, bytes.count <= limits.xml.totalBytes, let split = Split(bytes),
      let second = first.advance(bytes, to: split.firstEnd)
    else {
      first.feed(bytes, first.place..<bytes.count)
      return DecodedReadings(document: first.core.finish(), columns: [first.columns])
    }
    async let rest = second.finish(bytes, split.middle..<bytes.count)
    let isAsAssumed = first.arrives(bytes, split.firstEnd..<split.middle)
    let document = await rest
    // What the second part found is told with its place in the document, which only the first can know.
    guard isAsAssumed, document.isWellFormed, document.findings.isEmpty, document.unknown.isEmpty else {
      first.feed(bytes, split.middle..<bytes.count)
      return DecodedReadings(document: first.core.finish(), columns: [first.columns])
    }
    var whole = first.core.machine.result(failure: nil)
    whole.root = nil
    return DecodedReadings(document: whole, columns: [first.columns, second.columns])
  }
}

/// Where a document can be cut, by the look of its bytes.
private struct Split {
  /// Behind the first end tag of a MeterReading.
  var firstEnd: Int
  /// Behind the first one in the second half.
  var middle: Int

  init?(_ bytes: [UInt8]) {
    guard bytes.count > 1 << 20 else { return nil }
    let name = Array("MeterReading>".utf8)
    let found: (Int, Int)? = bytes.withUnsafeBufferPointer { all in
      guard let place = Self.find(name[...], in: all, 0..<min(all.count, 4 << 20), where: { Self.isEndTag(all, $0) })
      else { return nil }
      var start = place
      while all[start] != 0x3C { start -= 1 }
      let tag = all[start..<place + name.count]
      let half = all.count / 2
      guard let next = Self.find(tag, in: all, half..<min(all.count, half + (64 << 20)), where: { _ in true }) else {
        return nil
      }
      return (place + name.count, next + tag.count)
    }
    guard let found, found.0 < found.1 else { return nil }
    (firstEnd, middle) = found
  }

  /// Whether "</" or "</prefix:" stands before a name.
  private static func isEndTag(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    var i = place - 1
    guard i > 1 else { return false }
    if bytes[i] == 0x3A {
      i -= 1
      while i > 1, place - i < 64, bytes[i] != 0x2F, bytes[i] != 0x3E, bytes[i] != 0x20 { i -= 1 }
    }
    return bytes[i] == 0x2F && bytes[i - 1] == 0x3C
  }

  private static func find(
    _ wanted: some Collection<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
    where isMeant: (Int) -> Bool
  ) -> Int? {
    guard let first = wanted.first, let last = Array(wanted).last else { return nil }
    var i = range.lowerBound
    let end = range.upperBound - wanted.count
    while i <= end {
      if bytes[i] == first, bytes[i + wanted.count - 1] == last, bytes[i..<i + wanted.count].elementsEqual(wanted),
        isMeant(i)
      {
        return i
      }
      i += 1
    }
    return nil
  }
}

/// The decoder of one part; it is in the hands of one thread at a time.
private final class Part: @unchecked Sendable {
  let core: DecoderCore<ReadingSink>
  /// Bytes that were fed.
  private(set) var place = 0
  private var assumed: Int32 = -1

  init(_ core: DecoderCore<ReadingSink>) { self.core = core }

  var columns: ReadingColumns { core.sink.columns }

  func feed(_ bytes: [UInt8], _ range: Range<Int>) {
    bytes.withUnsafeBytes { all in
      var start = range.lowerBound
      while start < range.upperBound {
        let end = min(range.upperBound, start + 1 << 18)
        // Between two tags nothing has to be waited for.
        core.lookahead = end == range.upperBound ? 1 : 2048
        core.feed(UnsafeRawBufferPointer(rebasing: all[start..<end]))
        start = end
      }
      core.lookahead = 2048
    }
    place = range.upperBound
  }

  /// Decodes up to the end of the first MeterReading.
  ///
  /// - Returns: a decoder that goes on from the end of any other; nil where that cannot be.
  func advance(_ bytes: [UInt8], to end: Int) -> Part? {
    feed(bytes, 0..<end)
    guard let state = between(), let frame = core.machine.frames.last, core.sink.isRoot(frame.node) else { return nil }
    assumed = state
    return Part(core.fork())
  }

  /// Whether the document, up to the end of another MeterReading, leads to the same state.
  func arrives(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    feed(bytes, range)
    return between() == assumed
  }

  func finish(_ bytes: [UInt8], _ range: Range<Int>) async -> DecodedDocument {
    feed(bytes, range)
    return core.finish()
  }

  /// The state, if all that was fed is worked off.
  private func between() -> Int32? {
    guard core.failure == nil, core.reader.windowCursor == core.reader.windowEnd else { return nil }
    if core.state >= 0, let context = core.tables.contexts[Int(core.state)] { core.machine.frames = context.frames }
    return core.state >= 0 ? core.state : nil
  }
}

extension DecoderCore<ReadingSink> {
  /// A decoder for a later part of the document, in the state in which this one is.
  fileprivate func fork() -> DecoderCore<ReadingSink> {
    let other = DecoderCore(resolver: machine.resolver, limits: limits, buildsTree: false, sink: sink.forPart())
    other.zone = zone
    other.machine = machine
    other.machine.nodes = PathNodes(copying: machine.nodes)
    other.reader.adoptNamespaces(of: reader)
    if let context = tables.contexts[Int(state)] { other.reader.resume(context.reader) }
    other.enterShortWay(tagLength: 0)
    return other
  }
}
