// What happens to meters: commands, outages, broken communication.

public import CIMModel

extension MeterFleet {
  /// Opens the switch of a meter: it draws nothing and its registers stand still until `connect`.
  ///
  /// - SeeAlso: IEC 61968-9, 5.4 (EndDeviceControls)
  @discardableResult
  public mutating func disconnect(_ meter: Int, at time: Timestamp) -> CommandOutcome {
    command(meter, at: time) { $0.isConnected = false }
  }

  /// Closes the switch of a meter.
  @discardableResult
  public mutating func connect(_ meter: Int, at time: Timestamp) -> CommandOutcome {
    command(meter, at: time) { $0.isConnected = true }
  }

  /// Breaks or mends the communication of a meter; it goes on counting meanwhile.
  ///
  /// - Returns: false when it was in that state already.
  @discardableResult
  public mutating func setOnline(_ isOnline: Bool, _ meter: Int, at time: Timestamp) -> Bool {
    change(meter, at: time) { $0.isOnline = isOnline } != nil
  }

  /// Lowers or restores what a customer draws, as when devices behind the meter are switched off and on.
  ///
  /// - Parameter percent: of the usual load; 100: as usual.
  public mutating func draw(_ percent: UInt8, _ meter: Int, at time: Timestamp) {
    _ = change(meter, at: time) { $0.drawn = min(percent, 100) }
  }

  /// Takes the power from meters.
  ///
  /// - Parameters:
  ///   - meters: indices, e.g. `topology.meters(onFeeder:)`. Those already without power are passed over.
  ///   - lossShare: how many last gasps are lost on the way, 0 to 1; which ones depends on the seed and the instant.
  /// - Returns: the last gasps that arrive, in the order of arrival; none of meters whose communication is broken.
  @discardableResult
  public mutating func outage(
    of meters: some Sequence<Int>, at time: Timestamp, lossShare: Double = 0.02
  ) -> [PowerSignal] {
    setEnergised(false, meters, at: time, lossShare: lossShare)
  }

  /// Gives the power back to meters.
  ///
  /// - Parameters:
  ///   - meters: those that have power are passed over.
  ///   - lossShare: how many messages of restoration are lost on the way, 0 to 1.
  /// - Returns: the messages of restoration that arrive, in the order of arrival.
  @discardableResult
  public mutating func restore(
    _ meters: some Sequence<Int>, at time: Timestamp, lossShare: Double = 0.02
  ) -> [PowerSignal] {
    setEnergised(true, meters, at: time, lossShare: lossShare)
  }

  /// Drops what is only needed to tell of instants before `time`; registers and states from then on stay as they are.
  /// For a fleet that runs for months.
  public mutating func forgetHistory(before time: Timestamp) {
    histories = histories.mapValues { history in
      var kept = history
      kept.forget(before: time)
      return kept
    }
  }

  private mutating func command(
    _ meter: Int, at time: Timestamp, _ edit: (inout MeterState) -> Void
  ) -> CommandOutcome {
    precondition(indices.contains(meter), "meter \(meter) of a fleet of \(count)")
    guard histories[meter]?.latest.isReachable ?? true else { return .unreachable }
    return change(meter, at: time, edit).map { .done(at: $0) } ?? .alreadySo
  }

  private mutating func setEnergised(
    _ isEnergised: Bool, _ meters: some Sequence<Int>, at time: Timestamp, lossShare: Double
  ) -> [PowerSignal] {
    let (kind, purpose, slowest): (PowerSignal.Kind, SplitMix64.Purpose, Double) =
      isEnergised ? (.restoration, .restoration, 60) : (.lastGasp, .lastGasp, 8)
    var signals: [PowerSignal] = []
    for meter in meters {
      guard let occurred = change(meter, at: time, { $0.isEnergised = isEnergised }),
        histories[meter]?.latest.isOnline ?? true
      else { continue }
      let key = SplitMix64.hash(seed, meter, purpose)
      let instant = Int(occurred.microseconds)
      guard SplitMix64.fraction(key, instant, purpose) >= lossShare else { continue }
      let delay = (0.05 + (slowest - 0.05) * SplitMix64.fraction(key, instant, .signalDelay)) * 1_000_000
      let received = Timestamp(microseconds: occurred.microseconds &+ Int64(delay))
      signals.append(PowerSignal(kind: kind, meter: meter, occurred: occurred, received: received))
    }
    return signals.sorted { ($0.received, $0.meter) < ($1.received, $1.meter) }
  }

  /// - Returns: when the change took effect; nil when there was nothing to change.
  private mutating func change(
    _ meter: Int, at time: Timestamp, _ edit: (inout MeterState) -> Void
  ) -> Timestamp? {
    precondition(indices.contains(meter), "meter \(meter) of a fleet of \(count)")
    var state = histories[meter]?.latest ?? MeterState()
    let before = state
    edit(&state)
    guard state != before else { return nil }
    let effective = histories[meter]?.effective(time) ?? time
    var load = loadMeter(of: meter)
    let demanded = load.energy(at: effective)
    histories[meter, default: SupplyHistory()].append(state, at: effective, demanded: demanded)
    return effective
  }
}
