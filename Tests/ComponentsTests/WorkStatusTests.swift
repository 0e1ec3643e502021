import Components
import Testing

@Suite("IEC 61968-6, WorkStatusKind: the order in which work goes on")
struct WorkStatusTests {
  @Test("the kinds are those of the profile's enumeration, each once")
  func kinds() {
    let kinds: Set = [
      "approved", "cancelled", "closed", "completed", "dispatched", "enroute", "inProgress", "onSite", "scheduled",
      "waitingOnApproval", "waitingOnMaterial", "waitingToBeScheduled",
    ]
    #expect(Set(WorkStatus.allCases.map(\.rawValue)) == kinds)
  }

  @Test("work goes on, by any number of stages, and never back", arguments: WorkStatus.allCases)
  func forward(status: WorkStatus) {
    let way: [WorkStatus] = [
      .waitingOnApproval, .approved, .waitingToBeScheduled, .scheduled, .dispatched, .enroute, .onSite, .inProgress,
      .completed, .closed,
    ]
    guard let place = way.firstIndex(of: status) else { return }
    for (index, other) in way.enumerated() {
      let isAllowed = index == place || (index > place && (other != .closed || status == .completed))
      #expect(other.mayFollow(status) == isAllowed, "\(status) to \(other)")
    }
  }

  @Test("it may be cancelled until it is completed, and goes on from nothing that is over")
  func ends() {
    for status in WorkStatus.allCases {
      let isOver = [.completed, .closed].contains(status)
      #expect(WorkStatus.cancelled.mayFollow(status) == !isOver, "\(status)")
      #expect(status.mayFollow(.cancelled) == (status == .cancelled))
      #expect(status.mayFollow(.closed) == (status == .closed))
    }
    #expect(WorkStatus.waitingToBeScheduled.mayFollow(.waitingOnMaterial))
    #expect(WorkStatus.waitingOnMaterial.mayFollow(.waitingToBeScheduled))
  }
}
