// Crews and when they are busy.
import CIMModel

/// The crews of a utility and what they are booked for; 10,000 bookings at most.
struct CrewRoster {
  struct Booking: Hashable {
    var order: String
    var crew: String
    /// Half-open.
    var start: Timestamp
    var end: Timestamp
  }

  /// Simulated crews have no mRID.
  static let crews = ["CREW-1", "CREW-2", "CREW-3", "CREW-4"]
  private(set) var bookings: [Booking] = []
  private static let limit = 10_000

  /// What a crew is booked for in a period, by another order than this.
  func clash(of crew: String, start: Timestamp, end: Timestamp, besides order: String) -> Booking? {
    bookings.first { $0.crew == crew && $0.order != order && $0.start < end && start < $0.end }
  }

  /// Books a crew, besides what the order has already. The oldest bookings give way.
  mutating func book(_ booking: Booking) {
    guard !bookings.contains(booking) else { return }
    if bookings.count >= Self.limit { bookings.removeFirst() }
    bookings.append(booking)
  }

  mutating func release(_ order: String) { bookings.removeAll { $0.order == order } }

  /// What an order is given, it has no more; another has it.
  mutating func move(from order: String, to other: String) {
    for index in bookings.indices where bookings[index].order == order { bookings[index].order = other }
  }

  func bookings(of order: String) -> [Booking] { bookings.filter { $0.order == order } }

  /// The crew that is free first for so many seconds, and from when; a crew that is named, or any.
  func firstFree(_ crew: String?, from start: Timestamp, seconds: Int64) -> (crew: String, start: Timestamp) {
    let candidates = crew.map { [$0] } ?? Self.crews
    let free = candidates.map { crew in
      var time = start
      for busy in bookings.filter({ $0.crew == crew }).sorted(by: { $0.start < $1.start })
      where busy.start < time.adding(seconds: seconds) && time < busy.end {
        time = busy.end
      }
      return (crew: crew, start: time)
    }
    return free.min { $0.start < $1.start } ?? (crew ?? Self.crews[0], start)
  }
}
