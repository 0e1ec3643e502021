// Sets of Unicode scalars, the alphabet of patterns.

/// A set of code points as sorted ranges that neither overlap nor touch.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>]

  static let last: UInt32 = 0x10FFFF
  static let everything = ScalarSet([0...last])

  /// - Parameter ranges: in any order, overlapping or not.
  init(_ ranges: [ClosedRange<UInt32>]) {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let previous = result.last, range.lowerBound <= previous.upperBound + 1 {
        result[result.count - 1] = previous.lowerBound...max(previous.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    self.ranges = result
  }

  init(_ scalar: UInt32) { ranges = [scalar...scalar] }

  /// - Parameter table: hexadecimal ranges such as `41-5A 61`, separated by white space.
  init(ranges table: StaticString) {
    self.init(
      table.withUTF8Buffer { text in
        var ranges: [ClosedRange<UInt32>] = []
        text.forEachItem { item in
          var bounds: [UInt32] = [0]
          for byte in item {
            if let digit = byte.hexDigit {
              bounds[bounds.count - 1] = bounds[bounds.count - 1] << 4 | UInt32(digit)
            } else {
              bounds.append(0)
            }
          }
          ranges.append(bounds[0]...bounds[bounds.count - 1])
          return true
        }
        return ranges
      })
  }

  var isEmpty: Bool { ranges.isEmpty }

  func contains(_ scalar: UInt32) -> Bool {
    var lower = 0
    var upper = ranges.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if ranges[middle].upperBound < scalar { lower = middle + 1 } else { upper = middle }
    }
    return lower < ranges.count && ranges[lower].lowerBound <= scalar
  }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  var complement: ScalarSet {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= ScalarSet.last { result.append(next...ScalarSet.last) }
    return ScalarSet(result)
  }

  func subtracting(_ other: ScalarSet) -> ScalarSet { complement.union(other).complement }
}
