// The scenarios there are.

extension Scenario {
  /// All scenarios, in the order in which a newcomer should see them.
  public static let all: [Scenario] = [.figure14, .figure16, .figure7, .figure33]

  /// The scenario with an id ("figure-33") or the number of its figure ("33"); nil where there is none.
  public static func named(_ text: String) -> Scenario? { all.first { $0.id == text || $0.figure == text } }
}
