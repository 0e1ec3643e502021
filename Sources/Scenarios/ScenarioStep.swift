// One message of a scenario.
public import IECMessage
public import MessageBus

extension Scenario {
  /// One message of the figure, or one kind of message that may come several times.
  ///
  /// A step begins with its first message. Steps begin in their order; a reply may still be under way when the next step
  /// begins, as the systems do not wait for each other's acknowledgements.
  public struct Step: Sendable, Hashable {
    public enum Pattern: Sendable, Hashable {
      /// A request with its reply.
      case request(ExpectedReply)
      /// A request that is acknowledged at once and answered later.
      case callback(ExpectedReply)
      case event
    }

    public enum Repetition: Sendable, Hashable {
      case once
      case oneOrMore
      /// As many times as another step, by its number in the scenario, from 1.
      case asOften(as: Int)
    }

    public var from: ParticipantID
    /// Each of them has to get it; of a request the one that answers.
    public var to: [ParticipantID]
    public var pattern: Pattern
    public var verb: Verb
    public var noun: String
    public var repetition: Repetition
    /// An earlier step, by its number: each message carries the CorrelationID, or the MessageID, of one of that step's.
    public var correlatesWith: Int?
    /// What the runner does to begin it, once all earlier steps are complete; nil: it follows by itself.
    public var trigger: Trigger?
    /// What the message has to say: paths below the payload's root, e.g. "MeterServiceWork/kind".
    public var content: [Content]
    /// What the reply has to say.
    public var replyContent: [Content]
    /// What happens, in a few words.
    public var text: String

    public init(
      _ from: ParticipantID, _ verb: Verb, _ noun: String, to: [ParticipantID], pattern: Pattern,
      repetition: Repetition = .once, correlatesWith: Int? = nil, trigger: Trigger? = nil, content: [Content] = [],
      replyContent: [Content] = [],
      _ text: String
    ) {
      self.from = from
      self.to = to
      self.pattern = pattern
      self.verb = verb
      self.noun = noun
      self.repetition = repetition
      self.correlatesWith = correlatesWith
      self.trigger = trigger
      self.content = content
      self.replyContent = replyContent
      self.text = text
    }

    /// The reply a request has to get; nil for an event.
    public var expectedReply: ExpectedReply? {
      switch pattern {
      case .request(let reply), .callback(let reply): return reply
      case .event: return nil
      }
    }
  }

  /// What a place in a message has to say.
  public struct Content: Sendable, Hashable {
    /// Names of elements with slashes between them, an attribute at the end as "@name".
    public var path: String
    public var condition: Condition

    public init(_ path: String, _ condition: Condition) {
      self.path = path
      self.condition = condition
    }
  }

  /// What a reply has to say.
  public struct ExpectedReply: Sendable, Hashable {
    public var results: Set<Reply.Result>
    /// For a result that is not OK: the first reply code has to be one of these; empty: any.
    public var codes: Set<String>

    public init(_ results: Set<Reply.Result>, codes: Set<String> = []) {
      self.results = results
      self.codes = codes
    }

    public static let ok = ExpectedReply([.ok])

    func accepts(_ result: Reply.Result?, code: String?) -> Bool {
      guard let result, results.contains(result) else { return false }
      return result == .ok || codes.isEmpty || code.map(codes.contains) ?? false
    }
  }
}

extension Scenario.Step: CustomStringConvertible {
  /// E.g. "MDM → MS create EndDeviceControls".
  public var description: String {
    "\(from) → \(to.map(\.rawValue).joined(separator: ", ")) \(verb.rawValue) \(noun)"
  }
}
