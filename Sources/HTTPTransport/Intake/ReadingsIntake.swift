// What takes readings in as their bytes come, without a message around them.
public import MessageBus

/// Takes bodies of readings into a store.
public protocol ReadingsIntake: Sendable {
  /// Takes one body in, whole or up to where it breaks.
  ///
  /// - Returns: what became of it.
  /// - Throws: what keeps it from being taken in; what was committed before stays, and the same key goes on behind it.
  func take(_ body: ReadingsBody) async throws -> ReadingsReceipt
}

/// A body of readings on its way.
public struct ReadingsBody: Sendable {
  public enum Format: Sendable, Hashable {
    /// A MeterReadings document, bare or in an envelope.
    case meterReadings
    case csv
    case greenButton
  }

  public var format: Format
  public var sender: ParticipantID
  /// What tells this content from any other; nil: it is taken in anew, which changes nothing that is there.
  public var key: String?
  public var content: SpooledBody
}

/// What became of a body.
public struct ReadingsReceipt: Sendable {
  /// Counters, as JSON.
  public var json: String
  /// Whether it was sound to its end.
  public var isSound: Bool

  public init(json: String, isSound: Bool) {
    self.json = json
    self.isSound = isSound
  }
}
