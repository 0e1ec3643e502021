// The noun MeterReadings.
public import CIMModel

/// Payload of the noun MeterReadings: the values of any number of meters.
///
/// - SeeAlso: IEC 61968-9, 5.3.3 (Figure 19)
public struct MeterReadings: Sendable, Hashable {
  public static let noun = "MeterReadings"

  public var meterReadings: [MeterReading]

  public init(_ meterReadings: [MeterReading] = []) { self.meterReadings = meterReadings }

  /// Reads the root element; what is missing stays empty.
  public init(_ element: Element) { meterReadings = element.all("MeterReading").map(MeterReading.init) }

  /// All payloads of this noun in a message, together.
  public init(objects: [Element]) {
    meterReadings = objects.lazy.filter { $0.name == Self.noun }.flatMap { Self($0).meterReadings }
  }

  /// The profile's root element.
  public var element: Element {
    .profile(Self.noun) { root in
      for meterReading in meterReadings { root.append("MeterReading") { meterReading.write(into: &$0) } }
    }
  }

  /// Number of register and interval values.
  public var valueCount: Int { meterReadings.reduce(0) { $0 + $1.valueCount } }
}

/// The values of one meter.
public struct MeterReading: Sendable, Hashable {
  public var intervalBlocks: [IntervalBlock]
  public var meter: IdentifiedObject?
  public var readings: [Reading]
  public var usagePoint: IdentifiedObject?
  /// The period the values lie in.
  public var valuesInterval: DateTimeInterval?

  public init(
    intervalBlocks: [IntervalBlock] = [], meter: IdentifiedObject? = nil, readings: [Reading] = [],
    usagePoint: IdentifiedObject? = nil, valuesInterval: DateTimeInterval? = nil
  ) {
    self.intervalBlocks = intervalBlocks
    self.meter = meter
    self.readings = readings
    self.usagePoint = usagePoint
    self.valuesInterval = valuesInterval
  }

  init(_ element: Element) {
    intervalBlocks = element.all("IntervalBlocks").map(IntervalBlock.init)
    meter = element["Meter"].map(IdentifiedObject.init)
    readings = element.all("Readings").map(Reading.init)
    usagePoint = element["UsagePoint"].map(IdentifiedObject.init)
    valuesInterval = element["valuesInterval"].map(DateTimeInterval.init)
  }

  func write(into element: inout Element) {
    for block in intervalBlocks { block.write(into: &element) }
    element.append("Meter", meter)
    for reading in readings { reading.write(into: &element) }
    element.append("UsagePoint", usagePoint)
    element.append("valuesInterval", valuesInterval)
  }

  public var valueCount: Int { intervalBlocks.reduce(readings.count) { $0 + $1.intervalReadings.count } }
}
