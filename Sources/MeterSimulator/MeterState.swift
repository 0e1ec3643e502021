// What can be the matter with a meter.

public import CIMModel

/// State of one meter at an instant.
public struct MeterState: Sendable, Hashable {
  /// False while the meter's switch is open: the customer draws nothing, the meter itself lives.
  public var isConnected: Bool
  /// False during an outage: the meter is dead.
  public var isEnergised: Bool
  /// False while the network between head end and meter is broken.
  public var isOnline: Bool
  /// What the customer draws of the usual load, in percent: less than 100 while devices behind the meter are switched off.
  public var drawn: UInt8

  public init(isConnected: Bool = true, isEnergised: Bool = true, isOnline: Bool = true, drawn: UInt8 = 100) {
    self.drawn = min(drawn, 100)
    self.isConnected = isConnected
    self.isEnergised = isEnergised
    self.isOnline = isOnline
  }

  /// True when the head end can read and command the meter.
  public var isReachable: Bool { isEnergised && isOnline }

  /// True when the customer can draw or feed in energy.
  public var isSupplied: Bool { isConnected && isEnergised }
}

/// What became of a command to a meter.
public enum CommandOutcome: Sendable, Hashable {
  /// Carried out. The instant is the one asked for, or that of the meter's last change of state where that is later: a
  /// meter's history is never rewritten.
  case done(at: Timestamp)
  /// Nothing to do: the meter was in that state already.
  case alreadySo
  /// The meter is dead or its communication broken; nothing has changed.
  case unreachable
}

/// What a meter sends by itself when its power goes or comes back.
public struct PowerSignal: Sendable, Hashable {
  public enum Kind: Sendable, Hashable { case lastGasp, restoration }

  public let kind: Kind
  /// Index of the meter.
  public let meter: Int
  /// When the power went or came back, by the meter's clock.
  public let occurred: Timestamp
  /// When the head end hears of it: within 8 s for a last gasp, within a minute for a restoration.
  public let received: Timestamp
}
