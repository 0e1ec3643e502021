// How far work has come: the kinds of status in their order.

/// A WorkStatusKind, with the order in which work may pass from one to another.
///
/// The enumeration is the CIM's (IEC 61968-11, package Work) and has no order of its own: it stands by the alphabet
/// there. The order here is our reading of what the words mean, and of the sequence in which the field reports them in
/// IEC 61968-6: work goes on by any number of stages and never back; until it is completed it may be cancelled.
public enum WorkStatus: String, Sendable, Hashable, CaseIterable {
  case waitingOnApproval, approved, waitingOnMaterial, waitingToBeScheduled, scheduled, dispatched, enroute, onSite,
    inProgress, completed, closed, cancelled

  /// How far it is: the table. Two of one stage may follow each other either way.
  static let stages: [WorkStatus: Int] = [
    .waitingOnApproval: 0, .approved: 1, .waitingOnMaterial: 2, .waitingToBeScheduled: 2, .scheduled: 3,
    .dispatched: 4, .enroute: 5, .onSite: 6, .inProgress: 7, .completed: 8, .closed: 9, .cancelled: 9,
  ]

  var stage: Int { Self.stages[self] ?? 0 }

  /// Whether this status may follow another; the same status again is no change and allowed.
  public func mayFollow(_ other: WorkStatus) -> Bool {
    if self == other { return true }
    switch (other, self) {
    case (.closed, _), (.cancelled, _), (.completed, .cancelled): return false
    case (_, .closed): return other == .completed
    default: return stage >= other.stage
    }
  }

  /// Nobody works at it, and nobody will.
  public var isOver: Bool { stage >= Self.completed.stage }
  /// Nothing more can follow.
  var isSettled: Bool { self == .closed || self == .cancelled }
  /// A crew has it.
  var isInField: Bool { (Self.dispatched.stage..<Self.completed.stage).contains(stage) }
  /// It can be planned.
  var isPlannable: Bool { self == .approved || self == .waitingToBeScheduled || self == .waitingOnMaterial }

  /// What the field reports between dispatch and the end of the work.
  static let field: [WorkStatus] = [.dispatched, .enroute, .onSite, .inProgress]
}
