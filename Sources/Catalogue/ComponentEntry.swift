// One row of the registry: a component, what it is for, and what it exchanges.
import IECMessage
public import MessageBus

/// A component of the utility as the interface reference model sees it: Busbar's own or a partner's.
///
/// - SeeAlso: IEC 61968-1, 5.1 (components) and 5.3 (interface specification)
public struct ComponentEntry: Sendable, Hashable {
  public var id: ParticipantID
  /// For people.
  public var name: String
  public var vendor: String?
  /// Codes of business functions, e.g. ["MDM"]; a site may have codes of its own.
  public var functions: [String]
  /// Where it is reached; nil for components inside the bus.
  public var address: String?
  public var state: LifecycleState
  /// Nil where nobody has looked.
  public var health: ComponentHealth?
  /// Requests it answers.
  public var offers: [MessagePattern]
  /// Events it wants to hear of.
  public var consumes: [MessagePattern]
  /// Events it publishes.
  public var emits: [MessagePattern]
  /// Requests it sends.
  public var requests: [MessagePattern]

  public init(
    id: ParticipantID, name: String? = nil, vendor: String? = nil, functions: [String] = [], address: String? = nil,
    state: LifecycleState = .active, health: ComponentHealth? = nil, offers: [MessagePattern] = [],
    consumes: [MessagePattern] = [], emits: [MessagePattern] = [], requests: [MessagePattern] = []
  ) {
    self.id = id
    self.name = name ?? id.rawValue
    self.vendor = vendor
    self.functions = functions
    self.address = address
    self.state = state
    self.health = health
    self.offers = offers
    self.consumes = consumes
    self.emits = emits
    self.requests = requests
  }

  /// Takes what it offers and consumes from a participant's interests.
  public mutating func take(_ interests: [Interest]) {
    offers = interests.filter { $0.role == .serves }.map(MessagePattern.init)
    consumes = interests.filter { $0.role == .subscribes }.map(MessagePattern.init)
  }

  /// Takes what it emits and requests from the verbs and nouns that it may send.
  public mutating func take(sent patterns: [MessagePattern]) {
    func part(_ role: Verb.Role) -> [MessagePattern] {
      patterns.compactMap { pattern in
        let verbs = pattern.verbs.filter { $0.role == role }
        return verbs.isEmpty ? nil : MessagePattern(verbs, pattern.nouns)
      }
    }
    emits = part(.event)
    requests = part(.request)
  }

  /// What it tells the router; nothing while its state takes it out of the exchange.
  public var interests: [Interest] {
    guard state.exchangesMessages else { return [] }
    return offers.map { $0.interest(.serves) } + consumes.map { $0.interest(.subscribes) }
  }

  /// One side of an interface.
  public enum Direction: String, Sendable, Hashable, CaseIterable {
    case offers, consumes, emits, requests

    /// For people.
    public var meaning: String {
      switch self {
      case .offers: "answers requests"
      case .consumes: "hears of events"
      case .emits: "publishes events"
      case .requests: "sends requests"
      }
    }
  }

  public subscript(direction: Direction) -> [MessagePattern] {
    get {
      switch direction {
      case .offers: offers
      case .consumes: consumes
      case .emits: emits
      case .requests: requests
      }
    }
    set {
      switch direction {
      case .offers: offers = newValue
      case .consumes: consumes = newValue
      case .emits: emits = newValue
      case .requests: requests = newValue
      }
    }
  }
}
