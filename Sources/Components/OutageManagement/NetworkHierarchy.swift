// What an OMS knows of the network: which meter hangs where.

/// Meters by transformer and feeder.
///
/// Meters are known by any of their identifiers; transformers and feeders by one name each. A million meters take some
/// 300 MB: a larger network needs a network model.
public struct NetworkHierarchy: Sendable {
  /// One meter and where it hangs.
  public struct Place: Sendable, Hashable {
    public var meter: IdentifiedObject
    public var transformer: String
    public var feeder: String

    public init(meter: IdentifiedObject, transformer: String, feeder: String) {
      self.meter = meter
      self.transformer = transformer
      self.feeder = feeder
    }
  }

  private var places: [Place] = []
  private var index: [String: Int] = [:]
  private var byTransformer: [String: [Int]] = [:]
  private var transformersByFeeder: [String: [String]] = [:]

  public init(_ places: some Sequence<Place> = []) {
    for place in places { add(place) }
  }

  public mutating func add(_ place: Place) {
    for identifier in place.meter.identifiers { index[identifier] = places.count }
    if byTransformer[place.transformer] == nil {
      transformersByFeeder[place.feeder, default: []].append(place.transformer)
    }
    byTransformer[place.transformer, default: []].append(places.count)
    places.append(place)
  }

  /// Where a meter hangs; nil for one that is not known.
  public func place(of meter: IdentifiedObject) -> Place? {
    meter.identifiers.lazy.compactMap { index[$0] }.first.map { places[$0] }
  }

  /// The meters on a transformer, in the order in which they were added.
  public func meters(onTransformer transformer: String) -> [IdentifiedObject] {
    (byTransformer[transformer] ?? []).map { places[$0].meter }
  }

  /// The transformers of a feeder, in the order in which they were added.
  public func transformers(onFeeder feeder: String) -> [String] { transformersByFeeder[feeder] ?? [] }
}
