// The ways to estimate what is missing.

/// A way to make values up that are not there. Tried in the order of the settings; the first that can, does.
public enum EstimationMethod: String, Sendable, Hashable, CaseIterable {
  /// A straight line between the neighbours; gaps of `linearLongest` intervals at most.
  case linear
  /// The same slots of the day before.
  case previousDay
  /// The mean of the same weekday over the last weeks.
  case sameWeekdayAverage
  /// The day of the last weeks that is most like this one in the slots that are there.
  case likeDay
  /// The mean of the last weeks as a shape, scaled so that the day sums to what its register says.
  case scaledProfile
  /// The shape of the group, scaled to the meter's own size.
  case groupProfile
  /// What the register says and the known intervals do not, evenly; without a register the mean of the day.
  case flat
  case zero
  /// The value before the gap.
  case lastValue
  /// What the slots of this day that are there say, as a straight line of the mean of the last weeks.
  case regression
  /// Values that a person has given.
  case manual
}

/// What estimators may use.
public struct EstimationInputs: Sendable {
  /// The day's slots; nil where something has to be estimated.
  public var slots: [Int64?]
  /// Days before, the last first, slot by slot; at most 56. A day of other length has its own number of slots.
  public var history: [[Int64?]] = []
  /// Which of `history` are of the same weekday, by their place.
  public var sameWeekday: [Int] = []
  /// What the register counted over the day.
  public var registerDifference: Int64?
  /// The value before the day's first slot.
  public var before: Int64?
  /// The value behind the day's last slot.
  public var behind: Int64?
  /// The group's mean, slot by slot.
  public var groupProfile: [Int64] = []
  /// Values that a person has given, by slot.
  public var manual: [Int: Int64] = [:]
  public var linearLongest = 4
  /// Digits behind the point of all values, for what is told of them.
  public var scale: UInt8 = 0

  public init(slots: [Int64?]) { self.slots = slots }
}

/// Values for slots, and out of what they were made.
public struct Estimate: Sendable, Hashable {
  public var method: EstimationMethod
  public var values: [Int: Int64]
  /// In words with numbers.
  public var inputs: String
}
