// Puts the live lines into the order in which things began.
import CIMModel
import MessageBus

/// Holds what the bus tells for 100 ms, so that a delivery stands before what it brought about.
///
/// The bus tells of a delivery when it has ended; by then its receiver may have sent messages of its own.
actor LiveFeed {
  private let display: DemoDisplay
  private var held: [(began: Timestamp, activity: Activity)] = []
  private static let hold: Int64 = 100_000

  init(_ display: DemoDisplay) { self.display = display }

  /// Takes in an activity and prints what was held long enough.
  func add(_ activity: Activity) {
    let began = DemoDisplay.beginning(of: activity)
    let place = held.lastIndex { $0.began <= began }.map { $0 + 1 } ?? 0
    held.insert((began, activity), at: place)
    while let first = held.first, first.began.microseconds + Self.hold < activity.time.microseconds {
      display.show(first.activity)
      held.removeFirst()
    }
  }

  /// Prints all that is held.
  func flush() {
    for line in held { display.show(line.activity) }
    held.removeAll()
  }
}
