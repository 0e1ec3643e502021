// A storm over a fleet: what fails and for how long, the truth an OMS is held against.

public import CIMModel

/// Interruptions of feeders, sections, transformers and single services, drawn by a seed.
///
/// Some of the interruptions of feeders and sections begin with a switch that tries again: power goes, comes back for some
/// seconds, and goes for good. When some of them are over, a transformer or a single service behind them is still out: it
/// was hit too, and that is an outage of its own. Others that last do not lie within each other.
public struct Storm: Sendable {
  /// How bad it is.
  public struct Plan: Sendable, Hashable {
    /// Share of the meters that lose power.
    public var share = 0.2
    /// Share of those that lose it for less than a minute.
    public var momentaryShare = 0.05
    /// Share of transmissions that are lost.
    public var loss = 0.0
    /// Share of messages that are transmitted twice.
    public var duplicates = 0.1
    /// Seconds in which all begins.
    public var duration = 3600
    public var seed: UInt64

    public init(seed: UInt64) { self.seed = seed }
  }

  public enum Kind: String, Sendable, Hashable, CaseIterable { case service, transformer, section, feeder }

  /// One interruption.
  public struct Interruption: Sendable, Hashable {
    public var kind: Kind
    /// Number of the feeder, section, transformer or meter.
    public var number: Int
    public var meters: Range<Int>
    public var began: Timestamp
    public var ended: Timestamp
    /// Over in less than a minute: no outage.
    public var isMomentary: Bool
    /// Lies within another interruption, and goes on when that one is over.
    public var isNested = false
    /// Meters that do not get power back when it is over, as something of their own is broken.
    var stillOut = 0..<0
  }

  public let plan: Plan
  /// In the order of their beginning.
  public private(set) var interruptions: [Interruption] = []

  /// Draws a storm.
  ///
  /// - Parameter start: the first second in which something may happen.
  public init(over fleet: MeterFleet, start: Timestamp, plan: Plan) {
    self.plan = plan
    var dice = SplitMix64(seed: plan.seed)
    var taken = [Bool](repeating: false, count: fleet.count)
    let wanted = Double(fleet.count) * min(max(plan.share, 0), 0.9)
    let momentary = min(max(plan.momentaryShare, 0), 1)
    // Of the meters that lose power: how many by what, the largest first.
    let lasting: [(Kind, Double)] = [(.feeder, 0.2), (.section, 0.5), (.transformer, 0.25), (.service, 0.05)]
    let brief: [(Kind, Double)] = [(.section, 0.4), (.transformer, 0.4), (.service, 0.2)]
    for (kind, share) in lasting {
      draw(kind, wanted * share * (1 - momentary), false, fleet, start, &taken, &dice)
    }
    for (kind, share) in brief { draw(kind, wanted * share * momentary, true, fleet, start, &taken, &dice) }
    interruptions.sort { ($0.began, $0.meters.lowerBound) < ($1.began, $1.meters.lowerBound) }
  }

  private mutating func draw(
    _ kind: Kind, _ wanted: Double, _ isMomentary: Bool, _ fleet: MeterFleet, _ start: Timestamp,
    _ taken: inout [Bool], _ dice: inout SplitMix64
  ) {
    let topology = fleet.topology
    let count =
      switch kind {
      case .service: topology.meters
      case .transformer: topology.transformers
      case .section: topology.sections
      case .feeder: topology.feeders
      }
    guard count > 0 else { return }
    var left = wanted
    // A place that is taken is drawn in vain; the bound ends what finds no place any more.
    for _ in 0..<count * 4 where left >= 1 {
      let number = Int.random(in: 0..<count, using: &dice)
      let meters = Self.meters(of: kind, number, topology)
      guard !meters.isEmpty, Self.isDistinct(kind, number, topology), !taken[meters].contains(true) else { continue }
      for meter in meters { taken[meter] = true }
      left -= Double(meters.count)
      let began = start.adding(
        microseconds: Int64.random(in: 0..<Int64(max(1, plan.duration)) * 1_000_000, using: &dice))
      let seconds = isMomentary ? Int64.random(in: 1...50, using: &dice) : Int64.random(in: 600...10_800, using: &dice)
      var interruption = Interruption(
        kind: kind, number: number, meters: meters, began: began, ended: began.adding(seconds: seconds),
        isMomentary: isMomentary)
      if !isMomentary, kind == .feeder || kind == .section, Double.random(in: 0..<1, using: &dice) < 0.2 {
        var attempt = interruption
        attempt.isMomentary = true
        attempt.ended = began.adding(seconds: Int64.random(in: 2...8, using: &dice))
        interruptions.append(attempt)
        interruption.began = attempt.ended.adding(seconds: Int64.random(in: 2...20, using: &dice))
      }
      if !isMomentary, kind == .feeder || kind == .section, Double.random(in: 0..<1, using: &dice) < 0.2 {
        let nested = Self.nested(in: interruption, topology, &dice)
        interruption.stillOut = nested.meters
        interruptions.append(nested)
      }
      interruptions.append(interruption)
    }
  }

