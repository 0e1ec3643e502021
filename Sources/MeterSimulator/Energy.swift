// Energy inside the simulator, and the instants it is reckoned at.

import CIMModel

/// Energy in mWh, forward (drawn) and reverse (fed in). Register values in Wh are cut from it.
struct Energy: Sendable, Equatable {
  var forward: Int64
  var reverse: Int64

  static let zero = Energy(forward: 0, reverse: 0)

  static func + (a: Energy, b: Energy) -> Energy {
    Energy(forward: a.forward + b.forward, reverse: a.reverse + b.reverse)
  }

  static func - (a: Energy, b: Energy) -> Energy {
    Energy(forward: a.forward - b.forward, reverse: a.reverse - b.reverse)
  }
}

/// An instant as the customers live it: a local day and how far into it.
struct LocalInstant: Equatable {
  static let microsecondsPerDay = 86_400_000_000

  /// Days since 1970-01-01 in local time.
  let day: Int
  /// 0 up to a day.
  let microsecond: Int

  init(_ time: Timestamp, offsetMinutes: Int) {
    let local = time.boundedMicroseconds + offsetMinutes * 60_000_000
    (day, microsecond) = floorDivide(local, LocalInstant.microsecondsPerDay)
  }

  var slot: Int { microsecond / DayShapes.slotMicroseconds }
}

extension Timestamp {
  /// Microseconds since 1970; instants outside the years 1 to 9999 (those of xs:dateTime) are taken as the nearest one
  /// inside, so that no arithmetic can overflow.
  var boundedMicroseconds: Int { Int(min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_000_000)) }
}
