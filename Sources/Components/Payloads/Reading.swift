// Register values, and values of intervals.
public import CIMModel

/// A value of one reading type at one instant.
///
/// - SeeAlso: IEC 61968-9, 5.3.3 (Figure 20)
public struct Reading: Sendable, Hashable {
  /// A ReadingReasonKind, e.g. "inquiry" or "serviceDisconnect".
  public var reason: String?
  public var timeStamp: Timestamp?
  /// An exact decimal as text, in the unit of the reading type after its multiplier.
  public var value: String
  /// The reading type's mRID: eighteen numbers joined by dots.
  public var readingType: String
  /// Quality codes (IEC 61968-9, Annex D); none: good.
  public var qualities: [String]

  public init(
    reason: String? = nil, timeStamp: Timestamp?, value: String, readingType: String, qualities: [String] = []
  ) {
    self.reason = reason
    self.timeStamp = timeStamp
    self.value = value
    self.readingType = readingType
    self.qualities = qualities
  }

  init(_ element: Element) {
    reason = element.text("reason")
    timeStamp = element.time("timeStamp")
    value = element.text("value") ?? ""
    readingType = element["ReadingType"]?.attribute("ref") ?? ""
    qualities = element.qualities
  }

  func write(into parent: inout Element) {
    parent.append("Readings") {
      $0.append("reason", reason)
      $0.append("timeStamp", timeStamp)
      $0.append("value", value)
      $0.append(qualities: qualities)
      $0.append("ReadingType", ref: readingType)
    }
  }
}

/// The values of consecutive intervals of one reading type.
///
/// - SeeAlso: IEC 61968-9, 5.3.3 (Figure 23)
public struct IntervalBlock: Sendable, Hashable {
  public var readingType: String
  public var intervalReadings: [IntervalReading]

  public init(readingType: String, intervalReadings: [IntervalReading]) {
    self.readingType = readingType
    self.intervalReadings = intervalReadings
  }

  init(_ element: Element) {
    readingType = element["ReadingType"]?.attribute("ref") ?? ""
    intervalReadings = element.all("IntervalReadings").map {
      IntervalReading(timeStamp: $0.time("timeStamp"), value: $0.text("value") ?? "", qualities: $0.qualities)
    }
  }

  func write(into parent: inout Element) {
    parent.append("IntervalBlocks") { block in
      for reading in intervalReadings {
        block.append("IntervalReadings") {
          $0.append("timeStamp", reading.timeStamp)
          $0.append("value", reading.value)
          $0.append(qualities: reading.qualities)
        }
      }
      block.append("ReadingType", ref: readingType)
    }
  }
}

/// The value of one interval.
public struct IntervalReading: Sendable, Hashable {
  /// The END of the interval (IEC 61968-9, 5.3.3).
  public var timeStamp: Timestamp?
  /// An exact decimal as text.
  public var value: String
  public var qualities: [String]

  public init(timeStamp: Timestamp?, value: String, qualities: [String] = []) {
    self.timeStamp = timeStamp
    self.value = value
    self.qualities = qualities
  }
}

extension Element {
  fileprivate var qualities: [String] {
    all("ReadingQualities").compactMap { $0["ReadingQualityType"]?.attribute("ref") }
  }

  fileprivate mutating func append(qualities: [String]) {
    for code in qualities { append("ReadingQualities") { $0.append("ReadingQualityType", ref: code) } }
  }
}
