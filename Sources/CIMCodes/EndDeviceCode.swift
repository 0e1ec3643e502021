/// What events and controls of end devices share: four numbers, type.domain.subDomain.eventOrAction.
///
/// - SeeAlso: IEC 61968-9, Annexes E and F
public protocol EndDeviceCode: Sendable, Hashable, Comparable, Codable, LosslessStringConvertible {
  /// Kind of device, Table E.1; 0 is unknown.
  var type: Int { get }
  /// Part of the device, Table E.2.
  var domain: Int { get }
  /// What within the domain, Table E.3; 0 is the domain itself.
  var subDomain: Int { get }
  /// What happened or shall happen, Table E.4.
  var eventOrAction: Int { get }

  /// A code out of its parts; negative numbers become 0.
  init(type: Int, domain: Int, subDomain: Int, eventOrAction: Int)

  /// The code as the standard calls it, for messages.
  static var title: String { get }
}

extension EndDeviceCode {
  /// Four dotted numbers, e.g. "3.26.0.85".
  public var description: String { "\(type).\(domain).\(subDomain).\(eventOrAction)" }

  /// Compares the four numbers from the first to the last.
  public static func < (left: Self, right: Self) -> Bool {
    (left.type, left.domain, left.subDomain, left.eventOrAction)
      < (right.type, right.domain, right.subDomain, right.eventOrAction)
  }

  public init?(_ description: String) {
    guard let value = try? Self(parsing: description) else { return nil }
    self = value
  }

  /// Reads four dotted numbers.
  ///
  /// - Throws: `CodeError` that names the part at fault.
  public init(parsing text: some StringProtocol) throws(CodeError) {
    let numbers = try ShortCode.numbers(of: text, kind: Self.title, parts: EndDeviceCodePattern.partNames)
    self.init(type: numbers[0], domain: numbers[1], subDomain: numbers[2], eventOrAction: numbers[3])
  }

  public init(from decoder: any Decoder) throws {
    self = try ShortCode.decode(decoder) { (text) throws(CodeError) in try Self(parsing: text) }
  }

  public func encode(to encoder: any Encoder) throws { try ShortCode.encode(description, to: encoder) }

  /// The same code of another kind of device.
  public func on(type: Int) -> Self {
    Self(type: type, domain: domain, subDomain: subDomain, eventOrAction: eventOrAction)
  }

  /// Whether a pattern such as "*.26.0.85" covers this code.
  public func matches(_ pattern: EndDeviceCodePattern) -> Bool { pattern.matches(self) }

  /// Whether the two mean the same: all parts equal, where type 0 on either side equals any type.
  public func isSame(as other: Self) -> Bool { EndDeviceCodePattern(self).matches(other) }
}
