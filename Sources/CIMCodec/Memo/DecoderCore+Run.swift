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
    var building: [Element] = []
    swap(&building, &machine.building)
    var pendingCount = 0
    var tagStart = p
    var continuationsAtTag = 0
    // What was passed since the last value, to be remembered as one literal.
    var recordStart: UnsafePointer<UInt8>?
    var recordState: Int32 = -1
    var recorded: [UInt32] = []
    var day = self.day
    let textLimit = limits.textLength

    func match(_ p: UnsafePointer<UInt8>, _ literal: UnsafePointer<MemoLiteral>) -> Bool {
      let bytes = UnsafeRawPointer(p)
      let known = arena + Int(literal.pointee.place)
      var difference = Self.difference(bytes, known)
      var chunk = 1
      while chunk < literal.pointee.chunks {
        difference |= Self.difference(bytes + 64 * chunk, known + 128 * chunk)
        chunk += 1
      }
      return difference == 0
    }

    func perform(_ literal: UnsafePointer<MemoLiteral>) {
      let first = actions + Int(literal.pointee.actionFirst)
      for k in 0..<Int(literal.pointee.actionCount) {
        let action = first[k]
        switch action & MemoAction.kind {
        case MemoAction.count: PathNodes.begin(action & MemoAction.argument, links)
        case MemoAction.attributes:
          for i in 0..<pendingCount where pending[i].slot != 0 {
            sink.text(pending[i].slot, XMLBytes(start: pending[i].start, count: pending[i].count), &building)
          }
          pendingCount = 0
        default: sink.perform(action, &building)
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
      case .dateTime: sink.dateTime(slot, number, bytes, &building)
      case .number: sink.number(slot, number, scale: scale, bytes, &building)
      default: sink.text(slot, bytes, &building)
      }
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
        var b = p.pointee
        if b != 0x3C {
          if here.pointee.isEmptyContent { break }
          while true {
            if b == 0x20 || b == 0x09 || b == 0x0D {
              p += 1
            } else if b == 0x0A {
              p += 1
              newlines += 1
              lineStart = p
              continuations = 0
              while ValueScan.word(p) == 0x2020_2020_2020_2020 { p += 8 }
            } else {
              break
            }
            b = p.pointee
          }
          if b != 0x3C { break }
        }
        if p[1] == 0x21 {
          guard !here.pointee.isEmptyContent, Self.passComment(&p, &lineStart, &newlines, &continuations) else { break }
          recordStart = nil
          continue
        }
        let tags = allTags + Int(here.pointee.tagFirst)
        let head = ValueScan.word(p)
        var i = 0
        let count = Int(here.pointee.tagCount)
        while i < count {
          if (head ^ tags[i].head) & tags[i].headMask == 0, match(p, Self.literal(of: tags + i)) { break }
          i += 1
        }
        if i == count { break }
        let literal = tags[i].literal
        if i > 0 {
          // Frequent tags come to stand first.
          let earlier = tags[i - 1]
          tags[i - 1] = tags[i]
          tags[i] = earlier
        }
        if states[Int(literal.next)].kind == .attribute {
          tagStart = p
          continuationsAtTag = continuations
        }
        p += Int(literal.length)
        if literal.newlines > 0 {
          newlines += Int(literal.newlines)
          lineStart = p - Int(literal.tail)
          continuations = 0
        }
        c = literal.next
        if literal.actionCount > 0 {
          perform(Self.literal(of: allTags + Int(here.pointee.tagFirst) + max(i - 1, 0)))
          if recordStart != nil {
            for k in 0..<Int(literal.actionCount) { recorded.append(actions[Int(literal.actionFirst) + k]) }
          }
        }
        if let start = recordStart, states[Int(c)].kind != .content {
          if p - start <= 192 {
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
      let terminator = here.pointee.terminator
      var more = 0
      switch form {
      case .text:
        guard ValueScan.text(&q, terminator: terminator, continuations: &more), q - p <= textLimit else { break loop }
      case .dateTime:
        guard ValueScan.dateTime(&q, &day, terminator: terminator, zone: zone, &number) else { break loop }
      case .number:
        if !ValueScan.decimal(&q, &number, &scale) {
          form = .text
          guard ValueScan.text(&q, terminator: terminator, continuations: &more), q - p <= textLimit else { break loop }
        }
      case .typed:
        guard ValueScan.text(&q, terminator: terminator, continuations: &more), q - p <= textLimit else { break loop }
        let type = tables.types[Int(here.pointee.type)]
        guard type.check(XMLBytes(start: p, count: q - p), namespaces: NoNamespaces()) == nil else { break loop }
        form = .text
      case .general: break loop
      }
      if here.pointee.isTrimmed && here.pointee.slot != 0 && q > p && (p.pointee == 0x20 || q[-1] == 0x20) { break }

      // MARK: What stood behind it before
      var literal = Self.firstLiteral(of: here)
      var left = here.pointee.literals
      while left > 0 {
        if match(q, literal) { break }
        literal += 1
        left &-= 1
      }
      let bytes = XMLBytes(start: p, count: q - p)
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
        if states[Int(c)].kind == .attribute && states[Int(c)].ordinal == 0 {
          tagStart = p - Int(states[Int(c)].tagLength)
          continuationsAtTag = continuations
        }
        continue
      }
      // The end tag, or the rest of the start tag.
      let tags = allTags + Int(here.pointee.tagFirst)
      let count = Int(here.pointee.tagCount)
      var i = 0
      while i < count {
        if match(q, Self.literal(of: tags + i)) { break }
        i += 1
      }
      if i == count { break }
      let tag = tags[i].literal
      emit(slot, form, bytes, number, scale, here)
      continuations += more
      here.pointee.misses &+= 1
      if here.pointee.misses & 63 == 63 && here.pointee.hits < here.pointee.misses {
        here.pointee.isFrozen = true
        here.pointee.literals = 0
      }
      recordStart = here.pointee.isFrozen ? nil : q
      recordState = c
      recorded.removeAll(keepingCapacity: true)
      p = q + Int(tag.length)
      c = tag.next
      if tag.newlines > 0 {
        newlines += Int(tag.newlines)
        lineStart = p - Int(tag.tail)
        continuations = 0
      }
      if tag.actionCount > 0 {
        perform(Self.literal(of: tags + i))
        for k in 0..<Int(tag.actionCount) { recorded.append(actions[Int(tag.actionFirst) + k]) }
      }
      // Several values in one tag: nothing longer to remember.
      if states[Int(c)].kind != .content { recordStart = nil }
    }

    // In the middle of a tag there is no going on: back to its beginning.
    if states[Int(c)].kind == .attribute {
      c = states[Int(c)].base
      p = tagStart
      continuations = continuationsAtTag
    }
    self.day = day
    self.sink = sink
    swap(&building, &machine.building)
    state = c
    reader.passed(to: p - window, newlines: newlines, characters: p - lineStart - continuations)
    return end
  }

  // MARK: Comparing

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

  /// At "<!": passes a comment of ASCII characters.
  @inline(never)
  private static func passComment(
    _ p: inout UnsafePointer<UInt8>, _ lineStart: inout UnsafePointer<UInt8>, _ newlines: inout Int,
    _ continuations: inout Int
  ) -> Bool {
    guard p[2] == 0x2D, p[3] == 0x2D else { return false }
    var q = p + 4
    var lines = 0
    var start = lineStart
    let limit = p + 1024
    while q < limit {
      let b = q.pointee
      if b == 0x2D && q[1] == 0x2D {
        guard q[2] == 0x3E else { return false }
        p = q + 3
        if lines > 0 {
          newlines += lines
          lineStart = start
          continuations = 0
        }
        return true
      }
      q += 1
      if b == 0x0A {
        lines += 1
        start = q
      } else if b < 0x20 && b != 0x09 && b != 0x0D || b >= 0x80 {
        return false
      }
    }
    return false
  }
}
