// How documents begin and end. The same sender begins all its messages alike, and short ones are little more than that.
import CIMModel
import XMLPull

/// What the machine has left beside its frames.
struct SideEffects {
  var count: Int
  var profiles: Int
}

extension DecoderCore {
  // Sinks that make columns want to see every start tag of which they have not learnt; the tree needs the tag alone.

  /// Behind the root's start tag. One with attributes is left alone: they may be identifiers, or say what its type is.
  func learnOpening() {
    guard state >= 0, machine.buildsTree, tables.states[Int(state)].kind == .content, reader.windowOffset == 0,
      let node = machine.frames.last?.node, let tag = machine.tree.last?.tag, tag.attributes.isEmpty
    else { return }
    let bytes = UnsafeBufferPointer(start: reader.window, count: reader.windowCursor)
    let place = reader.position(beforeCursor: 0)
    tables.addOpening(
      MemoTables.Opening(
        bytes: Array(bytes), state: state, node: node, tag: tag, lines: place.line - 1, characters: place.column - 1))
  }

  /// Passes the beginning of a document that is known, if it is in memory whole.
  func skipOpening() {
    guard machine.buildsTree, reader.windowOffset == 0, reader.windowCursor == 0 else { return }
    let window = UnsafeBufferPointer(start: reader.window, count: reader.windowEnd)
    for opening in tables.openings where window.starts(with: opening.bytes) {
      guard let context = tables.contexts[Int(opening.state)] else { return }
      machine.frames = context.frames
      machine.nodes.begin(opening.node)
      machine.tree.begin(opening.tag)
      reader.begin(behind: opening.bytes.count, newlines: opening.lines, characters: opening.characters)
      state = opening.state
      return
    }
  }

  /// Behind the root's end tag.
  func learnClosing(from: Int32) {
    guard machine.buildsTree, tables.states[Int(from)].kind == .content else { return }
    let start = reader.windowTokenStart
    tables.addClosing(
      Array(UnsafeBufferPointer(start: reader.window + start, count: reader.windowCursor - start)), at: from)
  }

  /// Passes the end of a document that is known, if nothing but white space follows.
  ///
  /// - Returns: whether the document is complete.
  func skipClosing() -> Bool {
    guard reader.isFed, machine.buildsTree, let closing = tables.closings[state],
      reader.windowOffset + reader.windowEnd <= limits.xml.totalBytes
    else { return false }
    let rest = UnsafeBufferPointer(
      start: reader.window + reader.windowCursor, count: reader.windowEnd - reader.windowCursor)
    guard rest.starts(with: closing), rest[closing.count...].allSatisfy(XMLCharacters.isSpace) else { return false }
    machine.tree.end()
    machine.frames.removeAll(keepingCapacity: true)
    state = -1
    reader.complete()
    return true
  }
}
