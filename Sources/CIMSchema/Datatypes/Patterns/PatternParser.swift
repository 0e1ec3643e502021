// Reading the regular expressions of XML Schema.

/// A parser for one pattern, by recursive descent.
///
/// The text is matched as a whole, so `^` and `$` stand for themselves.
///
/// - SeeAlso: XML Schema Part 2, appendix F
struct PatternParser {
  private let text: [Unicode.Scalar]
  private var index = 0
  private var depth = 0

  /// Parentheses and brackets inside one another beyond this are refused.
  static let maximumDepth = 100

  private init(_ source: String) { text = Array(source.unicodeScalars) }

  /// - Throws: `PatternError` with the place, counted in characters from 1.
  static func parse(_ source: String) throws(PatternError) -> PatternSyntax {
    var parser = PatternParser(source)
    let result = try parser.choice()
    guard parser.index == parser.text.count else { throw parser.error("')' without '('") }
    return result
  }

  // MARK: Expressions

  private mutating func choice() throws(PatternError) -> PatternSyntax {
    var branches = [try branch()]
    while next == "|" {
      index += 1
      branches.append(try branch())
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func branch() throws(PatternError) -> PatternSyntax {
    var pieces: [PatternSyntax] = []
    while let character = next, character != "|", character != ")" {
      let piece = try quantified(try atom())
      if piece != .empty { pieces.append(piece) }
    }
    return pieces.isEmpty ? .empty : pieces.count == 1 ? pieces[0] : .sequence(pieces)
  }

  private mutating func atom() throws(PatternError) -> PatternSyntax {
    let character = try take()
    switch character {
    case "(":
      try enter()
      let inner = try choice()
      guard next == ")" else { throw error("'(' without ')'") }
      index += 1
      depth -= 1
      return inner
    case "[": return .characters(try bracketed())
    case ".": return .characters(ScalarSet([0x0A...0x0A, 0x0D...0x0D]).complement)
    case "\\": return .characters(try escape(inBrackets: false).set)
    case "*", "+", "?", "{":
      index -= 1
      throw error("'\(character)' has nothing before it to repeat; write \\\(character) for the character itself")
    case "}", "]":
      index -= 1
      throw error("'\(character)' without its opening bracket; write \\\(character) for the character itself")
    default: return .characters(ScalarSet(character.value))
    }
  }

  private mutating func quantified(_ atom: PatternSyntax) throws(PatternError) -> PatternSyntax {
    let bounds: (Int, Int?)
    switch next {
    case "*": bounds = (0, nil)
    case "+": bounds = (1, nil)
    case "?": bounds = (0, 1)
    case "{":
      index += 1
      bounds = try quantity()
      guard next == "}" else { throw error("'{' without '}'") }
    default: return atom
    }
    index += 1
    if atom == .empty || bounds.1 == 0 { return .empty }
    return bounds == (1, 1) ? atom : .repeat(atom, minimum: bounds.0, maximum: bounds.1)
  }

  /// What stands between braces.
  private mutating func quantity() throws(PatternError) -> (Int, Int?) {
    let minimum = try number()
    guard next == "," else { return (minimum, minimum) }
    index += 1
    if next == "}" { return (minimum, nil) }
    let maximum = try number()
    guard minimum <= maximum else { throw error("{\(minimum),\(maximum)} has the greater number first") }
    return (minimum, maximum)
  }

  private mutating func number() throws(PatternError) -> Int {
    var result: Int?
    while let digit = next, "0"..."9" ~= digit {
      result = (result ?? 0) * 10 + Int(digit.value & 0x0F)
      guard result ?? 0 <= Int(Int32.max) else { throw error("the number of repetitions is too big") }
      index += 1
    }
    guard let result else { throw error("braces must hold one number, or two with a comma, as in {1,3}") }
    return result
  }

  // MARK: Character classes

  /// A class expression after its opening bracket.
  private mutating func bracketed() throws(PatternError) -> ScalarSet {
    try enter()
    let isNegative = next == "^"
    if isNegative { index += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while true {
      let character = try take()
      if character == "]" {
        guard !isFirst else { throw error("empty brackets") }
        depth -= 1
        return finished(ranges, isNegative)
      }
      if character == "-", next == "[" {
        guard !isFirst else { throw error("nothing before '-[' to subtract from") }
        index += 1
        let set = finished(ranges, isNegative).subtracting(try bracketed())
        guard next == "]" else { throw error("']' must follow a subtracted class") }
        index += 1
        depth -= 1
        return set
      }
      if character == "-", !isFirst, next != "]" {
        throw error("'-' must be first or last in brackets, or written \\-")
      }
      var single: UInt32? = character.value
      if character == "\\" {
        let item = try escape(inBrackets: true)
        single = item.single
        if single == nil { ranges += item.set.ranges }
      } else if character == "[" {
        throw error("'[' in brackets must be written \\[")
      }
      if let lower = single {
        let isPlainHyphen = character == "-"
        ranges.append(try range(from: lower, startsWithHyphen: isPlainHyphen))
      }
      isFirst = false
    }
  }

  private func finished(_ ranges: [ClosedRange<UInt32>], _ isNegative: Bool) -> ScalarSet {
    let set = ScalarSet(ranges)
    return isNegative ? set.complement : set
  }

  /// A range such as `a-z` behind its first character, or that character alone.
  private mutating func range(
    from lower: UInt32, startsWithHyphen: Bool
  ) throws(PatternError) -> ClosedRange<UInt32> {
    guard next == "-", !startsWithHyphen, index + 1 < text.count, text[index + 1] != "]", text[index + 1] != "[" else {
      return lower...lower
    }
    index += 1
    let end = try take()
    var upper = end.value
    if end == "\\" {
      guard let single = try escape(inBrackets: true).single else { throw error("a range cannot end with a class") }
      upper = single
    } else if end == "-" {
      throw error("'-' at the end of a range must be written \\-")
    }
    guard lower <= upper else { throw error("a range has its greater character first") }
    return lower...upper
  }

  // MARK: Escapes

  /// What a backslash introduces; `single` when it is one character.
  private mutating func escape(
    inBrackets: Bool
  ) throws(PatternError) -> (set: ScalarSet, single: UInt32?) {
    guard let letter = next else { throw error("'\\' at the end; write \\\\ for the character itself") }
    index += 1
    switch letter {
    case "n": return (ScalarSet(0x0A), 0x0A)
    case "r": return (ScalarSet(0x0D), 0x0D)
    case "t": return (ScalarSet(0x09), 0x09)
    case "\\", "|", ".", "?", "*", "+", "(", ")", "{", "}", "-", "[", "]", "^":
      return (ScalarSet(letter.value), letter.value)
    case "p": return (try property(), nil)
    case "P": return (try property().complement, nil)
    default: break
    }
    if let set = PatternParser.shorthand(letter) { return (set, nil) }
    // As Xerces, outside brackets: a mark behind a needless backslash stands for itself, as in \/ or \@.
    if !inBrackets, !letter.properties.isAlphabetic, letter.properties.numericType == nil {
      return (ScalarSet(letter.value), letter.value)
    }
    throw error("'\\\(letter)' has no meaning in patterns of XML Schema")
  }

  private static func shorthand(_ letter: Unicode.Scalar) -> ScalarSet? {
    switch letter {
    case "s": space
    case "S": space.complement
    case "i": NameCharacters.start
    case "I": NameCharacters.start.complement
    case "c": NameCharacters.all
    case "C": NameCharacters.all.complement
    case "d": UnicodeCategories.digit
    case "D": UnicodeCategories.digit.complement
    case "w": UnicodeCategories.word
    case "W": UnicodeCategories.word.complement
    default: nil
    }
  }

  private static let space = ScalarSet([0x09...0x0A, 0x0D...0x0D, 0x20...0x20])

  /// The braces behind `\p`.
  private mutating func property() throws(PatternError) -> ScalarSet {
    guard next == "{", let end = text[index...].firstIndex(of: "}") else {
      throw error("\\p needs the name of a category or block in braces, as in \\p{Lu}")
    }
    var name = ""
    name.unicodeScalars.append(contentsOf: text[(index + 1)..<end])
    let set =
      name.hasPrefix("Is")
      ? UnicodeBlocks.set(named: String(name.dropFirst(2))) : UnicodeCategories.set(named: name)
    guard let set else { throw error("no category or block of characters has the name '\(name)'") }
    index = end + 1
    return set
  }

  // MARK: Reading

  private var next: Unicode.Scalar? { index < text.count ? text[index] : nil }

  private mutating func take() throws(PatternError) -> Unicode.Scalar {
    guard let character = next else { throw error("the pattern ends inside brackets") }
    index += 1
    return character
  }

  private mutating func enter() throws(PatternError) {
    depth += 1
    guard depth <= PatternParser.maximumDepth else {
      throw error("more than \(PatternParser.maximumDepth) brackets inside one another")
    }
  }

  private func error(_ message: String) -> PatternError { PatternError("\(message) (character \(index + 1))") }
}
