// From what meters tell to outages: a state machine without bus, clock or input of its own.
public import CIMModel

/// Finds outages in last gasps, restorations and answers of meters that were asked.
///
/// It is fed with events and times and asked for what follows: questions to meters (`takeQuestions`) and outages that have
/// changed (`takeChanges`). An event takes constant work, a step up the network each; a device is gone through once when it is found out, once when it is restored.
///
/// 1. A loss is held off. Power that is back in time was momentary; what is told twice counts once; what is told late
///    counts by the time it happened.
/// 2. When its time is over, the losses on a device are one outage where enough of its meters have told, and go up the
///    network as long as enough of the devices at one level are out at about the same time; others are outages of single services.
/// 3. Where evidence is thin, meters are asked: silent ones behind the device, one that told, or one of a neighbour. A silent
///    one with power: the outage is a smaller one. The meter that told has power: it was no outage, or it is over.
/// 4. When enough meters have told of power restored, the others are asked; what does not answer is an outage of its own.
///
/// Memory: 16 bytes a meter of the network, 32 a device, open outages, and closed ones up to the limit.
public struct OutageAnalysis: Sendable {
  /// The numbers it goes by.
  public struct Configuration: Sendable, Hashable {
    /// Share of a device's meters that have to tell of it before it is out, 0 to 1.
    public var outageShare = 0.5
    /// Meters that have to tell at least, where the device has as many.
    public var minimumMeters = 2
    /// Share of the devices on a device that have to be out before it is taken to be out itself, 0 to 1.
    public var groupShare = 0.75
    /// Losses further apart than this, in seconds, do not belong to one outage; meters' clocks differ by less.
    public var coherence: Int64 = 30
    /// Seconds between a loss and its judgement.
    public var holdOff: Int64 = 60
    /// Interruptions up to so many seconds are momentary: no outages.
    public var momentaryLimit: Int64 = 60
    /// Whether a meter that is out alone is an outage.
    public var findsServices = true
    /// Silent meters of an outage that are asked.
    public var silentAsked = 3
    /// Whether one of the meters that told is asked.
    public var asksTold = true
    /// How often a meter is asked before it counts as one without power, and the seconds between.
    public var attempts = 3
    public var attemptPause: Int64 = 10
    /// Share of the meters without power that have to tell of its return before the outage is over, 0 to 1.
    public var closingShare = 0.5
    /// Seconds after that when the others are asked; nil: they are not, and the outage is closed at once.
    public var restorationHold: Int64? = 120
    /// Seconds after which a meter of an outage that nobody has told of since is asked again; nil: never.
    public var recheck: Int64? = 1800
    /// Closed outages kept; the oldest give way.
    public var outageLimit = 10_000
    /// Single meters that are no part of the network and are learnt from their events.
    public var learningLimit = 0

    public init() {}

    /// Decides at once by what has been told, without hold-off and second questions: for exchanges that are watched.
    public static var immediate: Configuration {
      var configuration = Configuration()
      (configuration.holdOff, configuration.momentaryLimit, configuration.findsServices) = (0, 0, false)
      (configuration.silentAsked, configuration.asksTold, configuration.attempts) = (1, false, 1)
      (configuration.restorationHold, configuration.recheck) = (nil, nil)
      return configuration
    }
  }

  /// What it has counted since the beginning.
  public struct Counts: Sendable, Hashable {
    public var losses = 0
    public var restorations = 0
    /// Told more than once.
    public var duplicates = 0
    /// Told after something that happened later.
    public var late = 0
    /// Interruptions that were over in time.
    public var momentary = 0
    public var unknownMeters = 0
    public var questions = 0
    public var confirmed = 0
    public var falseAlarms = 0
    public var closed = 0
  }

  struct MeterCondition {
    /// When it last lost or got power, by its clock, in microseconds.
    var changed = Int64.min
    /// The outage it is part of.
    var outage: Int32 = -1
    var isOut = false
    /// Taken to be out because it did not answer.
    var isAssumed = false
  }

  struct DeviceCondition {
    /// When enough of it was out, and when power was last seen behind it, in microseconds.
    var darkAt = Int64.min
    var aliveAt = Int64.min
    var outage: Int32 = -1
    /// Meters out next to it, devices out on it.
    var metersOut: Int32 = 0
    var devicesOut: Int32 = 0
    var isDark = false
    /// A silent meter behind it had power: it is not out, though much behind it is.
    var isRefuted = false
    var isPending = false
  }

  /// A question to a meter.
  public struct Question: Sendable {
    enum Kind { case silent, neighbour, told, remaining }
    public let meter: IdentifiedObject
    /// What the outage was told of with.
    public let correlationID: String?
    let number: Int
    let outage: Int
    let kind: Kind
    var attempt = 1
  }

  /// What a meter's answer tells.
  public enum Answer: Sendable { case hasPower, silent, unknown }

  let configuration: Configuration
  public internal(set) var network: NetworkHierarchy
  public internal(set) var counts = Counts()
  var meters: [MeterCondition] = []
  var devices: [DeviceCondition] = []
  var open: [Int: OutageRecord] = [:]
  var finished = FirstInFirstOut<Outage>()
  var number = 0
  var time = Timestamp(microseconds: .min)
  /// CorrelationID of what is being told.
  public var correlationID: String?

  /// Devices (from 0), or single meters (-1 - meter), whose losses are judged at a time, in microseconds, and what the
  /// first of the losses was told with.
  var pending = FirstInFirstOut<(place: Int32, due: Int64, correlationID: String?)>()
  var retries = FirstInFirstOut<(question: Question, due: Int64)>()
  var checks = FirstInFirstOut<(outage: Int, due: Int64)>()
  var rechecks = FirstInFirstOut<(outage: Int, due: Int64)>()
  var questions = FirstInFirstOut<Question>()
  /// Whether changes of outages are kept until they are taken.
  public var keepsChanges = false
  var changed = FirstInFirstOut<Int>()
  var ended = FirstInFirstOut<Change>()

