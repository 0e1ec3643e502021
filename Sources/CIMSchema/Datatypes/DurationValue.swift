// duration: months and seconds, which only a calendar can weigh against each other.

/// The value of a duration.
///
/// - SeeAlso: XML Schema Part 2, 3.2.6
struct DurationValue: Hashable, Sendable {
  private(set) var isNegative: Bool
  private(set) var months: Int64 = 0
  private(set) var seconds: Int64 = 0
  private(set) var fraction = FractionDigits.zero

  /// Nil for what is no duration: `P`, then years, months and days, then `T` with hours, minutes and seconds, each at
  /// most once, in this order, at least one; only seconds may have a fraction.
  ///
  /// Deviation: Part 2, 3.2.6 sets no limit; numbers of more than 13 digits are refused.
  init?(_ text: Bytes) {
    var index = 0
    isNegative = text.first == 0x2D
    if isNegative { index = 1 }
    guard index < text.count, text[index] == 0x50 else { return nil }
    index += 1
    // Y M D T H M S in their order; `rank` is how far the text has got.
    var rank = 0
    var isTime = false
    var isComplete = false
    while index < text.count {
      if text[index] == 0x54 {
        guard !isTime else { return nil }
        isTime = true
        isComplete = false
        rank = 3
        index += 1
        continue
      }
      let start = index
      while index < text.count, text[index].isDigit { index += 1 }
      let digits = text.slice(start, index)
      var part = text.slice(index, index)
      var hasPoint = false
      if index < text.count, text[index] == 0x2E {
        index += 1
        let start = index
        while index < text.count, text[index].isDigit { index += 1 }
        part = text.slice(start, index)
        hasPoint = true
        guard part.count > 0 else { return nil }
      }
      guard index < text.count, let unit = Self.unit(text[index], isTime: isTime), unit.rank > rank,
        digits.count > 0 || hasPoint, !hasPoint || unit.rank == 6, let number = Self.number(digits)
      else { return nil }
      rank = unit.rank
      isComplete = true
      index += 1
      if unit.rank < 3 { months += number * unit.size } else { seconds += number * unit.size }
      if hasPoint { fraction = FractionDigits(part) }
    }
    guard isComplete else { return nil }
    if months == 0 && seconds == 0 && fraction.isZero { isNegative = false }
  }

  private static func unit(_ letter: UInt8, isTime: Bool) -> (rank: Int, size: Int64)? {
    switch (letter, isTime) {
    case (0x59, false): (1, 12)
    case (0x4D, false): (2, 1)
    case (0x44, false): (3, 86_400)
    case (0x48, true): (4, 3600)
    case (0x4D, true): (5, 60)
    case (0x53, true): (6, 1)
    default: nil
    }
  }

  private static func number(_ digits: Bytes) -> Int64? {
    var result: Int64 = 0
    for digit in digits {
      result = result * 10 + Int64(digit & 0x0F)
      guard result < 10_000_000_000_000 else { return nil }
    }
    return result
  }

  /// Comes first what comes first when added to each of four dates that bring out the differences between months.
  ///
  /// - SeeAlso: XML Schema Part 2, 3.2.6.2
  func compare(to other: DurationValue) -> Ordering {
    let orders = [(1696, 9), (1697, 2), (1903, 3), (1903, 7)].map { year, month in
      let start = Int64(year * 12 + month - 1)
      return instant(from: start).compare(to: other.instant(from: start))
    }
    return orders.allSatisfy { $0 == orders[0] } ? orders[0] : .incomparable
  }

  private struct Instant {
    var day: Int64
    var second: Int64
    var fraction: FractionDigits

    func compare(to other: Instant) -> Ordering {
      Ordering(day, other.day).then(Ordering(second, other.second)).then(fraction.compare(to: other.fraction))
    }
  }

  /// This duration after the first day of a month, counted from the year zero.
  private func instant(from start: Int64) -> Instant {
    let month = isNegative ? start - months : start + months
    var second = isNegative ? -seconds : seconds
    var fraction = fraction
    if isNegative && !fraction.isZero {
      second -= 1
      fraction = fraction.complement
    }
    let days = second.floored(by: 86_400)
    return Instant(day: Self.day(ofMonth: month) + days, second: second - days * 86_400, fraction: fraction)
  }

  /// Days from the first of March of the year zero to the first day of a month.
  private static func day(ofMonth month: Int64) -> Int64 {
    // The year begins in March, so that the leap day is its last.
    let shifted = month - 2
    let year = shifted.floored(by: 12)
    let index = shifted - year * 12
    return year * 365 + year.floored(by: 4) - year.floored(by: 100) + year.floored(by: 400) + (index * 153 + 2) / 5
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity; `divisor` is positive.
  fileprivate func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
