// Who calls, as far as is known before the message is read.

/// What the credentials of a request say.
enum Caller: Sendable {
  /// There were none, and none were needed so far.
  case unknown
  case partner(Partner)
  /// The name of an operator.
  case `operator`(String)

  /// Whether both are the same partner or operator.
  func isSame(as other: Caller) -> Bool {
    switch (self, other) {
    case (.partner(let a), .partner(let b)): return a.id == b.id
    case (.operator(let a), .operator(let b)): return a == b
    default: return false
    }
  }
}
