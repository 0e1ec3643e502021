extension ReadingType: LosslessStringConvertible {
  /// The canonical text: eighteen numbers joined by dots, no leading zeros, ASCII minus, no blanks.
  public var description: String {
    var text = ""
    text.reserveCapacity(48)
    for field in ReadingTypeField.allCases {
      if field != .macroPeriod { text += "." }
      DottedNumbers.append(self[field], to: &text)
    }
    return text
  }

  /// Reads a code; `nil` where the text is none. `init(parsing:)` says why.
  public init?(_ description: String) {
    guard let value = try? ReadingType(parsing: description) else { return nil }
    self = value
  }

  /// Reads the eighteen dotted numbers of a code. Leading zeros are read, blanks and other dashes are not:
  /// `CodeTables.explain(_:)` cleans them.
  ///
  /// - Throws: `CodeError` that names the part at fault.
  /// - SeeAlso: IEC 61968-9, Annex C
  public init(parsing text: some StringProtocol) throws(CodeError) {
    let read = text.utf8.withContiguousStorageIfAvailable { ReadingType(bytes: $0) }
    if let value = read ?? Array(text.utf8).withUnsafeBufferPointer({ ReadingType(bytes: $0) }) {
      self = value
    } else {
      throw Self.failure(of: text)
    }
  }

  /// Reads a code out of ASCII bytes; `nil` where they are none.
  ///
  /// The hot path: no allocation, no message. Call `init(parsing:)` with the text for the reason.
  public init?(bytes: UnsafeBufferPointer<UInt8>) {
    let ok = withUnsafeMutableBytes(of: &words) { raw in
      raw.withMemoryRebound(to: Int32.self) { numbers in
        guard let target = numbers.baseAddress else { return false }
        return DottedNumbers.read(
          bytes, count: Self.partCount, signed: ReadingTypeField.multiplier.rawValue, into: target)
      }
    }
    if !ok { return nil }
  }

  static func failure(of text: some StringProtocol) -> CodeError {
    let error = DottedNumbers.failure(
      of: text, kind: "a reading type", parts: ReadingTypeField.allCases.map(\.description),
      signed: ReadingTypeField.multiplier.rawValue)
    guard error.code == .partCount, text.utf8.lazy.filter({ $0 == UInt8(ascii: ".") }).count == 10 else { return error }
    return CodeError(
      .edition1,
      "\(CodeError.quote(text)) has 11 parts: a reading type of edition 1 (2009), which numbers its parts differently; "
        + "a table has to translate it, zeros must not be added")
  }
}

extension ReadingType: Codable {
  /// Reads the canonical text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(CodeError) {
      try self.init(parsing: text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
    }
  }

  /// Writes the canonical text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
