// Pieces of a document on their way from the threads that decode them to the one that takes them in order.
import Synchronization

/// What became of a piece. The columns are in the hands of one thread at a time.
struct DecodedPiece: @unchecked Sendable {
  var piece: DocumentPiece
  var columns: ReadingColumns
  /// Meter readings in it; nil where the piece does not begin and end as it should, or is not valid.
  var meterReadings: Int32?
}

/// Hands out pieces to decode, and decoded ones in the order of the document. So many columns are under way at most as
/// there is room for; they are used again and again.
final class PieceQueue: Sendable {
  enum Step {
    case decode(DocumentPiece, ReadingColumns)
    case deliver(DecodedPiece)
    /// Until something changes; with the version to hand to `change`.
    case wait(Int)
    case end
  }

  private struct State: @unchecked Sendable {
    var cutter: PieceCutter
    /// Decoded and not yet delivered.
    var ready: [DecodedPiece] = []
    var free: [ReadingColumns] = []
    /// Columns that may still be made.
    var room: Int
    /// Pieces that were handed out to be decoded, and that were delivered.
    var taken = 0
    var delivered = 0
    /// After a piece that was not as it should be.
    var isStopped = false
    var version = 0
    var waiting: [UnsafeContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  /// - Parameter room: how many columns may be under way.
  init(_ cutter: PieceCutter, room: Int) { state = Mutex(State(cutter: cutter, room: room)) }

  /// What is to be done next.
  ///
  /// - Parameter delivers: whether the caller is the one who takes what is decoded.
  func next(delivers: Bool) -> Step {
    state.withLock { state in
      if delivers, let i = state.ready.firstIndex(where: { $0.piece.number == state.delivered }) {
        state.delivered += 1
        return .deliver(state.ready.remove(at: i))
      }
      if !state.isStopped, !state.cutter.isAtEnd, state.room > 0 || !state.free.isEmpty {
        if let piece = state.cutter.next() {
          state.taken += 1
          if let columns = state.free.popLast() { return .decode(piece, columns) }
          state.room -= 1
          return .decode(piece, ReadingColumns(capacity: 1 << 13))
        }
      }
      let isCut = state.isStopped || state.cutter.isAtEnd
      return isCut && (!delivers || state.delivered == state.taken) ? .end : .wait(state.version)
    }
  }

  func add(_ decoded: DecodedPiece) {
    change { state in
      state.ready.append(decoded)
      if decoded.meterReadings == nil { state.isStopped = true }
    }
  }

  /// Takes back what was delivered.
  func takeBack(_ decoded: DecodedPiece) {
    change { $0.free.append(decoded.columns) }
  }

  /// Returns when something has changed since a version.
  func change(since version: Int) async {
    await withUnsafeContinuation { continuation in
      let isOld = state.withLock { state in
        if state.version != version { return true }
        state.waiting.append(continuation)
        return false
      }
      if isOld { continuation.resume() }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let waiting = state.withLock { state in
      body(&state)
      state.version += 1
      let waiting = state.waiting
      state.waiting.removeAll()
      return waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
