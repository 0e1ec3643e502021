// An outage as an OMS sees it.
public import CIMModel

/// One outage of one transformer.
public struct Outage: Sendable, Hashable {
  public enum State: String, Sendable, Hashable {
    /// Enough last gasps have come; a neighbour is being asked.
    case suspected
    case confirmed
    /// Enough meters have told that their power is back.
    case closed
  }

  /// The question to a meter that had not reported.
  public struct Verification: Sendable, Hashable {
    public var meter: IdentifiedObject
    /// True for a meter on the transformer itself that had sent no last gasp; false for one of the next transformer.
    public var onSameTransformer: Bool
    /// Whether it gave a reading: it has power.
    public var answered: Bool
  }

  /// Rising in the order of detection.
  public var number: Int
  public var transformer: String
  public var feeder: String
  public var state: State
  /// When the first of its meters lost power, by that meter's clock.
  public var began: Timestamp
  /// When it was decided to be one.
  public var detected: Timestamp
  /// When the last of the meters that closed it told that its power is back; nil while open.
  public var restored: Timestamp?
  /// Meters without power, by first identifier: those that told, and a neighbour that did not answer.
  public var metersOut: Set<String>
  /// Those of them that told of power restored.
  public var metersRestored: Set<String> = []
  /// Meters on the transformer.
  public var metersOnTransformer: Int
  public var verification: Verification?

  /// "OUT-" and its number.
  public var id: String { "OUT-\(number)" }
}
