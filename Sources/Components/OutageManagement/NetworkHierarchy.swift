// What an OMS knows of the network: which meter hangs behind which devices.

/// Meters behind the devices that feed them: a radial tree, e.g. meter, transformer, section, feeder.
///
/// Meters are known by any of their identifiers, devices by one name each. Everything has a number, so that what is
/// reckoned with holds no text. A million meters with two identifiers each take some 300 MB.
public struct NetworkHierarchy: Sendable {
  /// One meter and where it hangs.
  public struct Place: Sendable, Hashable {
    public var meter: IdentifiedObject
    /// Name or mRID of its usage point.
    public var usagePoint: String?
    /// What feeds it, the nearest first: transformer, feeder.
    public var devices: [String]

    public init(meter: IdentifiedObject, usagePoint: String? = nil, devices: [String]) {
      self.meter = meter
      self.usagePoint = usagePoint
      self.devices = devices
    }

    public init(meter: IdentifiedObject, transformer: String, feeder: String) {
      self.init(meter: meter, devices: [transformer, feeder])
    }

    /// The device next to the meter; empty where none is known.
    public var transformer: String { devices.first ?? "" }
    /// The device farthest from it.
    public var feeder: String { devices.last ?? "" }
  }

  /// A device and what hangs on it, by number.
  struct Device: Sendable {
    var name: String
    /// Nil at the top.
    var parent: Int?
    /// 0 next to the meters.
    var level: Int
    var devices: [Int32] = []
    var meters: [Int32] = []
    /// Meters on it and on all devices below it.
    var meterCount = 0
  }

  struct Meter: Sendable {
    var object: IdentifiedObject
    var usagePoint: String?
    /// Next to it; -1 where none is known.
    var device: Int32
  }

  /// Levels of devices at most.
  public static let depthLimit = 8
  /// Identifiers of a meter that are kept, its mRID first.
  public static let identifierLimit = 8
  /// Usage points without meter that are kept.
  public static let usagePointLimit = 2_000_000

  /// What the devices of each level are, the nearest to the meters first: "transformer", "section", "feeder".
  public let levels: [String]
  private(set) var devices: [Device] = []
  private(set) var meters: [Meter] = []
  private var index: [String: Int32] = [:]
  private var deviceIndex: [String: Int32] = [:]
  /// What feeds usage points whose meters are not known.
  private var byUsagePoint: [String: [String]] = [:]

  public init(_ places: some Sequence<Place> = [], levels: [String] = ["transformer", "feeder"]) {
    self.levels = levels
    for place in places { add(place) }
  }

  public var meterCount: Int { meters.count }
  public var deviceCount: Int { devices.count }

  /// Adds a meter; one that is known stays where it is, as does a device that is known.
  ///
  /// - Returns: whether it is new.
  @discardableResult
  public mutating func add(_ place: Place) -> Bool {
    guard place.meter.identifiers.first != nil, number(of: place.meter) == nil else { return false }
    let meter = Int32(meters.count)
    var object = place.meter
    object.names = Array(object.names.prefix(Self.identifierLimit - (object.mRID == nil ? 0 : 1)))
    for identifier in object.identifiers where index[identifier] == nil { index[identifier] = meter }
    let device = self.device(place.devices.prefix(Self.depthLimit))
    meters.append(Meter(object: object, usagePoint: place.usagePoint, device: Int32(device ?? -1)))
    guard let device else { return true }
    devices[device].meters.append(meter)
    for device in path(from: device) { devices[device].meterCount += 1 }
    return true
  }

  /// Keeps what feeds a usage point until a meter of it is heard of.
  ///
  /// - Parameter identifiers: its mRID and names.
  public mutating func add(usagePoint identifiers: [String], devices: [String]) {
    for identifier in identifiers where byUsagePoint.count < Self.usagePointLimit || byUsagePoint[identifier] != nil {
      byUsagePoint[identifier] = devices
    }
  }

  func devices(ofUsagePoint identifier: String) -> [String]? { byUsagePoint[identifier] }

  /// The number of the nearest of the devices named, which are made where they do not exist.
  private mutating func device(_ names: ArraySlice<String>) -> Int? {
    var parent: Int?
    for (level, name) in names.enumerated().reversed() where !name.isEmpty {
      if let known = deviceIndex[name] {
        parent = Int(known)
        continue
      }
      deviceIndex[name] = Int32(devices.count)
      devices.append(Device(name: name, parent: parent, level: level))
      if let parent { devices[parent].devices.append(Int32(devices.count - 1)) }
      parent = devices.count - 1
    }
    return parent
  }

  /// Where a meter hangs; nil for one that is not known.
  public func place(of meter: IdentifiedObject) -> Place? { number(of: meter).map(place(ofMeter:)) }

  func place(ofMeter number: Int) -> Place {
    let meter = meters[number]
    let devices = meter.device < 0 ? [] : path(from: Int(meter.device)).map { self.devices[$0].name }
    return Place(meter: meter.object, usagePoint: meter.usagePoint, devices: devices)
  }

  /// The number of a meter, by any of its identifiers.
  func number(of meter: IdentifiedObject) -> Int? {
    if let mRID = meter.mRID, let found = index[mRID] { return Int(found) }
    return meter.names.lazy.compactMap { index[$0] }.first.map { Int($0) }
  }

  /// A device and all above it, at most `depthLimit`.
  func path(from device: Int) -> [Int] {
    var path = [device]
    while path.count < Self.depthLimit, let parent = devices[path[path.count - 1]].parent { path.append(parent) }
    return path
  }

  /// What a device is, e.g. "transformer".
  func kind(of device: Int) -> String {
    let level = devices[device].level
    return levels.indices.contains(level) ? levels[level] : "device"
  }

  /// Calls the body with each device next to meters on or below a device, in the order in which they were added, until it
  /// returns false.
  func forEachLeaf(of device: Int, _ body: (Int) -> Bool) {
    var open = [Int32(device)]
    while let next = open.popLast() {
      let device = devices[Int(next)]
      if !device.meters.isEmpty, !body(Int(next)) { return }
      open += device.devices.reversed()
    }
  }
}
