// A period of time as the profiles write it.
public import CIMModel

/// A period in UTC; an absent side is open.
public struct DateTimeInterval: Sendable, Hashable {
  public var start: Timestamp?
  public var end: Timestamp?

  public init(start: Timestamp? = nil, end: Timestamp? = nil) {
    self.start = start
    self.end = end
  }

  public init(_ element: Element) {
    start = element.time("start")
    end = element.time("end")
  }

  /// True for a value stamped at the END of its interval, when that interval lies in this period.
  public func containsInterval(endingAt end: Timestamp) -> Bool {
    (start.map { end > $0 } ?? true) && (self.end.map { end <= $0 } ?? true)
  }

  /// True for an instant from `start` to `end`, both included.
  public func contains(_ time: Timestamp) -> Bool {
    (start.map { time >= $0 } ?? true) && (end.map { time <= $0 } ?? true)
  }
}

extension Element {
  /// `end` stands before `start`: the profiles sort by name.
  mutating func append(_ name: String, _ interval: DateTimeInterval?) {
    guard let interval else { return }
    append(name) {
      $0.append("end", interval.end)
      $0.append("start", interval.start)
    }
  }
}