  /// An outage that is to be told of.
  public struct Change: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case created, changed, closed }
    public var kind: Kind
    /// What it is to the public, which hears of an outage from when it is confirmed; nil where it hears nothing.
    public var publicKind: Kind?
    public var outage: Outage
    public var correlationID: String?
  }

  public init(network: NetworkHierarchy, configuration: Configuration = .init()) {
    self.network = network
    self.configuration = configuration
    grow()
  }

  // MARK: What is known

  /// All outages that are kept, in the order of their detection.
  public var outages: [Outage] { (finished.all + open.values.map(outage(of:))).sorted { $0.number < $1.number } }

  /// Those that are not closed, in the order of their detection.
  public var openOutages: [Outage] { open.values.map(outage(of:)).sorted { $0.number < $1.number } }

  /// The outage with a number, while it is kept.
  public func outage(_ number: Int) -> Outage? {
    open[number].map(outage(of:)) ?? finished.all.last { $0.number == number }
  }

  /// When something falls due next; nil where nothing does.
  public var nextDue: Timestamp? {
    [pending.first?.due, retries.first?.due, checks.first?.due, rechecks.first?.due].compactMap { $0 }.min()
      .map { Timestamp(microseconds: $0) }
  }

  /// Keeps what feeds a usage point whose meter is not known yet.
  public mutating func add(usagePoint identifiers: [String], devices: [String]) {
    network.add(usagePoint: identifiers, devices: devices)
  }

  /// Adds a meter to the network; one that is known stays where it is.
  public mutating func add(_ place: NetworkHierarchy.Place) {
    network.add(place)
    grow()
  }

  private mutating func grow() {
    while meters.count < network.meterCount { meters.append(MeterCondition()) }
    while devices.count < network.deviceCount { devices.append(DeviceCondition()) }
  }

  /// How far its clock has been put.
  public var now: Timestamp { time }

  // MARK: What falls due

  /// Puts the clock forward; what has fallen due is judged.
  public mutating func advance(to now: Timestamp) {
    time = max(time, now)
    let told = correlationID
    while let next = pending.first, next.due <= time.microseconds {
      _ = pending.popFirst()
      // Since a loss was told other messages have come: what follows from it goes by its own.
      correlationID = next.correlationID
      if next.place >= 0 { judge(device: Int(next.place)) } else { judge(meter: Int(-1 - next.place)) }
    }
    correlationID = told
    while let next = retries.first, next.due <= time.microseconds {
      _ = retries.popFirst()
      questions.append(next.question)
    }
    while let next = checks.first, next.due <= time.microseconds {
      _ = checks.popFirst()
      checkRestoration(next.outage)
    }
    while let next = rechecks.first, next.due <= time.microseconds {
      _ = rechecks.popFirst()
      recheck(next.outage)
    }
  }

  /// By how much clocks may differ, in microseconds.
  var tolerance: Int64 { configuration.coherence * 1_000_000 }

  /// Whether two instants differ by no more than so many microseconds, however far they are apart.
  func isNear(_ first: Int64, _ second: Int64, within limit: Int64) -> Bool {
    let (difference, isTooMuch) = first.subtractingReportingOverflow(second)
    return !isTooMuch && difference.magnitude <= limit
  }

  func due(in seconds: Int64) -> Int64 { time.microseconds &+ seconds * 1_000_000 }

  // MARK: The network's state

  /// Notes that a meter has lost or got power, and what follows for the devices above it.
  mutating func set(_ meter: Int, isOut: Bool, at microseconds: Int64) {
    guard meters[meter].isOut != isOut else { return }
    meters[meter].isOut = isOut
    meters[meter].isAssumed = false
    let device = Int(network.meters[meter].device)
    guard device >= 0 else { return }
    devices[device].metersOut += isOut ? 1 : -1
    darken(device, at: microseconds)
  }

  private mutating func darken(_ device: Int, at microseconds: Int64) {
    var device = device
    for _ in 0..<NetworkHierarchy.depthLimit {
      let isDark = isMostlyOut(device)
      guard devices[device].isDark != isDark else { return }
      devices[device].isDark = isDark
      if isDark { (devices[device].darkAt, devices[device].isRefuted) = (microseconds, false) }
      guard let parent = network.devices[device].parent else { return }
      devices[parent].devicesOut += isDark ? 1 : -1
      device = parent
    }
  }

  private func isMostlyOut(_ device: Int) -> Bool {
    let (condition, place) = (devices[device], network.devices[device])
    if !place.meters.isEmpty {
      let members = place.meters.count
      let share = Int((Double(members) * configuration.outageShare).rounded(.up))
      return condition.metersOut >= max(1, share, min(configuration.minimumMeters, members))
    }
    return condition.devicesOut >= neededDevices(of: place.devices.count)
  }

  func neededDevices(of count: Int) -> Int { max(1, Int((Double(count) * configuration.groupShare).rounded(.up))) }

  /// Power was seen at a meter: everything above it has power too.
  mutating func sawPower(at meter: Int, _ microseconds: Int64) {
    let device = Int(network.meters[meter].device)
    guard device >= 0 else { return }
    for device in network.path(from: device) { devices[device].aliveAt = max(devices[device].aliveAt, microseconds) }
  }

  /// Whether a device is out for all that is known.
  func isOut(_ device: Int) -> Bool {
    let condition = devices[device]
    return condition.isDark && !condition.isRefuted
      && (condition.aliveAt == .min || condition.aliveAt <= condition.darkAt &+ tolerance)
  }
}
