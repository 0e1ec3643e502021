// Cleaning of codes that went through spreadsheets, documents and other hands.

struct CodeText {
  /// The text with dots as separators, ASCII minus and no blanks.
  private(set) var text: String
  /// What was cleaned.
  private(set) var findings: [CodeFinding] = []

  init(_ input: String) {
    text = input
    // Nothing that long is a code; the parser says so without a second copy of it.
    guard input.utf8.count <= DottedNumbers.longest * 4 else { return }
    var scalars = Array(input.unicodeScalars)
    scalars = dashes(in: scalars)
    while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
    scalars = blanks(in: scalars)
    if !scalars.contains("."), scalars.contains("-") { scalars = separators(in: scalars) }
    text = String(String.UnicodeScalarView(scalars))
    zeros()
  }

  private mutating func note(_ message: String, _ severity: CodeFinding.Severity = .warn) {
    findings.append(CodeFinding(severity, "text.cleaned", "practice", message))
  }

  private mutating func dashes(in scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let dashes: Set<Unicode.Scalar> = [
      "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}", "\u{FE58}", "\u{FE63}",
      "\u{FF0D}",
    ]
    guard scalars.contains(where: dashes.contains) else { return scalars }
    note("a typographic dash was read as a minus sign or separator")
    return scalars.map { dashes.contains($0) ? "-" : $0 }
  }

  private mutating func blanks(in scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    func isBlank(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || scalar == "\u{200B}" || scalar == "\u{FEFF}"
    }
    guard scalars.contains(where: isBlank) else { return scalars }
    let words = scalars.split(whereSeparator: isBlank).map(Array.init)
    if words.count > 1, !scalars.contains("."), words.allSatisfy({ Self.isNumber($0) }) {
      note("blanks between the numbers were read as dots")
      return Array(words.joined(separator: ["."]))
    }
    // A blank between two digits may be a lost dot: joining them would make another number.
    for (left, right) in zip(words, words.dropFirst()) {
      if let last = left.last, let first = right.first, ("0"..."9").contains(last), ("0"..."9").contains(first) {
        return scalars
      }
    }
    note("blanks were removed")
    return Array(words.joined())
  }

  private mutating func separators(in scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let pieces = scalars.split(separator: "-", omittingEmptySubsequences: false).map(Array.init)
    var parts: [[Unicode.Scalar]] = []
    var negative = false
    for (index, piece) in pieces.enumerated() {
      // Two hyphens in a row are a separator and a minus.
      if piece.isEmpty, index > 0, index < pieces.count - 1, !negative {
        negative = true
        continue
      }
      parts.append((negative ? ["-"] : []) + piece)
      negative = false
    }
    guard [2, 3, 4, 11, 18].contains(parts.count), !(parts.first?.isEmpty ?? true) else { return scalars }
    note("hyphens between the numbers were read as dots")
    return Array(parts.joined(separator: ["."]))
  }

  private mutating func zeros() {
    let hasZeros = text.split(separator: ".").contains { piece in
      let digits = piece.first == "-" ? piece.dropFirst() : piece
      return digits.count > 1 && digits.first == "0" && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    if hasZeros || text.split(separator: ".").contains("-0") { note("leading zeros were removed") }
  }

  private static func isNumber(_ scalars: [Unicode.Scalar]) -> Bool {
    let digits = scalars.first == "-" ? scalars.dropFirst() : scalars[...]
    return !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) }
  }
}
