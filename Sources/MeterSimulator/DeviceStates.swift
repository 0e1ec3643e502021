// What a meter and the devices behind it are like beyond their load: firmware, battery, clock, credit, load control, PAN.

public import CIMModel

/// State of meters and of the devices behind them.
///
/// What nobody has changed is a function of seed, meter and instant; only what was changed is stored, about 300 bytes a
/// meter.
public struct DeviceStates: Sendable {
  /// What was changed at one meter.
  public struct Changes: Sendable {
    public var firmware: String?
    /// Credit in thousandths of the currency, and the register in Wh at which it was that; nil: no prepayment.
    public var credit: (milli: Int64, register: Int64)?
    /// What the customer's button does; nil: nothing.
    public var armed: Switching?
    /// When demand was reset last.
    public var demandReset: Timestamp?
    public var clockSet: Timestamp?
    public var isTampered = false
    public var isPaired = false
    /// Until when a PAN device may join; nil: it may not.
    public var pairingUntil: Timestamp?
    /// Install code a device has to show to join.
    public var expectedInstallCode: String?
    /// What the display shows.
    public var text: String?
    /// Price the PAN device goes by, as the message has it.
    public var price: String?
    public var loadEvent: LoadEvent?

    public init() {}
  }

  /// What a switch does.
  public enum Switching: String, Sendable, Hashable { case close, open }

  /// A load control event at one device.
  public struct LoadEvent: Sendable, Hashable {
    public enum State: String, Sendable { case scheduled, started, stopped, optedOut, cancelled }
    /// Of the control.
    public var mRID: String?
    public var start: Timestamp
    public var end: Timestamp
    public var state: State
    /// Of the request.
    public var correlationID: String?
    /// Share of the device's load that is switched off while it lasts, in percent.
    public var reduction: UInt8

    public init(
      mRID: String?, start: Timestamp, end: Timestamp, state: State, correlationID: String?, reduction: UInt8 = 100
    ) {
      self.reduction = min(reduction, 100)
      self.mRID = mRID
      self.start = start
      self.end = end
      self.state = state
      self.correlationID = correlationID
    }
  }

  private let seed: UInt64
  private var changes: [Int: Changes] = [:]

  public init(seed: UInt64) { self.seed = seed }

  /// What was changed at a meter; assigning keeps it.
  public subscript(meter: Int) -> Changes {
    get { changes[meter] ?? Changes() }
    set { changes[meter] = newValue }
  }

  /// Meters at which something was changed.
  public var touched: [Int] { changes.keys.sorted() }

  /// Version of the firmware, e.g. "2.3.1".
  public func firmware(of meter: Int) -> String {
    if let version = changes[meter]?.firmware { return version }
    return "2.\(SplitMix64.hash(seed, meter, .firmware) % 4).\(SplitMix64.hash(seed, meter, .clock) % 3)"
  }

  /// What the load control device behind a meter has of the customer's load, in percent: 20 to 60, as a water heater or
  /// the heating.
  public func controllable(of meter: Int) -> UInt8 {
    UInt8(20 + SplitMix64.hash(seed, meter, .controllable) % 41)
  }

  /// Charge of the battery in percent: 100 when the meter was installed, a tenth of it after ten to twenty years.
  public func battery(of meter: SimulatedMeter, at time: Timestamp) -> Int {
    let years = max(0, time.seconds(since: meter.installed)) / (365.25 * 86_400)
    let life = 10 + 10 * SplitMix64.fraction(seed, meter.index, .battery)
    return Int((100 * max(0, 1 - 0.9 * years / life)).rounded())
  }

  /// By how many milliseconds the meter's clock is ahead: up to two seconds a day either way since it was set.
  public func clockDrift(of meter: SimulatedMeter, at time: Timestamp) -> Int {
    let set = changes[meter.index]?.clockSet ?? meter.installed
    // Head ends set clocks at least once a week.
    let days = min(max(0, time.seconds(since: set)) / 86_400, 7)
    return Int(days * (4_000 * SplitMix64.fraction(seed, meter.index, .clock) - 2_000))
  }

  /// Seconds by which a device delays the start or end of a load control event, so that not all act at once.
  public func delay(of meter: Int, event: String, limit: Int64) -> Int64 {
    guard limit > 0 else { return 0 }
    let key = event.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    return Int64(SplitMix64.hash(key, meter, .randomisation) % UInt64(limit + 1))
  }
}
