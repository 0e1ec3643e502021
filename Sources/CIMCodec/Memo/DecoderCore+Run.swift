// The short way: from value to value, by comparing bytes with what was remembered.
import CIMModel
import CIMSchema
import XMLPull

enum ShortWayEnd {
  /// What is in memory is worked off as far as it can be.
  case needInput
  /// The general way must go on from the cursor.
  case unknown
}

/// Nothing: simple types without qualified names ask for no prefixes.
private struct NoNamespaces: NamespaceContext {
  func namespace(ofPrefix prefix: String) -> String? { nil }
}

extension DecoderCore {
  /// Goes from the cursor as far as everything is known.
  ///
  /// The cursor and `state` stand at a place from which the general way can go on, whatever the reason for the end.
  func run() -> ShortWayEnd {
    let window = reader.window
    let softEnd = window + (reader.isFed ? reader.windowEnd : reader.windowEnd - lookahead)
    var p = window + reader.windowCursor
    // Lines are counted on the way.
    var lineStart = p
    var newlines = 0
    var continuations = 0
    var c = state
    let tables = self.tables
    var states = tables.states
    var allTags = tables.tags
    var actions = tables.actions
    var arena = UnsafeRawPointer(tables.arena)
    let links = machine.nodes.links
    // Taken out of the object for the time being: it would ask at each access whether another has hold of them.
    var sink = self.sink
    let tree = machine.tree
    var pendingCount = 0
    var tagStart = p
    var continuationsAtTag = 0
    // The last start tag of several lines that was passed: its place, and the lines and characters before it.
    var longTag: (place: UnsafePointer<UInt8>, newlines: Int, characters: Int)?
    // What was passed since the last value, to be remembered as one literal.
    var recordStart: UnsafePointer<UInt8>?
    var recordState: Int32 = -1
    var recorded: [UInt32] = []
    var day = self.day
    let textLimit = limits.textLength

    func perform(_ literal: UnsafePointer<MemoLiteral>) {
      let first = actions + Int(literal.pointee.actionFirst)
      for k in 0..<Int(literal.pointee.actionCount) {
        let action = first[k]
        switch action & MemoAction.kind {
        case MemoAction.count: PathNodes.begin(action & MemoAction.argument, links)
        case MemoAction.attributes:
          for i in 0..<pendingCount where pending[i].slot != 0 {
            sink.text(pending[i].slot, XMLBytes(start: pending[i].start, count: pending[i].count), tree)
          }
          pendingCount = 0
        case MemoAction.profile: machine.enter(tables.profiles[Int(action & MemoAction.argument)])
        default: sink.perform(action, tree)
        }
      }
    }

    func emit(
      _ slot: UInt16, _ form: MemoState.Check, _ bytes: XMLBytes, _ number: Int64, _ scale: UInt8,
      _ state: UnsafeMutablePointer<MemoState>
    ) {
      if state.pointee.kind == .attribute {
        guard let start = bytes.baseAddress else { return }
        if state.pointee.ordinal == 0 { pendingCount = 0 }
        pending[pendingCount] = PendingValue(slot: slot, start: start, count: bytes.count)
        pendingCount += 1
        return
      }
      if slot == 0 { return }
      switch form {
      case .dateTime: sink.dateTime(slot, number, bytes, tree)
      case .number: sink.number(slot, number, scale: scale, bytes, tree)
      default: sink.text(slot, bytes, tree)
      }
    }

    /// Reads the value that begins at a place as its state wants it.
    func scan(
      _ q: inout UnsafePointer<UInt8>, _ here: UnsafeMutablePointer<MemoState>, _ form: inout MemoState.Check,
      _ number: inout Int64, _ scale: inout UInt8, _ more: inout Int
    ) -> Bool {
      let start = q
      let terminator = here.pointee.terminator
      switch form {
      case .dateTime:
        return ValueScan.dateTime(&q, &day, terminator: terminator, zone: zone, &number)
      case .number:
        if ValueScan.decimal(&q, &number, &scale) { return true }
        form = .text
      case .general: return false
      case .text, .typed: break
      }
      guard ValueScan.text(&q, terminator: terminator, continuations: &more), q - start <= textLimit else {
        return false
      }
      return accepts(XMLBytes(start: start, count: q - start), here, &form)
    }

    /// Whether characters are a value of the state's type, and no white space has to be taken off them.
    func accepts(_ bytes: XMLBytes, _ here: UnsafeMutablePointer<MemoState>, _ form: inout MemoState.Check) -> Bool {
      if form == .typed {
        guard tables.types[Int(here.pointee.type)].check(bytes, namespaces: NoNamespaces()) == nil else { return false }
        form = .text
      }
      if !here.pointee.isTrimmed || here.pointee.slot == 0 { return true }
      return bytes.first != 0x20 && bytes.last != 0x20
    }

    /// The same as `scan` for a value whose references are replaced.
    func read(
      _ bytes: XMLBytes, _ here: UnsafeMutablePointer<MemoState>, _ form: inout MemoState.Check,
      _ number: inout Int64, _ scale: inout UInt8
    ) -> Bool {
      guard var q = bytes.baseAddress else { return false }
      let end = q + bytes.count
      switch form {
      case .dateTime: return ValueScan.dateTime(&q, &day, terminator: 0x3C, zone: zone, &number) && q == end
      case .number:
        if ValueScan.decimal(&q, &number, &scale), q == end { return true }
        form = .text
      case .general: return false
      case .text, .typed: break
      }
      return bytes.count <= textLimit && accepts(bytes, here, &form)
    }

    var end = ShortWayEnd.unknown
    loop: while true {
      if p > softEnd {
        end = .needInput
        break
      }
      let here = states + Int(c)
      if here.pointee.kind == .content {
        // MARK: A tag
        let gap = Gap(p)
        if here.pointee.isEmptyContent && gap.end != p { break }
        newlines &+= gap.isLineFeed ? 1 : 0
        lineStart = gap.isLineFeed ? p + 1 : lineStart
        continuations = gap.isLineFeed ? 0 : continuations
        p = gap.end
        if p.pointee != 0x3C {
          guard !here.pointee.isEmptyContent, Gap.passLong(&p, &lineStart, &newlines, &continuations) else { break }
        }
        if p[1] == 0x21 {
          guard !here.pointee.isEmptyContent, Gap.passComment(&p, &lineStart, &newlines, &continuations) else { break }
          recordStart = nil
          continue
        }
        guard let tag = Self.find(p, here, allTags, arena) else { break }
        if tag.pointee.isPlain && recordStart == nil {
          p += Int(tag.pointee.literal.length)
          c = tag.pointee.literal.next
          continue
        }
        let literal = tag.pointee.literal
        if literal.endsInTag {
          tagStart = p
          continuationsAtTag = continuations
        }
        if literal.newlines > 0 {
          if states[Int(literal.next)].tagLength < 0 {
            longTag = (p, newlines, p - lineStart - continuations)
            recordStart = nil
          }
          newlines += Int(literal.newlines)
          lineStart = p + Int(literal.length - literal.tail)
          continuations = 0
        }
        p += Int(literal.length)
        c = literal.next
        if literal.actionCount > 0 {
          perform(Self.literal(of: tag))
          if recordStart != nil {
            for k in 0..<Int(literal.actionCount) { recorded.append(actions[Int(literal.actionFirst) + k]) }
          }
        }
        if let start = recordStart, states[Int(c)].kind != .content {
          if p - start <= MemoTables.longestLiteral {
            tables.addLiteral(
              UnsafeBufferPointer(start: start, count: p - start), at: recordState, next: c, actions: recorded)
            states = tables.states
            allTags = tables.tags
            actions = tables.actions
            arena = UnsafeRawPointer(tables.arena)
          }
          recordStart = nil
        }
        continue
      }

      // MARK: A value
      var q = p
      var number: Int64 = 0
      var scale: UInt8 = 0
      var form = here.pointee.check
      var more = 0
      var bytes: XMLBytes
      if scan(&q, here, &form, &number, &scale, &more), q[1] == 0x2F || here.pointee.kind == .attribute {
        bytes = XMLBytes(start: p, count: q - p)
      } else {
        // References and CDATA sections: the same with what they stand for.
        guard here.pointee.kind == .value, here.pointee.check != .general,
          let value = reader.decodedValue(at: p - window)
        else { break }
        form = here.pointee.check
        guard read(value.bytes, here, &form, &number, &scale) else { break }
        q = window + value.end
        more = value.continuations
        bytes = value.bytes
      }

      // MARK: What stood behind it before
      var literal = Self.firstLiteral(of: here)
      var left = here.pointee.literals
      while left > 0 {
        if Self.difference(UnsafeRawPointer(q), arena + Int(literal.pointee.place)) == 0,
          literal.pointee.chunks == 1 || Self.match(q, literal, arena)
        {
          break
        }
        literal += 1
        left &-= 1
      }
      let slot = here.pointee.slot
      if left > 0 {
        here.pointee.hits &+= 1
        recordStart = nil
        emit(slot, form, bytes, number, scale, here)
        continuations += more
        p = q + Int(literal.pointee.length)
        c = literal.pointee.next
        if literal.pointee.newlines > 0 {
          newlines += Int(literal.pointee.newlines)
          lineStart = p - Int(literal.pointee.tail)
          continuations = 0
        }
        if literal.pointee.actionCount > 0 { perform(literal) }
        if literal.pointee.endsInTag && states[Int(c)].ordinal == 0 {
          tagStart = p - Int(states[Int(c)].tagLength)
          continuationsAtTag = continuations
        }
        continue
      }
      // The end tag, or the rest of the start tag.
      guard let found = Self.find(q, here, allTags, arena) else { break }
      let tag = found.pointee.literal
      emit(slot, form, bytes, number, scale, here)
      continuations += more
      if here.pointee.isFrozen && found.pointee.isPlain {
        p = q + Int(tag.length)
        c = tag.next
        recordStart = nil
        continue
      }
      here.pointee.misses &+= 1
      // A place where literals do not come again is left alone.
      let isPromising = here.pointee.misses <= 8 || here.pointee.hits / 2 > here.pointee.misses
      if here.pointee.misses & 31 == 31 && !isPromising {
        here.pointee.isFrozen = true
        here.pointee.literals = 0
      }
      recordStart = isPromising && !here.pointee.isFrozen ? q : nil
      recordState = c
      if recordStart != nil { recorded.removeAll(keepingCapacity: true) }
      p = q + Int(tag.length)
      c = tag.next
      if tag.newlines > 0 {
        newlines += Int(tag.newlines)
        lineStart = p - Int(tag.tail)
        continuations = 0
      }
      if tag.actionCount > 0 {
        perform(Self.literal(of: found))
        if recordStart != nil {
          for k in 0..<Int(tag.actionCount) { recorded.append(actions[Int(tag.actionFirst) + k]) }
        }
      }
      // Several values in one tag: nothing longer to remember.
      if states[Int(c)].kind != .content { recordStart = nil }
    }

    if let longTag {
      tagPosition = reader.position(
        at: longTag.place - window, newlines: longTag.newlines, characters: longTag.characters)
    }
    // In the middle of a tag there is no going on: back to its beginning.
    if states[Int(c)].kind == .attribute {
      c = states[Int(c)].base
      p = tagStart
      continuations = continuationsAtTag
    }
    self.day = day
    self.sink = sink
    state = c
    reader.passed(to: p - window, newlines: newlines, characters: p - lineStart - continuations)
    return end
  }