  /// Something behind an interruption that is broken too and takes longer.
  private static func nested(
    in interruption: Interruption, _ topology: FleetTopology, _ dice: inout SplitMix64
  ) -> Interruption {
    var nested = interruption
    let meter = Int.random(in: interruption.meters, using: &dice)
    let transformer = topology.transformer(of: meter)
    let isService = Bool.random(using: &dice) || topology.meters(onTransformer: transformer).count < 2
    (nested.kind, nested.number) = isService ? (.service, meter) : (.transformer, transformer)
    nested.meters = isService ? meter..<meter + 1 : topology.meters(onTransformer: transformer)
    nested.ended = interruption.ended.adding(seconds: Int64.random(in: 1800...7200, using: &dice))
    nested.isNested = true
    return nested
  }

  private static func meters(of kind: Kind, _ number: Int, _ topology: FleetTopology) -> Range<Int> {
    switch kind {
    case .service: number..<number + 1
    case .transformer: topology.meters(onTransformer: number)
    case .section: topology.meters(inSection: number)
    case .feeder: topology.meters(onFeeder: number)
    }
  }

  /// Whether a device can be told from the only one that hangs on it.
  private static func isDistinct(_ kind: Kind, _ number: Int, _ topology: FleetTopology) -> Bool {
    switch kind {
    case .service: topology.meters(onTransformer: topology.transformer(of: number)).count > 1
    case .transformer: topology.meters(onTransformer: number).count > 1
    case .section: topology.transformers(inSection: number).count > 1
    case .feeder:
      topology.section(ofTransformer: topology.transformer(of: topology.meters(onFeeder: number).upperBound - 1))
        > number * topology.sectionsPerFeeder
    }
  }

  /// Lets the storm pass over a fleet.
  ///
  /// - Returns: what arrives at the head end, in the order of arrival: some of it twice, some of it not at all, all of it stamped
  ///   by clocks that are up to 14 s wrong.
  public func strike(_ fleet: inout MeterFleet) -> [PowerSignal] {
    var turns: [(time: Timestamp, isEnd: Bool, meters: Range<Int>)] = []
    for interruption in interruptions {
      if !interruption.isNested { turns.append((interruption.began, false, interruption.meters)) }
      for meters in interruption.restored { turns.append((interruption.ended, true, meters)) }
    }
    turns.sort { ($0.time, $0.meters.lowerBound) < ($1.time, $1.meters.lowerBound) }
    var dice = SplitMix64(seed: plan.seed &+ 0x5707_2011)
    var signals: [PowerSignal] = []
    for turn in turns {
      let sent =
        turn.isEnd
        ? fleet.restore(turn.meters, at: turn.time, lossShare: 0)
        : fleet.outage(of: turn.meters, at: turn.time, lossShare: 0)
      for signal in sent {
        let times = Double.random(in: 0..<1, using: &dice) < plan.duplicates ? 2 : 1
        for transmission in 0..<times where Double.random(in: 0..<1, using: &dice) >= plan.loss {
          let later = transmission == 0 ? 0 : Int64.random(in: 1_000_000...30_000_000, using: &dice)
          signals.append(
            PowerSignal(
              kind: signal.kind, meter: signal.meter, occurred: stamp(signal, fleet.seed),
              received: signal.received.adding(microseconds: later)))
        }
      }
    }
    signals.sort { ($0.received, $0.meter) < ($1.received, $1.meter) }
    return signals
  }

  /// When something happened by the meter's clock, which gains or loses up to two seconds a day since it was set within the week.
  private func stamp(_ signal: PowerSignal, _ seed: UInt64) -> Timestamp {
    let days = 7 * SplitMix64.fraction(seed, signal.meter, .clockSet)
    let drift = days * (4_000_000 * SplitMix64.fraction(seed, signal.meter, .clock) - 2_000_000)
    return signal.occurred.adding(microseconds: Int64(drift))
  }
}

extension Storm.Interruption {
  /// The meters that get power back when it is over.
  fileprivate var restored: [Range<Int>] {
    guard !stillOut.isEmpty else { return [meters] }
    return [meters.lowerBound..<stillOut.lowerBound, stillOut.upperBound..<meters.upperBound].filter { !$0.isEmpty }
  }
}

extension Timestamp {
  func adding(microseconds: Int64) -> Timestamp { Timestamp(microseconds: self.microseconds &+ microseconds) }
}
