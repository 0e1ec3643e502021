// The event and control codes the components act by.

/// An event or control code: device type, domain, sub-domain and event or action, each a number.
///
/// - SeeAlso: IEC 61968-9, Annexes E and F
public struct DeviceCode: Sendable, Hashable, CustomStringConvertible {
  public var type: Int
  public var domain: Int
  public var subDomain: Int
  public var eventOrAction: Int

  public init(_ type: Int, _ domain: Int, _ subDomain: Int, _ eventOrAction: Int) {
    self.type = type
    self.domain = domain
    self.subDomain = subDomain
    self.eventOrAction = eventOrAction
  }

  /// Reads "3.26.0.85"; nil for any other shape than four non-negative numbers. An asterisk is read as type 0, any device.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 4, omittingEmptySubsequences: false)
    func number(_ part: Int) -> Int? {
      parts[part].allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(Substring(parts[part])) : nil
    }
    guard parts.count == 4, let type = parts[0].elementsEqual("*".utf8) ? 0 : number(0), let domain = number(1),
      let subDomain = number(2), let eventOrAction = number(3)
    else { return nil }
    self.init(type, domain, subDomain, eventOrAction)
  }

  public var description: String { "\(type).\(domain).\(subDomain).\(eventOrAction)" }

  /// True when all parts agree; type 0 on either side stands for any device.
  public func matches(_ other: DeviceCode) -> Bool {
    (type == other.type || type == 0 || other.type == 0) && domain == other.domain && subDomain == other.subDomain
      && eventOrAction == other.eventOrAction
  }

  // Type 3 is an electric meter.

  /// Power failed: the last gasp of an electric meter (Table E.25).
  public static let powerFailed = DeviceCode(3, 26, 0, 85)
  /// Power restored (Table E.25).
  public static let powerRestored = DeviceCode(3, 26, 0, 216)
  /// The remote switch has closed (Table E.27).
  public static let connected = DeviceCode(3, 31, 0, 42)
  public static let connectFailed = DeviceCode(3, 31, 0, 67)
  /// The remote switch has opened (Table E.27).
  public static let disconnected = DeviceCode(3, 31, 0, 68)
  public static let disconnectFailed = DeviceCode(3, 31, 0, 84)

  /// Command: close the remote switch at once (Table F.4).
  public static let connect = DeviceCode(3, 31, 0, 18)
  /// Command: open the remote switch at once (Table F.4).
  public static let disconnect = DeviceCode(3, 31, 0, 23)
}
