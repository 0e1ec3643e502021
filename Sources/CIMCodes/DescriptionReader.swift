// Reads a description of a reading type: what its words say, and which words say nothing.

struct DescriptionReader {
  /// A number for a part with its penalty in hundredths.
  typealias Choice = (number: Int, penalty: Int)

  private(set) var choices: [ReadingTypeField: [Choice]] = [:]
  private(set) var hints: [WordVocabulary.Hint: Int] = [:]
  private(set) var unread: [String] = []

  private struct Token {
    let text: String
    let key: String
  }

  init(_ description: String, tables: CodeTables) {
    let tokens = Self.tokens(of: description)
    var index = 0
    while index < tokens.count {
      index += read(tokens[index...], tables)
    }
  }

  /// The numbers a part may have; `nil` where no word speaks of it.
  subscript(_ field: ReadingTypeField) -> [Choice]? { choices[field] }

  /// How many different parts and hints the words speak of.
  var count: Int { choices.count + hints.count }

  /// Reads one phrase and returns how many tokens it had.
  private mutating func read(_ tokens: ArraySlice<Token>, _ tables: CodeTables) -> Int {
    guard let first = tokens.first else { return 1 }
    if let used = readPeriod(tokens, tables) { return used }
    let vocabulary = tables.vocabulary
    for length in stride(from: min(vocabulary.longestPhrase, tokens.count), through: 1, by: -1) {
      let words = tokens.prefix(length).map(\.key)
      let phrase = words.joined(separator: " ")
      // A unit with a capital wins over a word of the same letters; a plural is read as its singular.
      if length == 1, first.text.count > 1, first.text != first.key,
        let unit = tables.unit(symbol: first.text, exact: true)
      {
        set(unit)
        return 1
      }
      if let meanings = vocabulary.phrases[phrase] ?? singular(phrase).flatMap({ vocabulary.phrases[$0] }) {
        take(meanings)
        return length
      }
    }
    if readNumbered(first.key) { return 1 }
    if let unit = tables.unit(symbol: first.text, exact: true) ?? tables.unit(symbol: first.text, exact: false) {
      set(unit)
    } else {
      unread.append(first.text)
    }
    return 1
  }

  private func singular(_ phrase: String) -> String? {
    phrase.count > 3 && phrase.hasSuffix("s") ? String(phrase.dropLast()) : nil
  }

  /// "15 min", "24 h", "2 hours".
  private mutating func readPeriod(_ tokens: ArraySlice<Token>, _ tables: CodeTables) -> Int? {
    guard tokens.count > 1, let length = tokens.first.flatMap({ Int($0.key) }), length > 0, length <= 1440,
      let word = tokens.dropFirst().first?.key
    else { return nil }
    let minutes: Int
    switch word {
    case "min", "mins", "minute", "minutes": minutes = length
    case "h", "hr", "hour", "hours": minutes = length * 60
    default: return nil
    }
    guard let table = tables["measuringPeriod"],
      let row = table.rows.first(where: {
        table.value("minutes", of: $0) == String(minutes) && table.value("kind", of: $0) == "interval"
      }), let number = row.number
    else { return nil }
    choices[.measuringPeriod] = [(number, 0)]
    return 2
  }

  /// "harmonic11", "n4", "n0/2".
  private mutating func readNumbered(_ key: String) -> Bool {
    for (prefix, numerator, denominator) in [
      ("interharmonic", ReadingTypeField.interharmonicNumerator, ReadingTypeField.interharmonicDenominator),
      ("harmonic", .interharmonicNumerator, .interharmonicDenominator),
      ("n", .argumentNumerator, .argumentDenominator),
    ] where key.hasPrefix(prefix) {
      let numbers = key.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(numbers.count), let first = numbers[0], let last = numbers.count == 2 ? numbers[1] : 1
      else { continue }
      choices[numerator] = [(first, 0)]
      choices[denominator] = [(last, 0)]
      return true
    }
    return false
  }

  private mutating func set(_ unit: (multiplier: Int, unit: Int)) {
    choices[.unit] = [(unit.unit, 0)]
    choices[.multiplier] = [(unit.multiplier, 0)]
  }

  /// Takes the meanings of a phrase; a later word on the same part replaces an earlier one.
  private mutating func take(_ meanings: [WordVocabulary.Meaning]) {
    var taken: [ReadingTypeField: [Choice]] = [:]
    for meaning in meanings {
      for (field, number) in meaning.numbers where !(taken[field] ?? []).contains(where: { $0.number == number }) {
        taken[field, default: []].append((number, meaning.penalty))
      }
      for (hint, number) in meaning.hints { hints[hint] = number }
    }
    for (field, numbers) in taken { choices[field] = numbers }
  }

  private static func tokens(of description: String) -> [Token] {
    var tokens: [Token] = []
    var word = ""
    func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
    func close() {
      if !word.isEmpty { tokens.append(Token(text: word, key: word.lowercased())) }
      word = ""
    }
    let characters = Array(description.prefix(2000))
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      switch character {
      case " ", "\t", "\n", ",", ";", ":", "(", ")", "[", "]", "\"": close()
      case ".": if isDigit(next) { word.append(character) } else { close() }
      case "-", "–", "+":
        // "A-" is a word of its own, "15-min" is two, "Q1+Q4" is one.
        if character == "+" && (next.isLetter || isDigit(next)) {
          word.append(character)
        } else if !word.isEmpty && word.count <= 2 && word.allSatisfy(\.isLetter) && !next.isLetter && !isDigit(next) {
          word.append(character == "+" ? "+" : "-")
          close()
        } else {
          close()
        }
      default:
        // "15min" is two words; "n15" and "m3" are one.
        if character.isLetter, !word.isEmpty, word.allSatisfy(isDigit) { close() }
        word.append(character)
      }
    }
    close()
    return tokens
  }
}

extension CodeTables {
  /// Multiplier and unit of a symbol, e.g. 3 and 72 of "kWh".
  ///
  /// - Parameter exact: whether case counts; without it only symbols of two and more letters are found.
  func unit(symbol: String, exact: Bool) -> (multiplier: Int, unit: Int)? {
    guard let units = self["unit"], let multipliers = self["multiplier"], symbol.count <= 24 else { return nil }
    if !exact && symbol.count < 2 { return nil }
    func same(_ a: some StringProtocol, _ b: some StringProtocol) -> Bool {
      exact ? a == b : a.lowercased() == b.lowercased()
    }
    var found: (multiplier: Int, unit: Int)?
    for row in units.rows {
      guard let number = row.number, let text = units.value("symbol", of: row) else { continue }
      if same(text, symbol) { return (0, number) }
      guard found == nil, symbol.count > text.count, same(symbol.suffix(text.count), text) else { continue }
      let prefix = symbol.dropLast(text.count)
      // Without case "mwh" is mega: nobody meters milliwatt hours.
      let candidates = multipliers.rows.filter { !(multipliers.value("symbol", of: $0) ?? "").isEmpty }
      let matching = candidates.filter { same(multipliers.value("symbol", of: $0) ?? "", prefix) }
      if let power = matching.compactMap(\.number).max() { found = (power, number) }
    }
    return found
  }
}
