// Results of comparing values of partially ordered types.

/// How two values stand to each other.
enum Ordering: Sendable, Hashable {
  case less, equal, greater
  /// Neither comes first, e.g. a dateTime with and one without time zone less than 14 hours apart.
  case incomparable

  init<Number: Comparable>(_ left: Number, _ right: Number) {
    self = left < right ? .less : left > right ? .greater : .equal
  }

  var reversed: Ordering {
    switch self {
    case .less: .greater
    case .greater: .less
    case .equal, .incomparable: self
    }
  }

  /// This order, or, when it is equal, the next criterion.
  func then(_ next: @autoclosure () -> Ordering) -> Ordering { self == .equal ? next() : self }
}
