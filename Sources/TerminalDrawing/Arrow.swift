// An exchange with its participants found.

/// An exchange of a sequence diagram between numbered lifelines.
struct Arrow {
  let tone: MessageTone
  let from: Int
  /// Without the sender; empty when nobody took the message or only the sender itself is meant.
  let to: [Int]
  let isToSelf: Bool
  let label: String
  let latency: String?

  /// - Parameter index: the number of each participant.
  init?(_ exchange: SequenceDiagram.Exchange, _ index: [String: Int]) {
    guard let from = index[exchange.from] else { return nil }
    self.from = from
    tone = exchange.tone
    to = exchange.to.compactMap { index[$0] }.filter { $0 != from }
    isToSelf = to.isEmpty && !exchange.to.isEmpty
    label = exchange.label.printable.trimmed.elided(to: Arrow.longestText)
    latency = exchange.latency?.printable
  }

  /// More than any terminal shows; bounds the work of fitting text that came from outside.
  static let longestText = 1000

  var isDashed: Bool { tone == .reply || tone == .event }

  var ink: Ink { tone.ink }

  var labelWithLatency: String {
    guard let latency, !latency.isEmpty else { return label }
    return label.isEmpty ? latency : "\(label) \(latency)"
  }

  /// What this arrow wants of the gaps between lifelines.
  /// - Parameter last: number of the last lifeline.
  func demands(last: Int) -> [DiagramLayout.Demand] {
    let own = from..<(from + 1)
    if isToSelf { return [.init(gaps: own, label: labelWithLatency, frame: from == last ? 6 : 7, isBeside: true)] }
    if to.isEmpty { return [.init(gaps: own, label: label, frame: 5)] }
    let (low, high) = (min(from, to.min() ?? from), max(from, to.max() ?? from))
    let label = DiagramLayout.Demand(gaps: low..<high, label: label, frame: 3)
    guard let latency else { return [label] }
    // The latency stands on the arrow's piece next to the sender.
    let piece = high > from ? own : (from - 1)..<from
    return [label, .init(gaps: piece, label: latency, frame: Arrow.latencyFrame, isBeside: high - low > 1)]
  }

  /// Columns of an arrow between two lifelines that its latency leaves free: two spaces, the head, two strokes and, as
  /// distances count it, one lifeline.
  static let latencyFrame = 6
}
