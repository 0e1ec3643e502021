// The reader's main loop: which production begins here?

extension XMLReader {
  /// The next token.
  ///
  /// - Throws: `XMLError` at the first breach of well-formedness or of a limit; the reader is of no use behind it.
  public mutating func next() throws(XMLError) -> XMLToken {
    if pendingEnd {
      pendingEnd = false
      closeElement()
      return .endTag
    }
    if discarded + cursor > limits.totalBytes {
      throw error(.sizeLimit, "the document is larger than \(limits.totalBytes) bytes", at: cursor)
    }
    while true {
      switch state {
      case .prolog, .epilog:
        if !declarationRead {
          guard try readDeclaration() else { return .needInput }
        }
        skipSpace()
        if cursor >= end {
          guard isFinal else { return .needInput }
          if state == .prolog { throw error(.unexpectedEnd, "the document has no element", at: cursor) }
          state = .done
          tokenStart = cursor
          return .endOfDocument
        }
        tokenStart = cursor
        guard base[cursor] == 0x3C else {
          throw error(
            .malformed,
            state == .prolog
              ? "text stands before the first element" : "text stands behind the end of the document's element",
            at: cursor)
        }
        switch try readMarkup() {
        case .token(let token): return token
        case .skipped: continue
        case .needInput: return .needInput
        }
      case .content:
        tokenStart = cursor
        if base[cursor] == 0x3C && cursor < end {
          switch try readMarkup() {
          case .token(let token): return token
          case .skipped: continue
          case .needInput: return .needInput
          }
        }
        if let token = try readText() { return token }
      case .done:
        return .endOfDocument
      }
    }
  }

  enum Markup {
    case token(XMLToken)
    case skipped
    case needInput
  }

  /// At '<': a tag, a comment, a processing instruction, a CDATA section or something forbidden.
  private mutating func readMarkup() throws(XMLError) -> Markup {
    let second = base[cursor + 1]
    switch second {
    case 0x2F:
      if state != .content { throw error(.malformed, "an end tag stands where no element is open", at: cursor) }
      return try readEndTag() ? .token(.endTag) : .needInput
    case 0x3F:
      return try skipProcessingInstruction() ? .skipped : .needInput
    case 0x21:
      if matches("<!--") { return try skipComment() ? .skipped : .needInput }
      if matches("<![CDATA[") {
        guard state == .content else {
          throw error(.malformed, "a CDATA section stands outside the document's element", at: cursor)
        }
        return try readCDATA()
      }
      if matches("<!DOCTYPE") {
        throw error(
          .documentType,
          "the document has a document type declaration (DTD); Busbar refuses these: remove it from the document",
          at: cursor)
      }
      if !isFinal && end - cursor < 9 { return .needInput }
      throw error(.malformed, "this is no markup: '<!' must begin a comment or a CDATA section", at: cursor)
    default:
      if cursor + 1 >= end {
        if !isFinal { return .needInput }
        throw error(.unexpectedEnd, "the document ends in the middle of a tag", at: cursor)
      }
      if state == .epilog {
        throw error(.malformed, "a second element stands behind the end of the document's element", at: cursor)
      }
      return try readStartTag() ? .token(.startTag) : .needInput
    }
  }

  mutating func skipSpace() {
    while cursor < end, classes.rows[Int(base[cursor])] & ByteClass.space != 0 { cursor += 1 }
  }

  /// Whether these ASCII characters stand at the cursor.
  func matches(_ literal: StaticString) -> Bool { matches(literal, at: cursor) }

  func matches(_ literal: StaticString, at index: Int) -> Bool {
    guard index + literal.utf8CodeUnitCount <= end else { return false }
    for i in 0..<literal.utf8CodeUnitCount where base[index + i] != literal.utf8Start[i] { return false }
    return true
  }

  // MARK: Comments and processing instructions

  /// - Returns: false when the end is not in memory yet.
  private mutating func skipComment() throws(XMLError) -> Bool {
    var i = cursor + 4
    while true {
      if base[i] == 0x2D && base[i + 1] == 0x2D && i + 1 < end {
        if i + 2 >= end && !isFinal { return false }
        guard base[i + 2] == 0x3E && i + 2 < end else {
          throw error(.malformed, "'--' stands inside a comment", at: i)
        }
        cursor = i + 3
        return true
      }
      guard try stepCharacter(&i, in: "a comment") else { return false }
    }
  }

  private mutating func skipProcessingInstruction() throws(XMLError) -> Bool {
    var i = cursor + 2
    guard try scanName(&i, what: "the target of a processing instruction") else { return false }
    let target = UnsafeBufferPointer(start: base + cursor + 2, count: i - cursor - 2)
    if target.count == 3 && target[0] | 32 == 0x78 && target[1] | 32 == 0x6D && target[2] | 32 == 0x6C {
      throw error(.malformed, "an XML declaration may stand only at the very beginning of a document", at: cursor)
    }
    if target.contains(0x3A) {
      throw error(.name, "the target of a processing instruction has a colon", at: cursor)
    }
    if i >= end { return try needMore(at: i, in: "a processing instruction") }
    if classes.rows[Int(base[i])] & ByteClass.space == 0 && !(base[i] == 0x3F) {
      throw error(.malformed, "white space is missing behind the target of a processing instruction", at: i)
    }
    while true {
      if base[i] == 0x3F && i < end {
        if i + 1 >= end && !isFinal { return false }
        if base[i + 1] == 0x3E {
          cursor = i + 2
          return true
        }
      }
      guard try stepCharacter(&i, in: "a processing instruction") else { return false }
    }
  }

  /// Passes one character of a construct that must be in memory whole.
  ///
  /// - Returns: false when its end is not in memory yet.
  mutating func stepCharacter(_ i: inout Int, in what: StaticString) throws(XMLError) -> Bool {
    if i >= end { return try needMore(at: i, in: what) }
    if i - tokenStart > limits.valueLength {
      throw error(.valueLimit, "\(what) is longer than \(limits.valueLength) bytes", at: tokenStart)
    }
    let b = base[i]
    if b < 0x80 {
      if b < 0x20 && b != 9 && b != 10 && b != 13 { throw illegalCharacter(UInt32(b), at: i) }
      i += 1
      return true
    }
    guard let length = try wideCharacter(at: i) else { return try needMore(at: end, in: what) }
    i += length
    return true
  }

  /// At the end of what is in memory inside a construct: wait, or say that the document is cut off.
  func needMore(at index: Int, in what: StaticString) throws(XMLError) -> Bool {
    if isFinal { throw error(.unexpectedEnd, "the document ends inside \(what)", at: min(index, end)) }
    if end - tokenStart > limits.valueLength + limits.nameLength {
      throw error(.valueLimit, "\(what) is longer than \(limits.valueLength) bytes", at: tokenStart)
    }
    return false
  }

  func illegalCharacter(_ c: UInt32, at index: Int) -> XMLError {
    let hex = String(c, radix: 16, uppercase: true)
    return error(
      .character,
      "the character U+\(String(repeating: "0", count: max(0, 4 - hex.utf8.count)))\(hex) is not allowed in XML",
      at: index)
  }
}
