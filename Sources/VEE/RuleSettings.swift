// Limits of the rules, for one group of meters.
public import CIMModel

/// What rules compare with. A rule whose limit is nil passes everything.
public struct RuleSettings: Sendable, Hashable {
  public var rules = Set(ValidationRule.allCases)
  public var minimum: ExactDecimal?
  public var maximum: ExactDecimal?
  /// Times the third largest value of the day.
  public var spikeFactor: Double? = 5
  /// Values up to here are no spikes, whatever the others are.
  public var spikeFloor: ExactDecimal = 1
  public var zeroRun: Int? = 96
  public var constantRun: Int? = 24
  public var sumTolerance: ExactDecimal?
  /// Most energy of an hour, in the reading type's unit: what the connection carries.
  public var capacity: ExactDecimal?
  public var reverseMaximum: ExactDecimal?
  /// 0 to 1.
  public var powerFactorMinimum: Double?
  /// Seconds.
  public var timeTolerance: Int64? = 5
  /// A value at which counters run over.
  public var overflow: ExactDecimal?

  public init() {}
}

/// The settings in integers of one scale.
struct RuleLimits {
  var minimum = Int64.min
  var maximum = Int64.max
  var spikeFloor: Int64
  var sumTolerance: Int64?
  var capacity: Int64?
  var reverseMaximum: Int64?
  var overflow: Int64?

  init(_ settings: RuleSettings, scale: UInt8, step: Int64) {
    func scaled(_ number: ExactDecimal?) -> Int64? { number.map { Self.scaled($0, scale) } }
    minimum = scaled(settings.minimum) ?? .min
    maximum = scaled(settings.maximum) ?? .max
    spikeFloor = Self.scaled(settings.spikeFloor, scale)
    sumTolerance = scaled(settings.sumTolerance)
    reverseMaximum = scaled(settings.reverseMaximum)
    overflow = scaled(settings.overflow)
    capacity = scaled(settings.capacity).map { Int64(Double($0) * Double(step) / 3_600_000_000) }
  }

  /// A limit as an integer; one that does not fit is as good as none.
  static func scaled(_ number: ExactDecimal, _ scale: UInt8) -> Int64 {
    let value = number.double * Double(tens(Int(scale)))
    return value >= 9e18 ? .max : value <= -9e18 ? .min : Int64(value.rounded())
  }
}
