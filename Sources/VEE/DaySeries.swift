// A local day of one series as rules and estimators see it: numbers of one scale, and slots they belong into.
public import MeterStore

/// The intervals of one local day.
///
/// Values are integers with `scale` digits behind the point. The day's slots are its whole intervals, numbered from 0; on
/// a day of 25 hours there are more of them.
public struct DaySeries: Sendable, Hashable {
  public let day: Int32
  /// From the day's begin to its end, in microseconds.
  public let instants: Range<Int64>
  /// Microseconds of an interval.
  public let step: Int64
  public let scale: UInt8
  /// Ends of the intervals, ascending.
  public var stamps: [Int64] = []
  public var values: [Int64] = []
  /// False where there is no value, or one that is no number or does not fit the scale.
  public var isNumber: [Bool] = []
  /// Whether the meter says that a counter has overflowed (category 4, index 1).
  public var hasOverflow: [Bool] = []

  /// How many intervals the day has.
  public var slotCount: Int { Int((instants.upperBound - instants.lowerBound) / step) }

  public init(day: Int32, instants: Range<Int64>, step: Int64, scale: UInt8) {
    self.day = day
    self.instants = instants
    self.step = max(step, 1)
    self.scale = scale
  }

  /// Takes the readings of a run that belong to the day.
  ///
  /// - Parameter overflow: numbers of the quality codes that tell of an overflow.
  public init(
    _ run: ReadingRun, day: Int32, instants: Range<Int64>, step: Int64, scale: UInt8, overflow: Set<Int32> = []
  ) {
    self.init(day: day, instants: instants, step: step, scale: scale)
    stamps.reserveCapacity(run.count)
    values.reserveCapacity(run.count)
    isNumber.reserveCapacity(run.count)
    for row in 0..<run.count where run.stamps[row] > instants.lowerBound && run.stamps[row] <= instants.upperBound {
      let value = Self.value(run, row, scale)
      stamps.append(run.stamps[row])
      values.append(value ?? 0)
      isNumber.append(value != nil)
    }
    hasOverflow = [Bool](repeating: false, count: stamps.count)
    guard !overflow.isEmpty else { return }
    for quality in run.qualities where overflow.contains(quality.code) {
      if let row = stamps.firstIndex(of: run.stamps[quality.row]) { hasOverflow[row] = true }
    }
  }

  /// The value of a row in a scale; nil where it is no number, or not one of that scale.
  static func value(_ run: ReadingRun, _ row: Int, _ scale: UInt8) -> Int64? {
    let own = run.scales[row]
    if own == scale { return run.mantissas[row] }
    guard own <= ReadingRun.mostDigits, scale <= ReadingRun.mostDigits else { return nil }
    if own < scale {
      let (value, overflow) = run.mantissas[row].multipliedReportingOverflow(by: tens(Int(scale - own)))
      return overflow ? nil : value
    }
    let (quotient, rest) = run.mantissas[row].quotientAndRemainder(dividingBy: tens(Int(own - scale)))
    return rest == 0 ? quotient : nil
  }

  /// The scale that holds all numbers of a run.
  static func scale(of run: ReadingRun) -> UInt8 {
    run.scales.reduce(0) { $1 <= ReadingRun.mostDigits ? max($0, $1) : $0 }
  }

  /// The slot an interval's end belongs to, and how far it is from where it should be, in microseconds.
  @inline(__always)
  public func slot(of stamp: Int64) -> (slot: Int, off: Int64) {
    let slot = (stamp - instants.lowerBound + step / 2) / step - 1
    return (Int(slot), stamp - instants.lowerBound - (slot + 1) * step)
  }

  /// The end of a slot.
  public func stamp(ofSlot slot: Int) -> Int64 { instants.lowerBound + Int64(slot + 1) * step }

  /// The values slot by slot; nil where there is none.
  public func slots() -> [Int64?] {
    var slots = [Int64?](repeating: nil, count: slotCount)
    for row in stamps.indices where isNumber[row] {
      let slot = slot(of: stamps[row]).slot
      if slots.indices.contains(slot) { slots[slot] = values[row] }
    }
    return slots
  }

  /// A value with its point.
  public func text(_ value: Int64) -> String { text(value, scale) }

  private func text(_ value: Int64, _ scale: UInt8) -> String {
    var run = ReadingRun()
    run.append(0, mantissa: value, scale: scale)
    return run.text(0) ?? ""
  }
}

/// 10 to a power of 0 to 18.
func tens(_ power: Int) -> Int64 { (0..<power).reduce(1) { number, _ in number * 10 } }
