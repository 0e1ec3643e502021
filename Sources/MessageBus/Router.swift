// To whom a message goes, by verb and noun.
import IECMessage

/// The interests of all participants, in the order in which they joined.
///
/// Of several that serve the same request the one goes first whose interest names the sender, then the one that names
/// the noun, then the one that joined first. A message never goes back to its sender.
struct Router: Sendable {
  private struct Route: Sendable {
    var participant: ParticipantID
    var interest: Interest

    func matches(noun: String, from sender: ParticipantID) -> Bool {
      participant != sender && (interest.nouns?.contains(noun) ?? true) && (interest.senders?.contains(sender) ?? true)
    }

    var rank: Int { (interest.senders == nil ? 2 : 0) + (interest.nouns == nil ? 1 : 0) }
  }

  private var servers: [Verb: [Route]] = [:]
  private var subscribers: [Verb: [Route]] = [:]

  mutating func add(_ participant: ParticipantID, _ interests: [Interest]) {
    for interest in interests {
      for verb in interest.verbs {
        let route = Route(participant: participant, interest: interest)
        switch interest.role {
        case .serves:
          var routes = servers[verb, default: []]
          // By rank, and among equals in the order of joining.
          routes.insert(route, at: routes.firstIndex { $0.rank > route.rank } ?? routes.endIndex)
          servers[verb] = routes
        case .subscribes:
          subscribers[verb, default: []].append(route)
        }
      }
    }
  }

  mutating func remove(_ participant: ParticipantID) {
    for verb in Verb.allCases {
      servers[verb]?.removeAll { $0.participant == participant }
      subscribers[verb]?.removeAll { $0.participant == participant }
    }
  }

  /// Who answers this request, or with which reply code it is to be refused: 2.5 where nobody knows the noun, 2.9 where
  /// it is served, but not this verb to this sender.
  func server(_ verb: Verb, _ noun: String, from sender: ParticipantID) -> Result<ParticipantID, NoRoute> {
    if let route = servers[verb]?.first(where: { $0.matches(noun: noun, from: sender) }) {
      return .success(route.participant)
    }
    let known = servers.values.contains { routes in
      routes.contains { $0.participant != sender && ($0.interest.nouns?.contains(noun) ?? true) }
    }
    return .failure(
      known
        ? NoRoute(code: "2.9", reason: "nobody serves \(verb.rawValue) \(noun) to \(sender)")
        : NoRoute(code: "2.5", reason: "nobody serves \(noun)"))
  }

  /// Everyone who wants to hear of this event, each once, in the order of joining.
  func subscribers(_ verb: Verb, _ noun: String, from sender: ParticipantID) -> [ParticipantID] {
    var found: [ParticipantID] = []
    for route in subscribers[verb] ?? [] where route.matches(noun: noun, from: sender) {
      if !found.contains(route.participant) { found.append(route.participant) }
    }
    return found
  }

  struct NoRoute: Error, Hashable {
    var code: String
    var reason: String
  }
}
