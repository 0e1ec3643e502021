// The naming procedure of Annex C.

extension CodeTables {
  /// The long name: the names of all parts that are not 0 in the order of the code, then multiplier and unit in
  /// brackets, then the currency, e.g. "FifteenMinute deltaData forward electricitySecondaryMetered energy (kWh)".
  ///
  /// Numbers no table knows are named "?n". Names are for people: only the code identifies.
  ///
  /// - Returns: the name with a capital first letter; "None" for a code of zeros.
  /// - SeeAlso: IEC 61968-9, Annex C
  public func longName(of type: ReadingType) -> String {
    var words: [String] = []
    for field in ReadingTypeField.allCases where field.rawValue <= ReadingTypeField.phases.rawValue {
      switch field {
      case .interharmonicNumerator:
        if let word = harmonicName(type.interharmonic) { words.append(word) }
      case .argumentNumerator:
        if let word = argumentName(type.argument) { words.append(word) }
      case .interharmonicDenominator, .argumentDenominator: break
      default:
        let number = type[field]
        if number != 0 { words.append(name(of: field, number) ?? "?\(number)") }
      }
    }
    if type.multiplier != 0 || type.unit != 0 { words.append("(" + unitText(of: type) + ")") }
    if type.currency != 0 { words.append(currencyLetters(type.currency) ?? "?\(type.currency)") }
    if words.isEmpty { return "None" }
    return words[0].prefix(1).uppercased() + words[0].dropFirst() + words.dropFirst().map { " " + $0 }.joined()
  }

  /// Multiplier and unit as one symbol, e.g. "kWh"; "?99" for numbers no table knows.
  public func unitText(of type: ReadingType) -> String {
    let prefix =
      self["multiplier"]?[type.multiplier].map { self["multiplier"]?.value("symbol", of: $0) ?? "" }
      ?? "?\(type.multiplier)"
    let unit = self["unit"]?[type.unit].map { self["unit"]?.value("symbol", of: $0) ?? "" } ?? "?\(type.unit)"
    return prefix + unit
  }

  /// The name of a number of one part, e.g. "energy" for 12 of the measurement kind; `nil` where no table has it.
  public func name(of field: ReadingTypeField, _ number: Int) -> String? {
    guard let table = fieldTables[field.rawValue] else { return nil }
    return table[number]?.name
  }

  func harmonicName(_ pair: (numerator: Int, denominator: Int)) -> String? {
    if pair == (0, 0) { return nil }
    if let row = self["interharmonic"]?["\(pair.numerator).\(pair.denominator)"] { return row.name }
    return pair.denominator == 1 ? "harmonic\(pair.numerator)" : "interharmonic\(pair.numerator)/\(pair.denominator)"
  }

  func argumentName(_ pair: (numerator: Int, denominator: Int)) -> String? {
    if pair == (0, 0) { return nil }
    if let row = self["argument"]?["\(pair.numerator).\(pair.denominator)"] { return row.name }
    return pair.denominator == 1 ? "n\(pair.numerator)" : "n\(pair.numerator)/\(pair.denominator)"
  }

  func currencyLetters(_ number: Int) -> String? {
    guard let table = self["currency"], let row = table[number] else { return nil }
    return table.value("alpha", of: row)
  }

  /// Name of a quality, e.g. "meterDataManagement estimated estimatedGeneric"; "?n" for numbers no table knows.
  public func longName(of quality: ReadingQualityType) -> String {
    let system = self["qualitySystem"]?[quality.system]?.name ?? "?\(quality.system)"
    let category = self["qualityCategory"]?[quality.category]?.name ?? "?\(quality.category)"
    return "\(system) \(category) \(name(of: quality) ?? "?\(quality.index)")"
  }

  /// Name of the third part of a quality; `nil` where no table has it.
  func name(of quality: ReadingQualityType) -> String? {
    self["qualityCode"]?["\(quality.category).\(quality.index)"]?.name
  }

