/// A statement on a value: who says it (system), of what sort it is (category), and what exactly (index), e.g. "3.8.0".
///
/// - SeeAlso: IEC 61968-9, Annex D
public struct ReadingQualityType: Sendable, Hashable, Comparable {
  /// Who made the statement, Table D.1: 1 end device, 2 metering system, 3 meter data management.
  public let system: Int
  /// Sort of statement, Table D.2, e.g. 8 estimated.
  public let category: Int
  /// The statement within the category, Tables D.3 to D.14; in 6, 7 and 8 it may be a rule number of the sender.
  public let index: Int

  /// A statement out of its parts; negative numbers become 0.
  public init(system: Int, category: Int, index: Int) {
    self.system = min(max(system, 0), Int(Int32.max))
    self.category = min(max(category, 0), Int(Int32.max))
    self.index = min(max(index, 0), Int(Int32.max))
  }

  public static func < (left: ReadingQualityType, right: ReadingQualityType) -> Bool {
    (left.system, left.category, left.index) < (right.system, right.category, right.index)
  }

  /// What a consumer may do with the value.
  public enum Usability: String, Sendable, Hashable {
    /// Use it.
    case usable
    /// Do not use it before somebody has looked at it.
    case suspect
    /// There is no value, whatever the number says.
    case missing
  }

  /// What this one statement means to a consumer. Statements of unknown categories make a value suspect.
  public var usability: Usability {
    switch (category, index) {
    case (4, 4), (5, 259): .missing
    case (5, _), (6, _), (7, 3): .suspect
    case (10, 1): .usable
    case (0, _), (1, _), (2, _), (3, _), (4, _), (7, _), (8, _), (11, _), (12, _): .usable
    default: .suspect
    }
  }

  /// Rank when several statements are mapped to one: the largest decides.
  public enum Rank: Int, Sendable, Hashable, Comparable {
    case valid, annotated, derived, edited, estimated, projected, questionable, failed, rejectedOrMissing

    public static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  /// The rank of this statement.
  public var rank: Rank {
    switch (category, index) {
    case (4, 4), (5, 259), (7, 3): .rejectedOrMissing
    case (5, _), (6, _): .failed
    case (10, _): .questionable
    case (12, _): .projected
    case (8, _): .estimated
    case (7, _): .edited
    case (11, _): .derived
    case (0, _): .valid
    case (1, _), (2, _), (3, _), (4, _): .annotated
    default: .questionable
    }
  }

  /// The statement that decides: the highest rank; within it the highest system, and of that system the last.
  ///
  /// - Returns: `nil` where nothing is stated, which means good.
  public static func deciding(among statements: some Sequence<ReadingQualityType>) -> ReadingQualityType? {
    var best: ReadingQualityType?
    for statement in statements {
      guard let current = best else {
        best = statement
        continue
      }
      if (statement.rank, statement.system) >= (current.rank, current.system) { best = statement }
    }
    return best
  }

  /// What all statements on one value together mean: missing before suspect before usable; none means usable.
  public static func usability(of statements: some Sequence<ReadingQualityType>) -> Usability {
    var worst = Usability.usable
    for statement in statements {
      switch statement.usability {
      case .missing: return .missing
      case .suspect: worst = .suspect
      case .usable: break
      }
    }
    return worst
  }
}

extension ReadingQualityType: LosslessStringConvertible, Codable {
  /// Three dotted numbers, e.g. "2.5.259".
  public var description: String { "\(system).\(category).\(index)" }

  public init?(_ description: String) {
    guard let value = try? ReadingQualityType(parsing: description) else { return nil }
    self = value
  }

  /// Reads three dotted numbers.
  ///
  /// - Throws: `CodeError` that names the part at fault.
  public init(parsing text: some StringProtocol) throws(CodeError) {
    let numbers = try ShortCode.numbers(
      of: text, kind: "a reading quality", parts: ["system", "category", "index"])
    self.init(system: numbers[0], category: numbers[1], index: numbers[2])
  }

  public init(from decoder: any Decoder) throws {
    self = try ShortCode.decode(decoder) { (text) throws(CodeError) in try ReadingQualityType(parsing: text) }
  }

  public func encode(to encoder: any Encoder) throws { try ShortCode.encode(description, to: encoder) }
}
