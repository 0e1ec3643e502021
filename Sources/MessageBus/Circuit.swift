// Spares a participant that is out of reach, and those who would wait for it.
import CIMModel

/// The circuit breaker of one participant.
///
/// Closed while all is well. After `threshold` outages in a row it is open: nothing is tried until the pause is over,
/// synchronous requests are refused at once and deliveries are held in their order. Then one call is let through; it
/// closes the circuit, or opens it for the next, longer pause.
struct Circuit: Sendable {
  /// Outages in a row.
  private(set) var outages = 0
  /// When the first of these came.
  private(set) var since: Timestamp?
  /// Nothing is to be tried before.
  private(set) var until: Timestamp?
  private(set) var reason: String?

  func isOpen(threshold: Int) -> Bool { outages >= threshold }

  /// Whether a synchronous request may be tried now. Whoever is let through while the circuit is open is the one that
  /// tries it; the others are refused for another `pause`.
  mutating func admits(_ now: Timestamp, threshold: Int, pause: Duration) -> Bool {
    guard isOpen(threshold: threshold) else { return true }
    if let until, now < until { return false }
    until = now.advanced(by: pause)
    return true
  }

  /// - Returns: whether the circuit has just opened.
  mutating func fail(_ reason: String, at now: Timestamp, pause: Duration, threshold: Int) -> Bool {
    outages += 1
    if since == nil { since = now }
    self.reason = reason
    until = now.advanced(by: pause)
    return outages == threshold
  }

  /// - Returns: whether the circuit was open.
  mutating func succeed(threshold: Int) -> Bool {
    defer { self = Circuit() }
    return isOpen(threshold: threshold)
  }
}

extension Timestamp {
  func advanced(by duration: Duration) -> Timestamp {
    Timestamp(microseconds: microseconds + Int64(duration / .microseconds(1)))
  }
}