  // MARK: Comparing

  /// The tag that stands at a place, if the state knows it.
  @inline(__always)
  private static func find(
    _ p: UnsafePointer<UInt8>, _ here: UnsafeMutablePointer<MemoState>, _ tags: UnsafeMutablePointer<MemoTag>,
    _ arena: UnsafeRawPointer
  ) -> UnsafeMutablePointer<MemoTag>? {
    let first = tags + Int(here.pointee.tagFirst)
    if begins(p, first, arena) {
      first.pointee.hits &+= 1
      return first
    }
    return findRarer(p, first, Int(here.pointee.tagCount), arena)
  }

  @inline(never)
  private static func findRarer(
    _ p: UnsafePointer<UInt8>, _ first: UnsafeMutablePointer<MemoTag>, _ count: Int, _ arena: UnsafeRawPointer
  ) -> UnsafeMutablePointer<MemoTag>? {
    var i = 1
    while i < count {
      let tag = first + i
      if begins(p, tag, arena) {
        tag.pointee.hits &+= 1
        // Frequent tags come to stand first.
        guard tag.pointee.hits > tag[-1].hits else { return tag }
        let earlier = tag[-1]
        tag[-1] = tag[0]
        tag[0] = earlier
        return tag - 1
      }
      i += 1
    }
    return nil
  }

