// A scenario: an exchange figure of the standard as data that can be performed and judged.
public import Components
public import IECMessage
public import MessageBus

/// Who says what to whom, in which order, and what has to come of it.
public struct Scenario: Sendable, Hashable, Identifiable {
  /// How well the sequence of messages is known. The figures themselves are not public; see `basis`.
  public enum Certainty: String, Sendable, Hashable, CaseIterable {
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
  /// E.g. "5.4.2", of IEC 61968-9; of another part with its number, "IEC 61968-6".
  public var clause: String
  public var certainty: Certainty
  /// What the sequence rests on, in a sentence.
  public var basis: String
  /// From left to right in the drawing; nobody else is on the bus.
  public var participants: [ParticipantID]
  /// What has to be so before it begins, in words; empty where nothing has to.
  public var precondition: String
  /// What is done to bring that about; its messages are none of the scenario.
  public var preparation: [Action]
  public var steps: [Step]
  /// Messages that may come, any number of them, and are none of the figure.
  public var asides: [Aside]
  /// What must hold at the end.
  public var expectations: [Expectation]
  /// How long all of it may take.
  public var timeLimit: Duration

  public init(
    id: String, figure: String, title: String, clause: String, certainty: Certainty, basis: String,
    participants: [ParticipantID], precondition: String = "", preparation: [Action] = [], steps: [Step],
    asides: [Aside] = [], expectations: [Expectation] = [], timeLimit: Duration = .seconds(30)
  ) {
    self.id = id
    self.figure = figure
    self.title = title
    self.clause = clause
    self.certainty = certainty
    self.basis = basis
    self.participants = participants
    self.precondition = precondition
    self.preparation = preparation
    self.steps = steps
    self.asides = asides
    self.expectations = expectations
    self.timeLimit = timeLimit
  }

  /// The clause with its standard, e.g. "IEC 61968-9, 5.4.2".
  public var citation: String { clause.hasPrefix("IEC ") ? clause : "IEC 61968-9, " + clause }

  /// Something that is done at a system; values of parameters may have placeholders.
  public struct Action: Sendable, Hashable {
    public var system: ParticipantID
    public var call: ActionCall

    public init(_ system: ParticipantID, _ call: ActionCall) {
      self.system = system
      self.call = call
    }
  }

  /// A message that a system sends whether or not anybody of the figure wants it.
  public struct Aside: Sendable, Hashable {
    public var from: ParticipantID
    public var verb: Verb
    public var noun: String

    public init(_ from: ParticipantID, _ verb: Verb, _ noun: String) {
      self.from = from
      self.verb = verb
      self.noun = noun
    }
  }

  /// How a step begins.
  public enum Trigger: Sendable, Hashable {
    /// Actions, one after the other.
    case actions([Action])
    /// The runner sends the step's message in the sender's name: a profile's root as XML, with placeholders.
    case send(String)
  }

  /// What is compared: the value of a fact, or text in a message.
  public enum Condition: Sendable, Hashable {
    /// This text; placeholders are put in first.
    case equals(String)
    /// Any value.
    case exists
    case isAbsent
    /// A number that is so much above what it was at the beginning.
    case risesBy(String)
    case atLeast(String)
    case atMost(String)
  }

  /// What must hold at the end of a system's state.
  public struct Expectation: Sendable, Hashable {
    public var system: ParticipantID
    /// Path of the fact, with placeholders.
    public var fact: String
    public var condition: Condition

    public init(_ system: ParticipantID, _ fact: String, _ condition: Condition) {
      self.system = system
      self.fact = fact
      self.condition = condition
    }
  }
}
