// An outage as an OMS sees it.
public import CIMModel

/// One outage: of a device of the network and all behind it, or of a single service.
public struct Outage: Sendable, Hashable {
  /// The words of IEC 61968-3 (OutageStatusKind).
  public enum State: String, Sendable, Hashable {
    /// Enough last gasps have come; meters are being asked.
    case predicted
    case confirmed
    case partiallyRestored
    /// Enough meters have told that their power is back; the others are being asked.
    case restored
    case closed
  }

  /// The question to a meter that had not reported.
  public struct Verification: Sendable, Hashable {
    public var meter: IdentifiedObject
    /// True for a meter on the device itself that had sent no last gasp; false for one of the next device.
    public var onSameTransformer: Bool
    /// Whether it gave a reading: it has power.
    public var answered: Bool
  }

  /// Rising in the order of detection.
  public var number: Int
  /// What is out, the topmost: a transformer, a section, a feeder; of a single service the meter.
  public var device: String
  /// What the device is: one of the levels of the network, or "service".
  public var kind: String
  /// The transformer, where it is one or a single service; of a device above transformers nil.
  public var transformer: String?
  public var feeder: String
  public var state: State
  /// When the first of its meters lost power, by that meter's clock.
  public var began: Timestamp
  /// When it was decided to be one.
  public var detected: Timestamp
  /// When the last of the meters that ended it told that its power is back; nil before.
  public var restored: Timestamp?
  /// Meters without power, by first identifier: those that told, and those that were asked and did not answer.
  public var metersOut: Set<String>
  /// Those of them that have power again.
  public var metersRestored: Set<String> = []
  /// Meters behind the device.
  public var metersOnTransformer: Int
  public var verification: Verification?
  /// Whether it was ever more than predicted.
  public var wasConfirmed = false
  /// Whether some meters behind the device have had power all the time, as when one phase of a transformer is gone.
  public var isPartial = false
  /// Why it was closed without having been an outage; nil otherwise.
  public var falseAlarm: FalseAlarm?
  /// Usage points without power, as far as known and at most `usagePointLimit`.
  public var usagePointsOut: [String] = []
  /// Usage points that have power again, likewise.
  public var usagePointsRestored: [String] = []

  public enum FalseAlarm: String, Sendable, Hashable {
    /// Power was back within the time of a momentary interruption, or the meter answered.
    case momentary
    /// It turned out to be several smaller ones.
    case narrowed
    /// It turned out to be part of a larger one.
    case joined
  }

  /// Usage points of one outage in a message.
  public static let usagePointLimit = 200

  /// "OUT-" and its number.
  public var id: String { "OUT-\(number)" }

  /// Meters that lost power for all that is known: of a confirmed one all behind the device, unless it is partial.
  public var metersAffected: Int {
    wasConfirmed && !isPartial ? max(metersOnTransformer, metersOut.count) : metersOut.count
  }
}
