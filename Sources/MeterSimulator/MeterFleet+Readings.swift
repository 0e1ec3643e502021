// Reading a fleet: registers, intervals, power, voltage, state.

public import CIMModel

extension MeterFleet {
  /// The registers of a meter at an instant, in Wh: 0 on the day of installation, monotonic in `time`.
  public func register(of meter: Int, at time: Timestamp) -> RegisterValue {
    var reader = reader(of: meter)
    return reader.register(at: time)
  }

  /// Interval values of a meter, oldest first, each stamped at its END.
  ///
  /// - Parameters:
  ///   - from: rounded up to a multiple of `step` since 1970-01-01T00:00:00Z.
  ///   - to: rounded down to one.
  ///   - step: length in seconds, up to a year; 0 or less gives no intervals.
  /// - Returns: a lazy sequence; its values add up exactly to the difference of the registers at its two ends.
  /// - SeeAlso: IEC 61968-9, 5.3
  public func intervals(of meter: Int, from: Timestamp, to: Timestamp, step: Int = 900) -> IntervalValues {
    IntervalValues(reader(of: meter), from: from, to: to, step: step)
  }

  /// Net power of a meter at an instant, in W: above 0 drawn, below 0 fed in, 0 while not supplied.
  ///
  /// Over time it agrees with the registers to within 3 percent: it flickers from second to second, energy does not.
  public func power(of meter: Int, at time: Timestamp) -> Int {
    let state = state(of: meter, at: time)
    guard state.isSupplied else { return 0 }
    var load = loadMeter(of: meter)
    let power = load.power(at: time)
    return power > 0 ? power * Int(state.drawn) / 100 : power
  }

  /// Voltage at a meter at an instant, in mV in steps of 100: about 230,000, or 0 during an outage.
  ///
  /// The meter measures before its switch, so a disconnected one has voltage. Load lowers it, feeding in raises it.
  public func voltage(of meter: Int, at time: Timestamp) -> Int {
    guard state(of: meter, at: time).isEnergised else { return 0 }
    let transformer = topology.transformer(of: meter)
    let minute = floorDivide(Int(time.microseconds), 60_000_000).quotient
    let atTransformer = Int(SplitMix64.hash(seed, transformer, .voltage) % 41) - 10
    let drift = Int(SplitMix64.hash(SplitMix64.hash(seed, transformer, .second), minute, .voltage) % 17) - 8
    let lineOhms = 0.05 + 0.25 * SplitMix64.fraction(seed, meter, .lineDrop)
    // A tenth of a volt: power / 230 V is the current, times the resistance of the line.
    let drop = Int(min(max(Double(power(of: meter, at: time)) / 230 * lineOhms * 10, -100), 150))
    return (2300 + atTransformer + drift - drop) * 100
  }

  /// State of a meter at an instant.
  public func state(of meter: Int, at time: Timestamp) -> MeterState {
    precondition(indices.contains(meter), "meter \(meter) of a fleet of \(count)")
    return histories[meter]?.state(at: time) ?? MeterState()
  }

  /// Indices of the meters without power at an instant, rising: the truth an outage management system should find.
  public func metersWithoutPower(at time: Timestamp) -> [Int] {
    histories.lazy.filter { !$0.value.state(at: time).isEnergised }.map(\.key).sorted()
  }

  func reader(of meter: Int) -> RegisterReader {
    RegisterReader(meter: loadMeter(of: meter), history: histories[meter])
  }

  func loadMeter(of meter: Int) -> LoadMeter {
    precondition(indices.contains(meter), "meter \(meter) of a fleet of \(count)")
    return LoadMeter(model, meter: meter, neighbourhood: topology.feeder(of: meter))
  }
}
