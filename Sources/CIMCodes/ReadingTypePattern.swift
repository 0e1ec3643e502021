/// A pattern over reading types in a syntax of this product; the standard has none.
///
/// Eighteen parts joined by dots, each one of: `*` any number; `4` that number; `72|73` one of them; `1~7` from 1 to 7.
/// Once in a pattern `**` stands for as many `*` as are missing: `0.0.2.4.**` is every 15-minute delta,
/// `**.3.72.0` everything in kWh.
public struct ReadingTypePattern: Sendable, Hashable, LosslessStringConvertible {
  private enum Part: Hashable {
    case any
    case ranges([ClosedRange<Int>])
  }

  private let parts: [Part]
  /// The pattern as it was written.
  public let description: String

  public init?(_ description: String) {
    guard let value = try? ReadingTypePattern(parsing: description) else { return nil }
    self = value
  }

  /// Reads a pattern.
  ///
  /// - Throws: `CodeError` with code `.malformedPattern` and the part at fault.
  public init(parsing text: String) throws(CodeError) {
    guard text.utf8.count <= 4096 else {
      throw CodeError(.malformedPattern, "a pattern has at most 4096 bytes, this one has \(text.utf8.count)")
    }
    var pieces = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if let gap = pieces.firstIndex(of: "**") {
      let missing = ReadingType.partCount - pieces.count + 1
      guard missing >= 0 else {
        throw CodeError(.malformedPattern, "\(CodeError.quote(text)) has more than 18 parts")
      }
      pieces.replaceSubrange(gap...gap, with: Array(repeating: "*", count: missing))
    }
    guard pieces.count == ReadingType.partCount else {
      throw CodeError(
        .malformedPattern,
        "a pattern has 18 parts, or fewer and one **; \(CodeError.quote(text)) has \(pieces.count)")
    }
    var parts: [Part] = []
    for (field, piece) in zip(ReadingTypeField.allCases, pieces) {
      if piece == "*" {
        parts.append(.any)
        continue
      }
      var ranges: [ClosedRange<Int>] = []
      for choice in piece.split(separator: "|", omittingEmptySubsequences: false) {
        let ends = choice.split(separator: "~", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], low <= high,
          !choice.hasPrefix("+"), low >= 0 || field == .multiplier
        else {
          throw CodeError(
            .malformedPattern, "part \(field.rawValue + 1), \(field): \(CodeError.quote(piece)) is no pattern",
            field: field.description)
        }
        ranges.append(low...high)
      }
      parts.append(.ranges(ranges))
    }
    self.parts = parts
    description = text
  }

  /// Whether the pattern covers a reading type.
  public func matches(_ type: ReadingType) -> Bool {
    for (field, part) in zip(ReadingTypeField.allCases, parts) {
      if case .ranges(let ranges) = part {
        let number = type[field]
        if !ranges.contains(where: { $0.contains(number) }) { return false }
      }
    }
    return true
  }
}

extension ReadingType {
  /// Whether a pattern such as "0.0.2.4.**" covers this reading type.
  public func matches(_ pattern: ReadingTypePattern) -> Bool { pattern.matches(self) }
}
