// The verbs of the message header.

/// What a message asks for or tells, with its noun (IEC 61968-9, Annex A; IEC 61968-100 edition 1, Verb).
public enum Verb: String, Sendable, Hashable, CaseIterable, Codable {
  case cancel, canceled, change, changed, close, closed, create, created
  case delete, deleted, execute, executed, get, reply

  /// What kind of message carries this verb.
  public enum Role: Sendable, Hashable { case request, event, response }

  public var role: Role {
    switch self {
    case .cancel, .change, .close, .create, .delete, .execute, .get: return .request
    case .canceled, .changed, .closed, .created, .deleted, .executed: return .event
    case .reply: return .response
    }
  }

  /// The verb of the event that tells that this request was carried out; nil for `get`, `reply` and the events.
  public var pastTense: Verb? {
    switch self {
    case .cancel: return .canceled
    case .change: return .changed
    case .close: return .closed
    case .create: return .created
    case .delete: return .deleted
    case .execute: return .executed
    default: return nil
    }
  }

  /// The verb of the request that an event of this verb tells of; nil for `reply` and the requests.
  public var presentTense: Verb? { Verb.allCases.first { $0.pastTense == self } }

  /// "Create" for `create`: how the verb begins the names of strongly typed messages, e.g. CreateEndDeviceControls.
  public var capitalized: String {
    let text = rawValue
    return text.prefix(1).uppercased() + text.dropFirst()
  }
}
