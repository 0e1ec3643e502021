// Interval values made one by one, so that a request for a century costs time and no memory.

import CIMModel

/// The interval values of one meter, oldest first. They add up to the difference of the registers at its ends.
public struct IntervalValues: Sequence, Sendable {
  let reader: RegisterReader
  let first: Timestamp
  let step: Int64

  /// Number of intervals.
  public let count: Int

  public var underestimatedCount: Int { count }

  /// - Parameters:
  ///   - from: rounded up to the grid of the intervals.
  ///   - to: rounded down to it.
  ///   - step: seconds.
  init(_ reader: RegisterReader, from: Timestamp, to: Timestamp, step seconds: Int) {
    self.reader = reader
    let micros = Swift.min(Swift.max(0, seconds), 366 * 86_400) * 1_000_000
    guard micros > 0 else {
      (first, step, count) = (from, 0, 0)
      return
    }
    let (before, rest) = floorDivide(from.boundedMicroseconds, micros)
    let firstStep = rest == 0 ? before : before + 1
    let lastStep = floorDivide(to.boundedMicroseconds, micros).quotient
    first = Timestamp(microseconds: Int64(firstStep * micros))
    step = Int64(micros)
    count = Swift.max(0, lastStep - firstStep)
  }

  public func makeIterator() -> Iterator { Iterator(self) }

  public struct Iterator: IteratorProtocol {
    private var reader: RegisterReader
    private var end: Timestamp
    private var before: RegisterValue
    private let step: Int64
    private var left: Int

    init(_ values: IntervalValues) {
      reader = values.reader
      end = values.first
      step = values.step
      left = values.count
      before = left > 0 ? reader.register(at: end) : RegisterValue(forward: 0, reverse: 0)
    }

    public mutating func next() -> IntervalValue? {
      guard left > 0 else { return nil }
      left -= 1
      end.microseconds += step
      let register = reader.register(at: end)
      let energy = register - before
      before = register
      return IntervalValue(end: end, forward: energy.forward, reverse: energy.reverse)
    }
  }
}

/// Reads one meter at rising instants.
struct RegisterReader: Sendable {
  var meter: LoadMeter
  let history: SupplyHistory?

  mutating func register(at time: Timestamp) -> RegisterValue {
    let demanded = meter.energy(at: time)
    return RegisterValue(history?.counted(at: time, demanded: demanded) ?? demanded)
  }
}