  /// Whether bytes begin with a tag.
  @inline(__always)
  private static func begins(
    _ p: UnsafePointer<UInt8>, _ tag: UnsafeMutablePointer<MemoTag>, _ arena: UnsafeRawPointer
  ) -> Bool {
    if (ValueScan.word(p) ^ tag.pointee.words.0) & tag.pointee.masks.0 != 0 { return false }
    if (ValueScan.word(p + 8) ^ tag.pointee.words.1) & tag.pointee.masks.1
      | (ValueScan.word(p + 16) ^ tag.pointee.words.2) & tag.pointee.masks.2 != 0
    {
      return false
    }
    return tag.pointee.literal.length <= MemoTag.wordLength || match(p, literal(of: tag), arena)
  }

  private static func match(
    _ p: UnsafePointer<UInt8>, _ literal: UnsafePointer<MemoLiteral>, _ arena: UnsafeRawPointer
  ) -> Bool {
    let bytes = UnsafeRawPointer(p)
    let known = arena + Int(literal.pointee.place)
    var difference = difference(bytes, known)
    var chunk = 1
    while chunk < literal.pointee.chunks {
      difference |= Self.difference(bytes + 64 * chunk, known + 128 * chunk)
      chunk += 1
    }
    return difference == 0
  }

  @inline(__always)
  private static func difference(_ bytes: UnsafeRawPointer, _ known: UnsafeRawPointer) -> UInt64 {
    let x =
      (bytes.loadUnaligned(as: SIMD8<UInt64>.self) ^ known.loadUnaligned(as: SIMD8<UInt64>.self))
      & (known + 64).loadUnaligned(as: SIMD8<UInt64>.self)
    return (x[0] | x[1] | x[2] | x[3]) | (x[4] | x[5] | x[6] | x[7])
  }

  @inline(__always)
  private static func literal(of tag: UnsafeMutablePointer<MemoTag>) -> UnsafePointer<MemoLiteral> {
    UnsafeRawPointer(tag).assumingMemoryBound(to: MemoLiteral.self)
  }

  @inline(__always)
  private static func firstLiteral(of state: UnsafeMutablePointer<MemoState>) -> UnsafePointer<MemoLiteral> {
    UnsafeRawPointer(state).assumingMemoryBound(to: MemoLiteral.self)
  }
}
