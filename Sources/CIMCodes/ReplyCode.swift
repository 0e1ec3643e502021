/// The code of an error in a reply: category.index, e.g. "2.4". Two integers: 2.1 and 2.10 differ.
///
/// - SeeAlso: IEC 61968-9, Annex B
public struct ReplyCode: Sendable, Hashable, Comparable {
  /// Sort of outcome, Table B.1; enough to act on.
  public let category: Int
  /// The outcome within the category, Tables B.2 to B.9.
  public let index: Int

  /// A code out of its parts; negative numbers become 0.
  public init(category: Int, index: Int) {
    self.category = min(max(category, 0), Int(Int32.max))
    self.index = min(max(index, 0), Int(Int32.max))
  }

  public static func < (left: ReplyCode, right: ReplyCode) -> Bool {
    (left.category, left.index) < (right.category, right.index)
  }

  /// What `Reply.Result` goes with it: "OK", "PARTIAL" or "FAILED". Inferred from the meaning of the codes.
  public var expectedResult: String {
    switch (category, index) {
    case (0, 1), (0, 2): "PARTIAL"
    case (0, _): "OK"
    default: "FAILED"
    }
  }

  /// Whether the same request may succeed later without a change: 3, 4, 5.1 and 7.1.
  public var mayBeRetried: Bool {
    switch (category, index) {
    case (3, _), (4, _), (5, 1), (7, 1): true
    default: false
    }
  }
}

extension ReplyCode: LosslessStringConvertible, Codable {
  /// Two dotted numbers, e.g. "2.10".
  public var description: String { "\(category).\(index)" }

  public init?(_ description: String) {
    guard let value = try? ReplyCode(parsing: description) else { return nil }
    self = value
  }

  /// Reads two dotted numbers; a bare "0" is read as 0.0, as some systems send it.
  ///
  /// - Throws: `CodeError` that names the part at fault. A partner's own code, e.g. "1001", is not a reply code; keep
  ///   its text.
  public init(parsing text: some StringProtocol) throws(CodeError) {
    if text == "0" {
      self.init(category: 0, index: 0)
      return
    }
    let numbers = try ShortCode.numbers(of: text, kind: "a reply code", parts: ["category", "index"])
    self.init(category: numbers[0], index: numbers[1])
  }

  public init(from decoder: any Decoder) throws {
    self = try ShortCode.decode(decoder) { (text) throws(CodeError) in try ReplyCode(parsing: text) }
  }

  public func encode(to encoder: any Encoder) throws { try ShortCode.encode(description, to: encoder) }
}
