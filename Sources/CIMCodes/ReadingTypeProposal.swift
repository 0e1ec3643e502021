/// A reading type that a description may mean.
public struct ReadingTypeProposal: Sendable {
  public let readingType: ReadingType
  /// The long name.
  public let name: String
  /// How well it fits, from 0 to 100; only to be compared within one list.
  public let score: Int
  /// Words of the description that said nothing.
  public let unread: [String]
  /// Parts that no word speaks of and that have been assumed, e.g. "commodity electricitySecondaryMetered".
  public let assumptions: [String]

  /// One line of JSON: `code`, `kind`, `name`, `score`, `assumptions` and `unread`.
  public var json: String {
    JSONText.object([
      ("code", JSONText.string(readingType.description)), ("kind", JSONText.string("readingType")),
      ("name", JSONText.string(name)), ("score", String(score)),
      ("assumptions", JSONText.array(assumptions.map { JSONText.string($0) })),
      ("unread", JSONText.array(unread.map { JSONText.string($0) })),
    ])
  }

  /// Proposals as an aligned table with a rank, and the words that said nothing.
  public static func text(of proposals: [ReadingTypeProposal]) -> String {
    guard let first = proposals.first else { return "no reading type fits these words\n" }
    var out =
      TextTable(
        header: ["rank", "score", "code", "name"],
        rows: proposals.enumerated().map { index, proposal in
          [String(index + 1), "\(proposal.score)%", proposal.readingType.description, proposal.name]
        }, numeric: [0, 1]
      ).text
    if !first.assumptions.isEmpty { out += "\nassumed in the first: \(first.assumptions.joined(separator: ", "))\n" }
    if !first.unread.isEmpty { out += "\nnot understood: \(first.unread.joined(separator: ", "))\n" }
    return out
  }
}
