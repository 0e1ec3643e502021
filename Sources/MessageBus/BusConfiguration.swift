// The numbers the bus works by.
public import IECMessage

/// How long the bus waits, how often it tries and how much it holds.
public struct BusConfiguration: Sendable {
  /// The Source of the bus's own replies.
  public var name = "BUS"
  /// How long the sender of a synchronous request waits before it is answered 4.1.
  public var syncDeadline: Duration = .seconds(30)
  /// How long one attempt to deliver may take.
  public var deliveryDeadline: Duration = .seconds(30)
  /// How long an asynchronous request may stay without its final reply before the sender is answered 4.1.
  public var asyncDeadline: Duration = .seconds(3600)
  /// How long deliveries under way are given to end when the bus is stopped.
  public var drainDeadline: Duration = .seconds(5)
  /// Attempts before a delivery goes to the dead letters. While a participant is out of reach, none are counted.
  public var attempts = 6
  /// Outages of a participant in a row after which its circuit opens: it is tried now and then only, and synchronous
  /// requests to it are refused at once (reply code 5.1).
  public var outagesToOpen = 3
  /// How long a delivery is held for a participant that is out of reach before it goes to the dead letters.
  public var holdDeadline: Duration = .seconds(72 * 3600)
  public var backoff = Backoff()
  /// Bytes of large messages that lie in memory at the same time for participants without `takesDetached`; what goes beyond
  /// it waits. One that is larger lies there alone.
  public var attachedBytes = 256 << 20
  /// Undelivered messages per participant over which senders are told to wait (`BusError.busy`, reply code 5.1).
  /// They lie in the journal; see `window`.
  public var queueLimit = 100_000
  /// The same for single participants.
  public var queueLimits: [ParticipantID: Int] = [:]
  /// Synchronous requests under way per serving participant over which senders are told to wait (reply code 3.2).
  public var pendingRequestLimit = 1_000
  /// Undelivered messages per participant held in memory; those beyond are read from the journal when their turn comes.
  public var window = 1_000
  /// Which messages overtake others on their way to a participant; the first rule that covers one counts. See `Priority`.
  public var priorities: [PriorityRule] = []
  /// Bytes of the messages among them, as they came; one message may be larger. Not more is read from the journal at a
  /// time.
  public var windowBytes = 64 << 20
  /// Deliveries to one participant whose success is committed together. A crash delivers at most so many again.
  public var settleBatch = 128
  /// What the bus tells a busy sender: seconds after which to try again.
  public var retryAfter = 1
  /// Judges every message; what it rejects is answered FAILED.
  public var rules = EnvelopeRules()
  /// What the rules may ask, but for the sender and the time, which the bus fills in.
  public var ruleContext = RuleContext()
  /// Nonces of ReplayDetection held at a time, to tell a message that is played back; each is held for twice
  /// `RuleContext.allowedSkew`.
  public var nonceLimit = 100_000
  /// Judges what a message says, e.g. its codes, once the envelope is in order; nil: nothing but the envelope is judged.
  /// What it rejects is answered FAILED; the rest is logged.
  public var contentRules: (any ContentRules)?

  public init() {}
}

/// The pause before a further attempt: rising by a factor up to a bound, shortened at random.
public struct Backoff: Sendable, Hashable {
  public var first: Duration
  public var factor: Double
  public var maximum: Duration
  /// The part of the pause, 0 to 1, that is left to chance, so that many retries do not come at one moment.
  public var jitter: Double

  public init(
    first: Duration = .milliseconds(200), factor: Double = 2, maximum: Duration = .seconds(30), jitter: Double = 0.5
  ) {
    self.first = first
    self.factor = factor
    self.maximum = maximum
    self.jitter = jitter
  }

  /// The pause after so many failed attempts (1 or more).
  public func pause(afterAttempts attempts: Int, random: Double = .random(in: 0...1)) -> Duration {
    var pause = first
    for _ in 1..<max(attempts, 1) where pause < maximum { pause = pause * factor }
    return min(pause, maximum) * (1 - jitter * random)
  }
}
