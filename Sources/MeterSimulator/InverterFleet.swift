// A fleet of simulated inverters as one value.

public import CIMModel

/// Solar and battery inverters: what they can feed in is a function of seed and time, what they do follows from commands.
///
/// Every third is a battery, half full at the beginning; the others have panels. Power is in W, above zero where it is fed
/// in. Energy of batteries is counted as time goes on (`advance(to:)`); a battery that is empty or full stands still.
///
/// Known limits: no reactive power; losses are left out; the sun rises at six and sets at eighteen hours UTC.
public struct InverterFleet: Sendable {
  /// What an inverter has been told.
  private struct State {
    var isConnected = true
    /// W; nil: solar feeds in what it can, batteries stand still.
    var setpoint: Int?
    /// Wh.
    var charge = 0.0
  }

  public let count: Int
  private let seed: UInt64
  private let identity: Identity
  private var states: [State]
  /// Until when charges are counted.
  public private(set) var counted: Timestamp
  private static let prefix = "INV-"

  /// - Parameter count: 0 to 10,000; what is beyond counts as the nearest.
  public init(count: Int, seed: UInt64, start: Timestamp) {
    self.count = min(max(0, count), 10_000)
    self.seed = seed
    identity = Identity(seed: seed)
    states = []
    counted = start
    states = (0..<self.count).map { State(charge: Double(self[$0].capacity) / 2) }
  }

  public var indices: Range<Int> { 0..<count }

  /// An index outside the fleet stops the program, as with an array.
  public subscript(index: Int) -> SimulatedInverter {
    precondition(indices.contains(index), "inverter \(index) of a fleet of \(count)")
    let isStorage = index % 3 == 2
    // 5.0 to 10.0 kW in steps of 100 W, and batteries for two to four hours of it.
    let rated = 5_000 + 100 * Int(SplitMix64.hash(seed, index, .scale) % 51)
    let hours = 2 + Int(SplitMix64.hash(seed, index, .battery) % 3)
    return SimulatedInverter(
      index: index, mRID: identity.mRID(.inverter, index), name: Identity.name(Self.prefix, index + 1, digits: 4),
      source: isStorage ? .storage : .solar, rated: rated, capacity: isStorage ? rated * hours : 0)
  }

  /// The inverter with an mRID or a name; nil where there is none.
  public func index(of identifier: String) -> Int? {
    let index =
      identity.index(ofMRID: identifier, .inverter)
      ?? Identity.index(ofName: identifier, Self.prefix, digits: 4).map { $0 - 1 }
    return index.flatMap { indices.contains($0) ? $0 : nil }
  }

  /// What an inverter can feed in at a time, were it connected: from its lowest to its highest power. A battery's is that
  /// of its rating, whatever its charge.
  public func capability(of index: Int, at time: Timestamp) -> ClosedRange<Int> {
    let inverter = self[index]
    return inverter.source == .storage
      ? -inverter.rated...inverter.rated : 0...Int(Double(inverter.rated) * sun(of: index, at: time))
  }

  /// What it feeds in now.
  public func power(of index: Int, at time: Timestamp) -> Int {
    let state = states[index]
    guard state.isConnected else { return 0 }
    let able = capability(of: index, at: time)
    let inverter = self[index]
    let wanted = min(
      max(state.setpoint ?? (inverter.source == .solar ? able.upperBound : 0), able.lowerBound), able.upperBound)
    if inverter.source == .storage {
      if wanted > 0, state.charge <= 0 { return 0 }
      if wanted < 0, state.charge >= Double(inverter.capacity) { return 0 }
    }
    return wanted
  }

  public func isConnected(_ index: Int) -> Bool { states[index].isConnected }

  /// Share of its capacity that a battery holds, 0 to 1; nil without battery.
  public func stateOfCharge(of index: Int) -> Double? {
    let capacity = self[index].capacity
    return capacity == 0 ? nil : states[index].charge / Double(capacity)
  }

  /// Opens or closes the switch of an inverter.
  ///
  /// - Returns: false where it was in that position already.
  @discardableResult
  public mutating func setConnected(_ isConnected: Bool, _ index: Int) -> Bool {
    defer { states[index].isConnected = isConnected }
    return states[index].isConnected != isConnected
  }

  /// Shares out a power among inverters by what each can do; nil: each does as it likes.
  public mutating func dispatch(_ members: [Int], power: Int?, at time: Timestamp) {
    guard let power else {
      for index in members { states[index].setpoint = nil }
      return
    }
    var left = power
    var able = members.reduce(0) { $0 + reach(of: $1, towards: power, at: time) }
    for index in members {
      let reach = reach(of: index, towards: power, at: time)
      let share = able == 0 ? 0 : Int((Double(left) * Double(reach) / Double(able)).rounded())
      states[index].setpoint = share
      left -= share
      able -= reach
    }
  }

  /// Counts the energy of batteries up to a time; an earlier one changes nothing.
  public mutating func advance(to time: Timestamp) {
    let hours = time.seconds(since: counted) / 3600
    guard hours > 0 else { return }
    for index in indices where self[index].source == .storage {
      let charge = states[index].charge - Double(power(of: index, at: counted)) * hours
      states[index].charge = min(max(0, charge), Double(self[index].capacity))
    }
    counted = time
  }

  private func reach(of index: Int, towards power: Int, at time: Timestamp) -> Int {
    guard states[index].isConnected else { return 0 }
    let able = capability(of: index, at: time)
    return power < 0 ? able.lowerBound : able.upperBound
  }

  /// 0 at night to 1 at noon under a clear sky; clouds change every quarter of an hour.
  private func sun(of index: Int, at time: Timestamp) -> Double {
    let second = floorDivide(Int(time.microseconds / 1_000_000), 86_400).remainder
    let apart = abs(Double(second) / 3600 - 12) / 6
    guard apart < 1 else { return 0 }
    let quarter = Int(time.microseconds / 900_000_000)
    let cloud = SplitMix64.fraction(seed &+ UInt64(index), quarter, .cloud)
    return (1 - apart * apart) * (0.6 + 0.4 * cloud)
  }
}
