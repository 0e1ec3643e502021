// Zones as the system's zone files hold them.

extension ZoneRules {
  /// Reads a zone file of version 1 to 4, with the rule for the years to come at its end.
  ///
  /// - Parameter bytes: at most 1 MiB; the system's files have some 3 KiB.
  /// - Returns: nil where it is none.
  /// - SeeAlso: RFC 9636
  public init?(name: String, zoneFile bytes: [UInt8]) {
    guard bytes.count <= 1 << 20, let first = ZoneFileHeader(bytes, at: 0) else { return nil }
    var body = first
    if first.version >= 2 {
      // The same once more, with times of 64 bits.
      guard let second = ZoneFileHeader(bytes, at: first.end(timeSize: 4)) else { return nil }
      body = second
    }
    let timeSize = first.version >= 2 ? 8 : 4
    let end = body.end(timeSize: timeSize)
    guard end <= bytes.count, body.typeCount > 0 else { return nil }
    let indexes = body.start + body.timeCount * timeSize
    let types = indexes + body.timeCount
    func offset(_ type: Int) -> Int? {
      guard type < body.typeCount else { return nil }
      return Int(Int32(truncatingIfNeeded: bigEndian(bytes, at: types + type * 6, count: 4)))
    }
    guard let firstOffset = offset(0) else { return nil }
    var changes: [Change] = []
    changes.reserveCapacity(body.timeCount)
    for i in 0..<body.timeCount {
      var time = bigEndian(bytes, at: body.start + i * timeSize, count: timeSize)
      if timeSize == 4 { time = Int64(Int32(truncatingIfNeeded: time)) }
      guard let offset = offset(Int(bytes[indexes + i])), changes.last.map({ $0.at < time }) ?? true else { return nil }
      changes.append(Change(at: time, offset: offset))
    }
    var rule: YearlyRule?
    if first.version >= 2, end < bytes.count {
      let footer = bytes[(end + 1)...].prefix { $0 != 0x0A }
      if !footer.isEmpty {
        guard let read = YearlyRule(posix: String(decoding: footer, as: UTF8.self)) else { return nil }
        rule = read
      }
    }
    self.init(name: name, firstOffset: firstOffset, changes: changes, rule: rule)
  }
}

private struct ZoneFileHeader {
  let version: Int
  /// Where the block's data begin.
  let start: Int
  let timeCount: Int
  let typeCount: Int
  private let rest: (isUT: Int, isStandard: Int, leaps: Int, characters: Int)

  init?(_ bytes: [UInt8], at place: Int) {
    guard place + 44 <= bytes.count, bytes[place..<place + 4].elementsEqual("TZif".utf8) else { return nil }
    let mark = bytes[place + 4]
    guard mark == 0 || (0x32...0x34).contains(mark) else { return nil }
    version = mark == 0 ? 1 : Int(mark - 0x30)
    start = place + 44
    func count(_ number: Int) -> Int { Int(bigEndian(bytes, at: place + 20 + number * 4, count: 4)) }
    rest = (count(0), count(1), count(2), count(5))
    timeCount = count(3)
    typeCount = count(4)
    // What is larger than the file is no count.
    guard
      [rest.isUT, rest.isStandard, rest.leaps, rest.characters, timeCount, typeCount].allSatisfy({ $0 <= bytes.count })
    else { return nil }
  }

  func end(timeSize: Int) -> Int {
    start + timeCount * (timeSize + 1) + typeCount * 6 + rest.characters + rest.leaps * (timeSize + 4) + rest.isStandard
      + rest.isUT
  }
}

private func bigEndian(_ bytes: [UInt8], at place: Int, count: Int) -> Int64 {
  bytes[place..<place + count].reduce(0) { $0 << 8 | Int64($1) }
}
