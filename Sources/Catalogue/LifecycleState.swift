// Where a component stands between plan and end.

/// The life-cycle state of a component.
public enum LifecycleState: String, Sendable, Hashable, CaseIterable {
  /// Agreed on, not connected yet.
  case planned
  /// Connected for tests.
  case testing
  case active
  /// Taken out for a while.
  case suspended
  /// Gone for good; kept for the record.
  case retired

  /// Whether messages go to and come from a component in this state.
  public var exchangesMessages: Bool { self == .testing || self == .active }
}
