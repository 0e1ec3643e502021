// From words to reading types.

extension CodeTables {
  /// Proposes reading types for a description in words, e.g. "15-minute delta forward active energy kWh".
  ///
  /// The words of the table "word" and all names of Annex C are understood, also in the form of a long name. What no
  /// word says is filled in as is customary; the proposals differ in what could be meant as well.
  ///
  /// - Parameters:
  ///   - description: at most 2,000 characters are read.
  ///   - limit: how many proposals at most, best first.
  /// - Returns: empty where no word says anything.
  /// - SeeAlso: IEC 61968-9, Annex C and Table C.6
  public func proposals(for description: String, limit: Int = 5) -> [ReadingTypeProposal] {
    let reader = DescriptionReader(description, tables: self)
    guard reader.count > 0, limit > 0 else { return [] }
    var ranked: [(type: ReadingType, penalty: Int)] = []
    // "Frequency" is a word as well as a long name; a name without the unit it should have is read as words.
    if let type = readingType(named: description), !check(type).contains(where: { $0.rule == "readingType.noUnit" }) {
      ranked.append((type, 0))
    }

    var drafts = ReadingTypeDefaults(reader: reader, tables: self).drafts()
    drafts.sort { ($0.penalty, $0.type) < ($1.penalty, $1.type) }
    var judged = drafts.prefix(64).map { draft in
      // A proposal that breaks a rule is no good proposal.
      let breaches = check(draft.type).filter { $0.severity > .note }.count
      return (type: draft.type, penalty: draft.penalty + 200 * breaches)
    }
    judged.sort { ($0.penalty, $0.type) < ($1.penalty, $1.type) }
    for draft in judged where !ranked.contains(where: { $0.type == draft.type }) { ranked.append(draft) }

    let read = reader.count
    let words = reader.count + reader.unread.count
    return ranked.prefix(limit).map { draft in
      ReadingTypeProposal(
        readingType: draft.type, name: longName(of: draft.type),
        score: min(100, 100 * 200 * read / (words * max(1, 200 + draft.penalty))),
        unread: reader.unread, assumptions: assumptions(of: draft.type, reader))
    }
  }

  private func assumptions(of type: ReadingType, _ reader: DescriptionReader) -> [String] {
    ReadingTypeField.allCases.compactMap { field in
      guard type[field] != 0, reader[field] == nil, let name = name(of: field, type[field]) else { return nil }
      return "\(field) \(name)"
    }
  }
}
