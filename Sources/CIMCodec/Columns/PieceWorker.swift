// One thread's decoder for pieces of a document.
import XMLPull

/// Decodes pieces that begin and end between two MeterReadings; it is in the hands of one thread at a time.
final class PieceWorker: @unchecked Sendable {
  private let core: DecoderCore<ReadingSink>
  /// The state in which every piece begins and all but the last end.
  private let between: Int32
  /// The element around the MeterReadings, and how many of each of its children came before the pieces.
  private let root: PathNodes.ID
  private let counts: [PathNodes.ID: Int32]
  private let sideEffects: Int
  private var paths: [ReadingColumns.Path]

  /// - Parameter first: a decoder that has just passed a MeterReading of the document.
  /// - Returns: nil where this is no place at which all MeterReadings begin.
  init?(_ first: DecoderCore<ReadingSink>) {
    guard first.isPastAll, first.state >= 0, let context = first.tables.contexts[Int(first.state)],
      let frame = context.frames.last, first.sink.isRoot(frame.node),
      first.machine.findings.isEmpty,
      first.machine.unknown.isEmpty, first.machine.identifiers.isEmpty
    else { return nil }
    core = DecoderCore(
      resolver: first.machine.resolver, limits: first.limits, buildsTree: false,
      sink: first.sink.forThread())
    core.zone = first.zone
    core.machine = first.machine
    core.machine.frames = context.frames
    core.machine.nodes = PathNodes(copying: first.machine.nodes)
    core.reader.adoptNamespaces(of: first.reader)
    core.reader.resume(context.reader)
    core.enterShortWay(tagLength: 0)
    guard core.state >= 0 else { return nil }
    between = core.state
    root = frame.node
    sideEffects = core.machine.sideEffects
    paths = core.sink.columns.paths
    let nodes = core.machine.nodes
    counts = Dictionary(
      uniqueKeysWithValues: nodes.children(of: root).map { ($0, nodes.links[Int($0)].count) })
  }

  /// Decodes a piece into columns, as far as it is as it should be.
  func decode(_ piece: DocumentPiece, of bytes: [UInt8], into columns: ReadingColumns)
    -> DecodedPiece
  {
    core.sink.turn(to: columns, paths: paths)
    for (node, count) in counts { core.machine.nodes.links[Int(node)].count = count }
    bytes.withUnsafeBytes { core.feed(whole: UnsafeRawBufferPointer(rebasing: $0[piece.bytes])) }
    paths = columns.paths
    return DecodedPiece(
      piece: piece, columns: columns, meterReadings: isAsAssumed(piece) ? counted(piece) : nil)
  }

  /// Whether all is valid, nothing of it concerns what comes behind, and the next piece can begin.
  private func isAsAssumed(_ piece: DocumentPiece) -> Bool {
    if piece.bytes.isEmpty { return false }
    if piece.isLast {
      guard core.finish().isWellFormed else { return false }
    } else {
      guard core.isPastAll, core.state == between else { return false }
    }
    return core.failure == nil && core.machine.sideEffects == sideEffects
      && core.machine.identifiers.isEmpty
  }

  /// Meter readings in the piece; nil where something else stands between them that is counted too.
  private func counted(_ piece: DocumentPiece) -> Int32? {
    var meterReadings: Int32 = 0
    for node in core.machine.nodes.children(of: root) {
      let more = core.machine.nodes.links[Int(node)].count - (counts[node] ?? 0)
      if core.sink.isMeterReading(node) {
        meterReadings += more
      } else if more != 0 && !piece.isLast {
        return nil
      }
    }
    return meterReadings
  }
}

extension DecoderCore {
  /// Whether all that was fed is worked off.
  var isPastAll: Bool { failure == nil && reader.windowCursor == reader.windowEnd }

  /// Takes bytes that end between two tags: nothing has to be waited for.
  func feed(whole bytes: UnsafeRawBufferPointer) {
    let most = 1 << 15
    let rest = bytes.count > most ? bytes.count - most : 0
    feed(UnsafeRawBufferPointer(rebasing: bytes[..<rest]))
    lookahead = 1
    feed(UnsafeRawBufferPointer(rebasing: bytes[rest...]))
    lookahead = 2048
  }
}
