// GetMeterReadings as a question to a store.
public import CIMCodes
public import CIMModel
public import MeterStore

/// What readings somebody on the bus wants: a query by example, in which objects of one kind are alternatives and kinds
/// narrow each other.
///
/// - SeeAlso: IEC 61968-9, Annex J (Figure J.2)
public struct ReadingInquiry: Sendable {
  /// An object that the question names, by all its identifiers.
  public struct Named: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
      case endDevice = "EndDevice"
      case usagePoint = "UsagePoint"
      case endDeviceGroup = "EndDeviceGroup"
      case usagePointGroup = "UsagePointGroup"
    }

    public var kind: Kind
    /// mRID first, then names.
    public var identifiers: [String]

    public init(_ kind: Kind, _ identifiers: [String]) {
      self.kind = kind
      self.identifiers = identifiers
    }

    public var label: String { identifiers.first ?? "(unnamed)" }
  }

  /// What is wrong with a question or could not be found, in terms of a Reply.
  public struct Problem: Error, Sendable, Hashable {
    /// A code of Annex B.
    public var code: String
    public var reason: String
    /// Which object; nil where it is the question itself.
    public var object: Named?

    public init(_ code: String, _ reason: String, object: Named? = nil) {
      self.code = code
      self.reason = reason
      self.object = object
    }
  }

  /// The last reading of a page, after which the next page begins.
  public struct Marker: Sendable, Hashable, LosslessStringConvertible {
    public var meter: Int64
    public var series: Int64
    public var stamp: Int64

    public init(meter: Int64, series: Int64, stamp: Int64) {
      self.meter = meter
      self.series = series
      self.stamp = stamp
    }

    public init?(_ description: String) {
      let parts = description.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
      guard parts.count == 3, let meter = parts[0], let series = parts[1], let stamp = parts[2], meter > 0, series > 0
      else { return nil }
      self.init(meter: meter, series: series, stamp: stamp)
    }

    public var description: String { "\(meter).\(series).\(stamp)" }
  }

  /// None: every meter.
  public var objects: [Named] = []
  /// None: every type.
  public var readingTypes: [ReadingTypePattern] = []
  /// Readings with one of these codes, "3.8.0" or "3.8.*"; none: whatever their qualities.
  public var qualities: [String] = []
  public var periods: ReadingPeriods
  /// What was known at this time; nil: now.
  public var asOf: Timestamp?
  /// Readings on a page; nil: all, or too many.
  public var limit: Int?
  public var after: Marker?

  public init(_ periods: ReadingPeriods) { self.periods = periods }

  public struct Answer: Sendable {
    /// By meter, in order of the store's numbers.
    public var series: [SeriesReadings] = []
    /// Objects that the store does not know.
    public var unknown: [Named] = []
    /// Meters named one by one that the store knows, and has no such readings of.
    public var empty: [(object: Named, meter: MeterRecord)] = []
    public var problems: [Problem] = []
    /// Where the next page begins; nil: this is the last.
    public var next: Marker?
    /// Number of readings.
    public var count = 0
  }
}
