// Whether a condition holds.

extension Scenario.Condition {
  /// In words, for messages: "to be connected".
  func wanted(_ fill: (String) -> String) -> String {
    switch self {
    case .equals(let text): return "to be \(fill(text))"
    case .exists: return "to be there"
    case .isAbsent: return "to be absent"
    case .risesBy(let text): return "to rise by \(fill(text))"
    case .atLeast(let text): return "to be at least \(fill(text))"
    case .atMost(let text): return "to be at most \(fill(text))"
    }
  }

  /// - Parameter before: the value at the beginning.
  func holds(_ value: String?, before: String?, _ fill: (String) -> String) -> Bool {
    switch self {
    case .equals(let text): return value == fill(text)
    case .exists: return value != nil && value != ""
    case .isAbsent: return value == nil
    case .risesBy(let text):
      guard let value = value.flatMap(Double.init), let wanted = Double(fill(text)) else { return false }
      return value - (before.flatMap(Double.init) ?? 0) == wanted
    case .atLeast(let text): return compares(value, text, fill, >=)
    case .atMost(let text): return compares(value, text, fill, <=)
    }
  }

  /// What came instead.
  func found(_ value: String?, before: String?) -> String {
    if case .risesBy = self, let value { return "it went from \(before ?? "nothing") to \(value)" }
    return value.map { "it is \($0.isEmpty ? "empty" : $0)" } ?? "there is none"
  }

  private func compares(
    _ value: String?, _ text: String, _ fill: (String) -> String, _ order: (Double, Double) -> Bool
  ) -> Bool {
    guard let value = value.flatMap(Double.init), let wanted = Double(fill(text)) else { return false }
    return order(value, wanted)
  }
}
