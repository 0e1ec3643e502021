// The one parser of dotted integers: reading types, qualities, events, controls and reply codes.

enum DottedNumbers {
  /// A code of eighteen ten-digit parts has 197 characters; leading zeros may add some.
  static let longest = 256

  /// Reads `count` numbers into `target`.
  ///
  /// - Parameter signed: index of the one part that may be negative, or -1.
  /// - Returns: whether the text has the shape; `failure` then tells nothing, else call `explainFailure`.
  @inline(__always)
  static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, count: Int, signed: Int, into target: UnsafeMutablePointer<Int32>
  ) -> Bool {
    guard bytes.count <= longest, let base = bytes.baseAddress else { return false }
    var at = base
    let end = base + bytes.count
    var part = 0
    while true {
      // Most parts are one digit and a dot.
      while part < count &- 1, end - at > 1, at[1] == UInt8(ascii: ".") {
        let digit = at[0] &- UInt8(ascii: "0")
        guard digit <= 9 else { return false }
        target[part] = Int32(truncatingIfNeeded: digit)
        part &+= 1
        at += 2
      }
      var negative = false
      if part == signed, at < end, at.pointee == UInt8(ascii: "-") {
        negative = true
        at += 1
      }
      guard at < end else { return false }
      var digit = at.pointee &- UInt8(ascii: "0")
      guard digit <= 9 else { return false }
      var number = Int(digit)
      at += 1
      while at < end {
        digit = at.pointee &- UInt8(ascii: "0")
        if digit > 9 { break }
        number = number &* 10 &+ Int(digit)
        // Ten digits at most can fit; the check keeps the product far from the end of Int.
        if number > Int(Int32.max) { return false }
        at += 1
      }
      target[part] = Int32(truncatingIfNeeded: negative ? -number : number)
      part &+= 1
      if part == count { return at == end }
      guard at < end, at.pointee == UInt8(ascii: ".") else { return false }
      at += 1
    }
  }

  /// Says what is wrong with a text that `read` refused.
  static func failure(of text: some StringProtocol, kind: String, parts: [String], signed: Int) -> CodeError {
    let utf8 = text.utf8
    if utf8.isEmpty { return CodeError(.empty, "there is no text where \(kind) is expected") }
    let size = utf8.count
    if size > longest {
      return CodeError(
        .tooLong, "the text is \(size) bytes long, \(kind) has at most \(longest); it starts \(CodeError.quote(text))")
    }
    let pieces = text.split(separator: ".", omittingEmptySubsequences: false)
    // A part that is no number is the better message where both are wrong.
    for (index, piece) in pieces.enumerated() {
      let name = pieces.count == parts.count ? parts[index] : nil
      let place = "part \(index + 1)" + (name.map { ", \($0)" } ?? "")
      if let fault = fault(of: piece, at: place, field: name, mayBeNegative: name != nil && index == signed) {
        return fault
      }
    }
    return CodeError(
      .partCount, "\(kind) has \(parts.count) parts, \(CodeError.quote(text)) has \(pieces.count)")
  }

  private static func fault(
    of piece: some StringProtocol, at place: String, field: String?, mayBeNegative: Bool
  ) -> CodeError? {
    if piece.isEmpty { return CodeError(.emptyPart, "\(place): there is no number", field: field) }
    var digits = piece[...]
    if let first = piece.unicodeScalars.first, first == "-" || first == "+" {
      if first == "+" || !mayBeNegative {
        let only = field == nil ? "" : "; only multiplier may be negative"
        return CodeError(.sign, "\(place): \(CodeError.quote(piece)) has a sign\(only)", field: field)
      }
      digits = piece.dropFirst()
      if digits.isEmpty { return CodeError(.sign, "\(place): a sign without a number", field: field) }
    }
    for scalar in digits.unicodeScalars where !("0"..."9").contains(scalar) {
      let character = CodeError.quote(String(scalar))
      return CodeError(
        .notADigit, "\(place): \(CodeError.quote(piece)) is no number, \(character) is no digit 0 to 9", field: field)
    }
    guard Int32(digits) == nil else { return nil }
    return CodeError(
      .overflow, "\(place): \(CodeError.quote(piece)) is too large, at most \(Int32.max) fits", field: field)
  }

  /// Appends a number without an allocation of its own.
  static func append(_ number: Int, to text: inout String) {
    if number >= 0, number < 10 {
      text.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "0") + UInt8(number)))
    } else {
      text += String(number)
    }
  }
}
