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
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let numbers = parts.enumerated().compactMap { index, part -> Int? in
      if index == 0, part == "*" { return 0 }
      return part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(part) : nil
    }
    guard numbers.count == 4 else { return nil }
    self.init(numbers[0], numbers[1], numbers[2], numbers[3])
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