  /// Name of an event or control, e.g. "ElectricMeter.Power.NA.Failed"; "?n" for numbers no table knows.
  public func longName(of code: some EndDeviceCode) -> String {
    zip(
      ["deviceType", "domain", "subDomain", "eventOrAction"],
      [code.type, code.domain, code.subDomain, code.eventOrAction]
    ).map { self[$0]?[$1]?.name ?? "?\($1)" }.joined(separator: ".")
  }

  /// Name of a reply code, e.g. "Invalid Meter(s)"; of an unknown index, the name of its category and "?n".
  public func longName(of code: ReplyCode) -> String {
    if let row = self["replyCode"]?[code.description] { return row.name }
    return (self["replyCategory"]?[code.category]?.name ?? "?\(code.category)") + ", ?\(code.index)"
  }
}

extension CodeTables {
  /// The reading type of a long name; the reverse of `longName(of:)`, without regard to case.
  ///
  /// - Returns: `nil` where the text is no long name, e.g. where a word is missing in the tables or out of order.
  public func readingType(named longName: String) -> ReadingType? {
    guard longName.utf8.count <= 1000 else { return nil }
    var type = ReadingType()
    var next = 0
    for word in Self.words(of: longName) {
      guard let used = read(word, from: next, into: &type) else { return nil }
      next = used + 1
    }
    return next > 0 ? type : nil
  }

  /// The words of a long name; the unit in brackets is one, whatever is in it.
  private static func words(of longName: String) -> [Substring] {
    guard let open = longName.firstIndex(of: "("), let close = longName.lastIndex(of: ")"), open < close else {
      return longName.split(separator: " ")
    }
    return longName[..<open].split(separator: " ") + [longName[open...close]]
      + longName[longName.index(after: close)...].split(separator: " ")
  }

  /// Sets the first part from an index on that a word names, and returns its index.
  private func read(_ word: Substring, from next: Int, into type: inout ReadingType) -> Int? {
    let fields = ReadingTypeField.allCases
    if word.hasPrefix("("), word.hasSuffix(")") {
      guard next <= ReadingTypeField.unit.rawValue else { return nil }
      let symbol = String(word.dropFirst().dropLast())
      guard let unit = unit(symbol: symbol, exact: true) ?? prefixAlone(symbol) else { return nil }
      type[.multiplier] = unit.multiplier
      type[.unit] = unit.unit
      return ReadingTypeField.unit.rawValue
    }
    for field in fields.dropFirst(next) {
      switch field {
      case .interharmonicNumerator, .argumentNumerator:
        let prefixes = field == .argumentNumerator ? ["n"] : ["interharmonic", "harmonic"]
        guard let pair = pair(word, field == .argumentNumerator ? "argument" : "interharmonic", prefixes),
          let denominator = ReadingTypeField(rawValue: field.rawValue + 1)
        else { continue }
        type[field] = pair.numerator
        type[denominator] = pair.denominator
        return denominator.rawValue
      case .interharmonicDenominator, .argumentDenominator, .multiplier, .unit: continue
      default:
        guard let table = fieldTables[field.rawValue] else { continue }
        let row =
          field == .currency
          ? table.rows.first { table.value("alpha", of: $0)?.lowercased() == word.lowercased() }
          : table.rows.first { $0.name.lowercased() == word.lowercased() }
        guard let number = row?.number, number != 0 else { continue }
        type[field] = number
        return field.rawValue
      }
    }
    return nil
  }

  private func prefixAlone(_ symbol: String) -> (multiplier: Int, unit: Int)? {
    guard let table = self["multiplier"] else { return nil }
    return table.rows.first { table.value("symbol", of: $0) == symbol }?.number.map { ($0, 0) }
  }

  private func pair(
    _ word: Substring, _ table: String, _ prefixes: [String]
  ) -> (numerator: Int, denominator: Int)? {
    if let row = self[table]?.rows.first(where: { $0.name == word && $0.code != "0.0" }) {
      let numbers = row.code.split(separator: ".").compactMap { Int($0) }
      return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
    for prefix in prefixes where word.hasPrefix(prefix) {
      let numbers = word.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(numbers.count), let first = numbers[0], first >= 0 else { continue }
      if numbers.count == 1 { return (first, 1) }
      if let last = numbers[1], last >= 0 { return (first, last) }
    }
    return nil
  }
}
