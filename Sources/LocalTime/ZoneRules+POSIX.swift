// Zones as POSIX writes them in TZ: "CET-1CEST,M3.5.0,M10.5.0/3".

extension ZoneRules {
  /// Reads a POSIX TZ string; names in angle brackets and hours up to 167 as the zone files have them.
  ///
  /// - Returns: nil where it is none. A zone with daylight saving time has to say when it begins and ends.
  public init?(posix text: String) {
    guard let rule = YearlyRule(posix: text) else { return nil }
    self.init(name: text, firstOffset: rule.standard, changes: [], rule: rule)
  }
}

extension YearlyRule {
  init?(posix text: String) {
    var scanner = POSIXScanner(text)
    guard scanner.name(), let west = scanner.time(hours: 24) else { return nil }
    standard = -west
    saving = standard
    if scanner.isAtEnd { return }
    guard scanner.name() else { return nil }
    saving = standard + 3600
    if !scanner.isAt(",") {
      guard let west = scanner.time(hours: 24) else { return nil }
      saving = -west
    }
    guard scanner.skip(","), let start = scanner.turn(), scanner.skip(","), let end = scanner.turn(), scanner.isAtEnd
    else { return nil }
    turns = Turns(start: start, end: end)
  }
}

private struct POSIXScanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) { rest = Array(text.utf8.prefix(256))[...] }

  var isAtEnd: Bool { rest.isEmpty }

  func isAt(_ character: Unicode.Scalar) -> Bool { rest.first.map { UInt32($0) == character.value } ?? false }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard isAt(character) else { return false }
    rest.removeFirst()
    return true
  }

  /// Three letters or more, or anything in angle brackets.
  mutating func name() -> Bool {
    if skip("<") {
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")), end > rest.startIndex else { return false }
      rest = rest[(end + 1)...]
      return true
    }
    let letters = rest.prefix { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
    rest = rest[letters.endIndex...]
    return letters.count >= 3
  }

  mutating func number(upTo limit: Int) -> Int? {
    let digits = rest.prefix { $0 &- 0x30 < 10 }
    guard !digits.isEmpty, digits.count <= 3 else { return nil }
    rest = rest[digits.endIndex...]
    let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return number <= limit ? number : nil
  }

  /// "3", "-1", "+02:30:15" in seconds.
  mutating func time(hours: Int) -> Int? {
    let sign = skip("-") ? -1 : 1
    if sign == 1 { _ = skip("+") }
    guard var seconds = number(upTo: hours).map({ $0 * 3600 }) else { return nil }
    for unit in [60, 1] where isAt(":") {
      _ = skip(":")
      guard let part = number(upTo: 59) else { return nil }
      seconds += part * unit
    }
    return sign * seconds
  }

  mutating func turn() -> YearlyRule.Turn? {
    let day: YearlyRule.Turn.Day
    if skip("M") {
      guard let month = number(upTo: 12), month > 0, skip("."), let week = number(upTo: 5), week > 0, skip("."),
        let weekday = number(upTo: 6)
      else { return nil }
      day = .weekday(month: month, week: week, weekday: weekday)
    } else if skip("J") {
      guard let number = number(upTo: 365), number > 0 else { return nil }
      day = .julian(number)
    } else {
      guard let number = number(upTo: 365) else { return nil }
      day = .zeroBased(number)
    }
    var second = 2 * 3600
    if skip("/") {
      guard let time = time(hours: 167) else { return nil }
      second = time
    }
    return YearlyRule.Turn(day: day, second: second)
  }
}
