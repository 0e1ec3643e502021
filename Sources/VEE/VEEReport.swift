// What a run of validation and estimation has done.

/// Counters of a run.
public struct VEEReport: Sendable, Hashable {
  /// Days of series that were looked at.
  public var days = 0
  public var readings = 0
  /// Failures by rule.
  public var findings: [ValidationRule: Int] = [:]
  /// Values that were made up, by method.
  public var estimated: [EstimationMethod: Int] = [:]
  /// Slots that no method could fill.
  public var unfilled = 0
  /// Readings whose value or qualities are others than before.
  public var changed = 0

  public init() {}
}
