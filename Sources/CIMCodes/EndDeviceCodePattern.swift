/// A pattern over end device codes, e.g. "*.26.0.85": a part is a number or `*` for any.
///
/// A 0 as device type covers any type and is covered by any, for messages carry 0 where the sender does not know.
///
/// - SeeAlso: IEC 61968-9, Annex E
public struct EndDeviceCodePattern: Sendable, Hashable, CustomStringConvertible {
  static let partNames = ["type", "domain", "subDomain", "eventOrAction"]

  /// The four parts; `nil` is `*`.
  public let type, domain, subDomain, eventOrAction: Int?

  /// The pattern that covers one code, of any device type where its type is 0.
  public init(_ code: some EndDeviceCode) {
    type = code.type
    domain = code.domain
    subDomain = code.subDomain
    eventOrAction = code.eventOrAction
  }

  /// Reads four parts joined by dots.
  ///
  /// - Throws: `CodeError` that names the part at fault.
  public init(parsing text: some StringProtocol) throws(CodeError) {
    let pieces = text.split(separator: ".", omittingEmptySubsequences: false)
    var numbers: [Int?] = []
    var plain = ""
    for (index, piece) in pieces.enumerated() {
      if index > 0 { plain += "." }
      plain += piece == "*" ? "0" : String(piece)
      numbers.append(nil)
    }
    let parsed = try ShortCode.numbers(of: plain, kind: "an end device code", parts: Self.partNames)
    for (index, piece) in pieces.enumerated() where piece != "*" { numbers[index] = parsed[index] }
    type = numbers[0]
    domain = numbers[1]
    subDomain = numbers[2]
    eventOrAction = numbers[3]
  }

  public var description: String {
    [type, domain, subDomain, eventOrAction].map { $0.map(String.init) ?? "*" }.joined(separator: ".")
  }

  /// Whether the pattern covers a code.
  public func matches(_ code: some EndDeviceCode) -> Bool {
    (type == nil || type == 0 || code.type == 0 || type == code.type)
      && (domain ?? code.domain) == code.domain && (subDomain ?? code.subDomain) == code.subDomain
      && (eventOrAction ?? code.eventOrAction) == code.eventOrAction
  }
}
