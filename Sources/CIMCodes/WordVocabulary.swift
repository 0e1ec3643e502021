// Words and phrases that describe a reading type, out of the table "word" and the names in the other tables.

struct WordVocabulary: Sendable {
  /// What a phrase says: numbers for parts, and hints whose number depends on the rest of the description.
  struct Meaning: Sendable {
    var numbers: [(field: ReadingTypeField, number: Int)] = []
    var hints: [(hint: Hint, number: Int)] = []
    /// How unlikely this meaning is against the other ones of the phrase, in hundredths; 0 for the first.
    var penalty = 0
  }

  /// What has no part of its own in the code.
  enum Hint: String, Sendable {
    /// 1 active, 2 reactive, 3 apparent: the unit once the kind is known.
    case quantity
    /// 1 import, 2 export: a direction that reactive quantities call lagging and leading.
    case trade
    /// "Total" is a direction, a sum or nothing.
    case total
    /// A register is a dial or a summation.
    case register
    /// The time at which something was reached.
    case time
    /// The meter itself, or merely that it is metered.
    case meter
  }

  private(set) var phrases: [String: [Meaning]] = [:]
  private(set) var longestPhrase = 1

  /// - Throws: `CodeError` with code `.malformedTable` for a word that sets no part.
  init(tables: [String: CodeTable]) throws(CodeError) {
    if let table = tables["word"] {
      for row in table.rows { add(row.code, try Self.meaning(of: row, in: table)) }
    }
    for field in ReadingTypeField.allCases {
      guard let name = field.tableName, let table = tables[name], field != .unit, field != .multiplier else { continue }
      for row in table.rows {
        guard let number = row.number, number != 0 else { continue }
        let aliases = (table.value("aliases", of: row) ?? "").split(separator: ";").map(String.init)
        let names = field == .currency ? [table.value("alpha", of: row) ?? ""] : [row.name] + aliases
        for name in names {
          let meaning = Meaning(numbers: [(field, number)])
          for phrase in Self.spellings(of: name) where phrases[phrase] == nil { add(phrase, meaning) }
        }
      }
    }
    for (name, numerator, denominator) in [
      ("interharmonic", ReadingTypeField.interharmonicNumerator, ReadingTypeField.interharmonicDenominator),
      ("argument", .argumentNumerator, .argumentDenominator),
    ] {
      for row in tables[name]?.rows ?? [] where row.code != "0.0" {
        let pair = row.code.split(separator: ".").compactMap { Int($0) }
        guard pair.count == 2 else { continue }
        add(row.name.lowercased(), Meaning(numbers: [(numerator, pair[0]), (denominator, pair[1])]))
      }
    }
  }

  private mutating func add(_ phrase: String, _ meaning: Meaning) {
    guard !phrase.isEmpty else { return }
    phrases[phrase, default: []].append(meaning)
    longestPhrase = max(longestPhrase, phrase.split(separator: " ").count)
  }

  private static func meaning(of row: CodeTable.Row, in table: CodeTable) throws(CodeError) -> Meaning {
    var meaning = Meaning()
    func refuse(_ text: some StringProtocol) -> CodeError {
      CodeError(.malformedTable, "table word: \(CodeError.quote(text)) of \(CodeError.quote(row.code)) sets nothing")
    }
    for pair in (table.value("sets", of: row) ?? "").split(separator: ";") {
      let sides = pair.split(separator: "=")
      guard sides.count == 2, let number = Int(sides[1]) else { throw refuse(pair) }
      if let field = ReadingTypeField(named: sides[0]) {
        meaning.numbers.append((field, number))
      } else if let hint = Hint(rawValue: String(sides[0])) {
        meaning.hints.append((hint, number))
      } else {
        throw refuse(pair)
      }
    }
    if let weight = table.value("weight", of: row) {
      guard let penalty = Int(weight), (0...1000).contains(penalty) else { throw refuse(weight) }
      meaning.penalty = penalty
    }
    return meaning
  }

  /// A name in one word and as separate words: "fifteenMinute" is "fifteenminute" and "fifteen minute".
  private static func spellings(of name: String) -> Set<String> {
    var words = ""
    var previous: Character = " "
    for character in name {
      if character.isUppercase && previous.isLowercase { words += " " }
      words.append(character == "-" ? " " : character)
      previous = character
    }
    return [CodeTable.key(name), words.lowercased()]
  }
}
