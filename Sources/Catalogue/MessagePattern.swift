// Which messages a component exchanges: verbs and nouns.
public import IECMessage
public import MessageBus

/// Verbs and the nouns they go with, e.g. get and create of MeterReadings.
public struct MessagePattern: Sendable, Hashable {
  /// In the order of `Verb.allCases`, each once.
  public let verbs: [Verb]
  /// Sorted, each once; nil: every noun.
  public let nouns: [String]?
  /// Only messages of these senders, sorted; nil: of anyone.
  public let senders: [ParticipantID]?

  public init(_ verbs: some Sequence<Verb>, _ nouns: [String]?, from senders: [ParticipantID]? = nil) {
    let wanted = Set(verbs)
    self.verbs = Verb.allCases.filter(wanted.contains)
    self.nouns = nouns.map { Set($0).sorted() }
    self.senders = senders.map { Set($0).sorted { $0.rawValue < $1.rawValue } }
  }

  public init(_ interest: Interest) {
    self.init(interest.verbs, interest.nouns.map(Array.init), from: interest.senders.map(Array.init))
  }

  public func covers(_ verb: Verb, _ noun: String, from sender: ParticipantID? = nil) -> Bool {
    guard verbs.contains(verb), nouns?.contains(noun) ?? true else { return false }
    guard let senders, let sender else { return true }
    return senders.contains(sender)
  }

  /// As the router takes it.
  public func interest(_ role: Interest.Role) -> Interest {
    Interest(role, Set(verbs), nouns.map { Set($0) }, from: senders.map { Set($0) })
  }

  /// "get MeterReadings", "created EndDeviceEvents, MeterReadings from MDM", "create, change every noun".
  public var text: String {
    let nouns = nouns.map { $0.joined(separator: ", ") } ?? "every noun"
    let senders = senders.map { " from " + $0.map(\.rawValue).joined(separator: ", ") } ?? ""
    return verbs.map(\.rawValue).joined(separator: ", ") + " " + nouns + senders
  }
}
