// A scenario: an exchange figure of the standard as data that can be performed and judged.
public import Components
public import IECMessage
public import MessageBus

/// Who says what to whom, in which order, and what has to come of it.
public struct Scenario: Sendable, Hashable, Identifiable {
  /// How well the sequence of messages is known. The figures themselves are not public; see `basis`.
  public enum Certainty: String, Sendable, Hashable {
    /// Published test procedures that cite the standard have these messages in this order.
    case confirmed
    /// Derived from the figure's title and the roles of the systems.
    case inferred
  }

  /// E.g. "figure-33".
  public var id: String
  /// E.g. "33".
  public var figure: String
  public var title: String
  /// E.g. "5.4.2".
  public var clause: String
  public var certainty: Certainty
  /// What the sequence rests on, in a sentence.
  public var basis: String
  /// From left to right in the drawing.
  public var participants: [ParticipantID]
  public var steps: [Step]
  /// What must hold at the end.
  public var expectations: [Expectation]
  /// How long all of it may take.
  public var timeLimit: Duration

  public init(
    id: String, figure: String, title: String, clause: String, certainty: Certainty, basis: String,
    participants: [ParticipantID], steps: [Step], expectations: [Expectation] = [], timeLimit: Duration = .seconds(30)
  ) {
    self.id = id
    self.figure = figure
    self.title = title
    self.clause = clause
    self.certainty = certainty
    self.basis = basis
    self.participants = participants
    self.steps = steps
    self.expectations = expectations
    self.timeLimit = timeLimit
  }
}

extension Scenario {
  /// One message of the figure, or one kind of message that may come several times.
  ///
  /// A step begins with its first message. Steps begin in their order; a reply may still be under way when the next step
  /// begins, as the systems do not wait for each other's acknowledgements.
  public struct Step: Sendable, Hashable {
    public enum Pattern: Sendable, Hashable {
      /// A request with its reply.
      case request(ExpectedReply)
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
    /// What the runner does to begin it, once all earlier steps are complete; nil: it follows by itself.
    public var trigger: Trigger?
    /// What happens, in a few words.
    public var text: String

    public init(
      _ from: ParticipantID, _ verb: Verb, _ noun: String, to: [ParticipantID], pattern: Pattern,
      repetition: Repetition = .once, trigger: Trigger? = nil, _ text: String
    ) {
      self.from = from
      self.to = to
      self.pattern = pattern
      self.verb = verb
      self.noun = noun
      self.repetition = repetition
      self.trigger = trigger
      self.text = text
    }

    /// A request, with the reply it has to get.
    public static func request(
      _ from: ParticipantID, _ verb: Verb, _ noun: String, to: ParticipantID, reply: ExpectedReply = .ok,
      trigger: Trigger? = nil, _ text: String
    ) -> Step {
      Step(from, verb, noun, to: [to], pattern: .request(reply), trigger: trigger, text)
    }

    /// An event, with those who have to get it.
    public static func event(
      _ from: ParticipantID, _ verb: Verb, _ noun: String, to: [ParticipantID], repeats repetition: Repetition = .once,
      trigger: Trigger? = nil, _ text: String
    ) -> Step {
      Step(from, verb, noun, to: to, pattern: .event, repetition: repetition, trigger: trigger, text)
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
    /// OK, or FAILED with one of these reply codes: the answer itself is what is wanted to be known.
    public static func okOrFailed(_ codes: Set<String>) -> ExpectedReply {
      ExpectedReply([.ok, .failed], codes: codes)
    }

    func accepts(_ result: Reply.Result?, code: String?) -> Bool {
      guard let result, results.contains(result) else { return false }
      return result == .ok || codes.isEmpty || code.map(codes.contains) ?? false
    }
  }

  /// What the runner does from outside.
  public enum Trigger: Sendable, Hashable {
    /// The CIS orders readings of all meters, so many times, every so many seconds.
    case scheduleReadings(readingTypes: [String], every: Int64, times: Int)
    /// The utility's clock goes forward to the next due time of the schedule that was ordered.
    case timePasses
    /// The CIS asks for the present value of one meter.
    case askForReading(readingTypes: [String])
    /// One transformer loses power.
    case powerFails
    /// The transformer that lost power has it back.
    case powerReturns
    /// The CIS orders work at one meter.
    case order(MeterServiceWork.Kind)
  }

  /// What must hold at the end, beyond the messages.
  public enum Expectation: Sendable, Hashable {
    /// The CIS got so many values of every meter.
    case valuesPerMeter(Int)
    /// The answer to the CIS holds a value of each reading type it asked for.
    case readingAnswered
    /// The OMS found the outage of the right transformer, meters of no other, and has closed it.
    case outageFoundAndClosed
    /// The CIS was told that the work is completed, with a reading.
    case workCompleted(MeterServiceWork.Kind)
    /// The meter's switch is closed, or open.
    case meterConnected(Bool)
  }
}

extension Scenario.Step: CustomStringConvertible {
  /// E.g. "MDM → MS create EndDeviceControls".
  public var description: String {
    "\(from) → \(to.map(\.rawValue).joined(separator: ", ")) \(verb.rawValue) \(noun)"
  }
}
