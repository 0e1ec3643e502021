// Characters a pattern does not tell apart share a class.

/// The division of all characters into classes that every set of a pattern contains as a whole or not at all.
struct PatternAlphabet: Sendable {
  /// Class of each ASCII character.
  private let ascii: [UInt16]
  /// First character of each interval, ascending from 0, and its class.
  private let starts: [UInt32]
  private let classes: [UInt16]

  let classCount: Int

  /// For each set, whether it contains each class.
  let members: [[Bool]]

  private static let maximumMembers = 1 << 22

  /// - Returns: nil when sets times classes exceed 4 million.
  init?(_ sets: [ScalarSet]) {
    var edges: Set<UInt32> = [0]
    for set in sets {
      for range in set.ranges {
        edges.insert(range.lowerBound)
        if range.upperBound < ScalarSet.last { edges.insert(range.upperBound + 1) }
      }
    }
    let starts = edges.sorted()
    // The sets an interval belongs to, ascending, are its signature.
    var signatures = [[UInt16]](repeating: [], count: starts.count)
    guard sets.count < Int(UInt16.max) else { return nil }
    for (number, set) in sets.enumerated() {
      var interval = 0
      for range in set.ranges {
        interval = PatternAlphabet.interval(of: range.lowerBound, in: starts)
        while interval < starts.count, starts[interval] <= range.upperBound {
          signatures[interval].append(UInt16(number))
          interval += 1
        }
      }
    }
    var numbers: [[UInt16]: UInt16] = [:]
    var classes: [UInt16] = []
    classes.reserveCapacity(starts.count)
    for signature in signatures {
      guard numbers.count < Int(UInt16.max) else { return nil }
      let number = numbers[signature] ?? UInt16(numbers.count)
      numbers[signature] = number
      classes.append(number)
    }
    guard sets.count * numbers.count <= PatternAlphabet.maximumMembers else { return nil }
    var members = [[Bool]](repeating: [Bool](repeating: false, count: numbers.count), count: sets.count)
    for (signature, number) in numbers {
      for set in signature { members[Int(set)][Int(number)] = true }
    }
    self.starts = starts
    self.classes = classes
    self.members = members
    classCount = numbers.count
    ascii = (0..<0x80).map { classes[PatternAlphabet.interval(of: $0, in: starts)] }
  }

  private static func interval(of scalar: UInt32, in starts: [UInt32]) -> Int {
    var lower = 0
    var upper = starts.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if starts[middle] <= scalar { lower = middle + 1 } else { upper = middle }
    }
    return lower - 1
  }

  /// The class of the character at `index`, which moves behind it.
  func nextClass(_ text: Bytes, _ index: inout Int) -> Int {
    let byte = text[index]
    if byte < 0x80 {
      index += 1
      return Int(ascii[Int(byte)])
    }
    return Int(classes[PatternAlphabet.interval(of: text.nextScalar(&index), in: starts)])
  }
}
