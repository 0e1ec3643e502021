// What the store knows besides readings: meters, series, batches, files, refusals, explanations.
public import CIMModel

/// A meter or usage point that readings belong to.
public struct MeterRecord: Sendable, Hashable {
  public enum State: Int, Sendable, Hashable {
    case active = 0
    /// Nobody has said yet that the meter exists: its readings are kept, and not handed out before it is released.
    case held = 1
  }

  public var number: Int64
  public var mRID: String?
  public var name: String?
  public var usagePoint: String?
  public var state: State

  public init(number: Int64 = 0, mRID: String?, name: String?, usagePoint: String?, state: State = .active) {
    self.number = number
    self.mRID = mRID
    self.name = name
    self.usagePoint = usagePoint
    self.state = state
  }

  /// Whether this may be a meter that was found by one of its keys: a usage point has one meter after the other, each with
  /// an mRID, or a name, of its own.
  package func canBe(_ other: MeterRecord, foundBy key: String) -> Bool {
    guard key == usagePoint, key != name, key != mRID else { return true }
    if let mRID, let theirs = other.mRID { return mRID == theirs }
    if let name, let theirs = other.name { return name == theirs }
    return true
  }

  /// What it is called first: its mRID, its name, its usage point.
  public var key: String { mRID ?? name ?? usagePoint ?? "" }
  /// Whether it has a name of its own; others are known by their usage point only.
  public var isDevice: Bool { mRID != nil || name != nil }
  /// All that it is found by.
  public var keys: [String] {
    var all: [String] = []
    for key in [mRID, name, usagePoint] { if let key, !key.isEmpty, !all.contains(key) { all.append(key) } }
    return all
  }
}

/// A meter as those who write readings need it.
public struct KnownMeter: Sendable, Hashable {
  public var number: Int64
  public var state: MeterRecord.State
  /// Whether the call that handed it out has added it.
  public var isNew = false

  public init(number: Int64, state: MeterRecord.State) {
    self.number = number
    self.state = state
  }

  public init(_ record: MeterRecord) { self.init(number: record.number, state: record.state) }
}

/// The readings of one type of one meter.
public struct SeriesRecord: Sendable, Hashable {
  public var number: Int64
  public var meter: Int64
  /// "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0".
  public var readingType: String
  /// Whether the readings are of intervals, stamped at their end, or of instants.
  public var isInterval: Bool

  public init(number: Int64, meter: Int64, readingType: String, isInterval: Bool) {
    self.number = number
    self.meter = meter
    self.readingType = readingType
    self.isInterval = isInterval
  }
}

/// What is written together, and known from one time on: a file, a run of validation, an edit.
public struct Batch: Sendable, Hashable {
  /// "ingest", "vee", "edit".
  public var kind: String
  /// Where it comes from: a file's name, a partner, a rule set with its version.
  public var source: String
  /// Who had it done.
  public var author: String

  public init(kind: String, source: String, author: String) {
    self.kind = kind
    self.source = source
    self.author = author
  }
}

/// A batch as the store has numbered it.
public struct BatchRecord: Sendable, Hashable {
  public var number: Int64
  /// From when on its readings were known; never before that of the batch before it.
  public var recorded: Timestamp
  public var batch: Batch

  public init(number: Int64, recorded: Timestamp, batch: Batch) {
    self.number = number
    self.recorded = recorded
    self.batch = batch
  }
}

/// How far a file has been taken in.
public struct FileProgress: Sendable, Hashable {
  public enum State: Int, Sendable, Hashable {
    case underWay = 0
    case complete = 1
    /// The document ended in a breach; what came before it is stored.
    case broken = 2
  }

  /// What tells the file from others; see `ReadingIngest`.
  public var key: String
  public var name: String
  public var state: State
  /// MeterReading elements, or lines of CSV, whose readings are stored.
  public var done: Int64
  public var readings: Int64

  public init(key: String, name: String, state: State = .underWay, done: Int64 = 0, readings: Int64 = 0) {
    self.key = key
    self.name = name
    self.state = state
    self.done = done
    self.readings = readings
  }
}

/// A reading that was not taken in, as it came: nothing is lost.
public struct RefusedReading: Sendable, Hashable {
  public var meter: String
  public var readingType: String
  public var stamp: Timestamp?
  public var value: String?
  /// A word: "unknownMeter", "noTimeStamp", "olderThanRetention", …
  public var reason: String
  /// The code of Annex B that a reply would carry.
  public var replyCode: String

  public init(
    meter: String, readingType: String, stamp: Timestamp?, value: String?, reason: String, replyCode: String
  ) {
    self.meter = meter
    self.readingType = readingType
    self.stamp = stamp
    self.value = value
    self.reason = reason
    self.replyCode = replyCode
  }
}

/// Why a value is what it is, where a rule or a person made it so.
public struct Explanation: Sendable, Hashable {
  /// The rule or method by name, e.g. "spike" or "linear".
  public var rule: String
  /// What went into it, in words with numbers: "before 1.2, after 1.6, 3 intervals".
  public var inputs: String
  /// Version of rule and settings.
  public var version: String

  public init(rule: String, inputs: String, version: String) {
    self.rule = rule
    self.inputs = inputs
    self.version = version
  }
}
