// What is to be done with readings that are not as they should be.

/// Decisions on doubtful readings. Whatever is decided is counted in the `IngestReport`, and nothing is lost: what is
/// not taken in is kept beside the readings as it came.
public struct IngestPolicy: Sendable, Hashable {
  public enum UnknownMeters: String, Sendable, Hashable, CaseIterable {
    /// They are added.
    case create
    /// They are added, and their readings not handed out before somebody releases them.
    case hold
    /// Their readings are refused with 2.4.
    case reject
  }

  public enum Doubtful: String, Sendable, Hashable, CaseIterable {
    /// Taken in with quality 3.5.258.
    case suspect
    /// Not taken in, but kept beside.
    case refuse
  }

  public enum Duplicates: String, Sendable, Hashable, CaseIterable {
    /// The last one counts, with quality 3.5.258.
    case suspect
    /// The last one counts.
    case last
    /// The first one counts.
    case first
  }

  public var unknownMeters = UnknownMeters.create
  /// Readings from later than the clock says and `futureTolerance` seconds more.
  public var future = Doubtful.suspect
  public var futureTolerance: Int64 = 3600
  /// One instant twice in the same message with different values. From different messages the later is a correction.
  public var duplicates = Duplicates.suspect
  public enum OtherCommodities: String, Sendable, Hashable, CaseIterable {
    /// Not taken in, but kept beside.
    case refuse
    /// Taken in: a meter may measure several.
    case take
  }

  /// Readings of another commodity than all that is known of the meter: gas of an electricity meter.
  public var otherCommodities = OtherCommodities.refuse
  /// Readings older than so many days are refused with 5.7; nil keeps all.
  public var retentionDays: Int?
  /// Readings between two commits, about: so much is done again after a crash.
  public var readingsPerCommit = 1_000_000

  public init() {}
}
