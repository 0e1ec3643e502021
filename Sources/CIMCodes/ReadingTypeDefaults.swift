// Fills in what a description leaves open, by the customs of Table C.6, with the alternatives and how likely they are.

struct ReadingTypeDefaults {
  typealias Choice = DescriptionReader.Choice
  typealias Draft = (type: ReadingType, penalty: Int)

  let reader: DescriptionReader
  let tables: CodeTables

  private func hint(_ hint: WordVocabulary.Hint) -> Int { reader.hints[hint] ?? 0 }
  private func stated(_ field: ReadingTypeField) -> Int? { reader[field]?.first?.number }

  /// Every combination of what was said and what is customary, with its penalty.
  func drafts() -> [Draft] {
    var drafts: [Draft] = [(ReadingType(), 0)]
    for field in ReadingTypeField.allCases
    where ![
      .accumulation, .multiplier, .unit, .flowDirection, .commodity,
      .measurementKind, .aggregate, .macroPeriod, .measuringPeriod,
    ].contains(field) {
      for index in drafts.indices { drafts[index].type[field] = stated(field) ?? 0 }
    }
    // Each step may look at the parts that are filled already.
    let steps: [(ReadingTypeField, (ReadingType) -> [Choice])] = [
      (.measurementKind, kinds), (.unit, units), (.macroPeriod, macroPeriods), (.commodity, commodities),
      (.aggregate, aggregates), (.flowDirection, flows), (.measuringPeriod, measuringPeriods),
      (.accumulation, accumulations), (.multiplier, multipliers),
    ]
    for (field, choices) in steps {
      drafts = drafts.flatMap { draft in
        choices(draft.type).map { (draft.type.with(field, $0.number), draft.penalty + $0.penalty) }
      }
      if drafts.count > 2000 { drafts = Array(drafts.sorted { $0.penalty < $1.penalty }.prefix(2000)) }
    }
    return drafts
  }

  private func kinds(_ type: ReadingType) -> [Choice] {
    if let said = reader[.measurementKind] {
      // "Energy … kW" means the power or demand it is measured as; leave that to the rules.
      return said
    }
    switch stated(.unit) {
    case 72, 73, 71: return [(12, 0)]
    case 38, 63, 61:
      return hint(.quantity) != 0 || stated(.aggregate) == nil ? [(37, 0), (8, 50)] : [(8, 0), (37, 50)]
    case 29: return [(54, 0), (158, 60)]
    case 5: return [(4, 0)]
    case 33: return [(15, 0)]
    case let unit? where unit != 0:
      let table = tables["measurementKind"]
      let fitting = (table?.rows ?? []).filter { row in
        (table?.value("typicalUnits", of: row) ?? "").split(separator: ";").contains { $0 == String(unit) }
      }
      let common = fitting.first { [12, 58, 46, 155, 3].contains($0.number ?? 0) } ?? fitting.first
      return common?.number.map { [($0, 0), (0, 100)] } ?? [(0, 0)]
    default:
      if [7, 9].contains(stated(.commodity) ?? 0) { return [(58, 0)] }
      if hint(.quantity) != 0 || hint(.trade) != 0 || stated(.tou) != nil || stated(.flowDirection) != nil {
        return [(12, 0), (37, 60)]
      }
      return [(0, 0)]
    }
  }

  private func units(_ type: ReadingType) -> [Choice] {
    if hint(.time) != 0 { return [(108, 0)] }
    if let said = reader[.unit] { return said }
    let quantity = hint(.quantity)
    switch type.measurementKind {
    case 12: return quantity == 2 || isQuadrant ? [(73, 0)] : quantity == 3 ? [(71, 0)] : [(72, 0)]
    case 8, 37: return quantity == 2 || isQuadrant ? [(63, 0)] : quantity == 3 ? [(61, 0)] : [(38, 0)]
    case 58: return type.measurementKind == 58 ? [(42, 0), (167, 40), (134, 50), (119, 100)] : []
    case 46: return [(23, 0), (6, 70), (279, 80)]
    case 38: return [(65, 0), (153, 120)]
    default:
      guard let table = tables["measurementKind"], let row = table[type.measurementKind],
        let typical = table.value("typicalUnits", of: row)
      else { return [(0, 0)] }
      return typical.split(separator: ";").prefix(3).enumerated().compactMap { index, text in
        Int(text).map { ($0, index * 100) }
      }
    }
  }

  private var isQuadrant: Bool {
    [2, 3, 5, 13, 15, 16, 17, 18].contains(stated(.flowDirection) ?? 0) && hint(.quantity) == 0
  }

  private func measuringPeriods(_ type: ReadingType) -> [Choice] { reader[.measuringPeriod] ?? [(0, 0)] }

  private func macroPeriods(_ type: ReadingType) -> [Choice] {
    if let said = reader[.macroPeriod] { return said }
    // The time of a maximum is that of a day, a month or a billing period, hardly that of all time.
    if hint(.time) != 0 && stated(.aggregate) != nil { return [(11, 0), (13, 95), (8, 120), (0, 150)] }
    return [(0, 0)]
  }

  private func aggregates(_ type: ReadingType) -> [Choice] {
    if let said = reader[.aggregate] {
      // A maximum demand per bucket is also kept as the register's plain indication: a habit of the meters of large
      // customers, which are primary metered.
      if type.measurementKind == 8, said.first?.number == 8, type.isBucketed, hint(.time) == 0 {
        return said + [(0, type.commodity == 2 ? -40 : 60)]
      }
      return said
    }
    guard hint(.total) != 0, stated(.phases) == 224 else { return [(0, 0)] }
    let isDirected = stated(.flowDirection) != nil || hint(.trade) != 0
    return isDirected ? [(26, 0), (0, 40)] : [(0, 0), (26, 50)]
  }

  private func flows(_ type: ReadingType) -> [Choice] {
    let isReactive = [63, 73].contains(type.unit)
    if let said = reader[.flowDirection] { return said }
    if hint(.trade) != 0 {
      let isExport = hint(.trade) == 2
      let plain = isExport ? 19 : 1
      let reactive = isExport ? 3 : 2
      if !isReactive { return [(plain, 0)] }
      return type.measurementKind == 37 ? [(plain, 0), (reactive, 50)] : [(reactive, 0), (plain, 50)]
    }
    switch type.measurementKind {
    case 12:
      if hint(.total) != 0 && stated(.phases) != 224 { return [(20, 0), (1, 80)] }
      return isReactive ? [(2, 0), (1, 30), (0, 80)] : [(1, 0), (0, 80)]
    case 8: return isReactive ? [(2, 0), (1, 50)] : [(1, 0), (0, 60)]
    case 37: return type.unit == 61 ? [(0, 0), (1, 50)] : hint(.total) != 0 ? [(20, 0), (0, 50)] : [(1, 0), (0, 40)]
    case 58: return [(1, 0), (0, 80)]
    case 4: return [(0, 0), (1, 70)]
    default: return [(0, 0)]
    }
  }

  private func commodities(_ type: ReadingType) -> [Choice] {
    if let said = reader[.commodity] { return said }
    switch type.measurementKind {
    case 2, 4, 5, 6, 8, 10, 12, 15, 31...38, 40...42, 47...57, 60, 64, 81, 158, 159, 160, 161:
      return [(1, 0), (2, 90)]
    case 58: return [(9, 0), (7, 50)]
    case 155: return [(9, 0), (7, 50)]
    case 156, 157: return [(40, 0), (0, 100)]
    case 46: return hint(.meter) != 0 ? [(41, 0)] : [(41, 20), (40, 40), (0, 60)]
    case 11: return [(1, 0), (2, 60), (41, 70)]
    case 92, 101, 102, 109, 110, 111, 118, 119, 139, 43: return [(41, 0), (3, 80), (0, 90)]
    case 90...117: return [(3, 0), (41, 60), (0, 90)]
    default: return hint(.meter) != 0 ? [(41, 0), (0, 50)] : [(0, 0), (1, 60), (41, 70)]
    }
  }

  private func accumulations(_ type: ReadingType) -> [Choice] {
    if hint(.time) != 0 { return [(0, 0)] }
    if let said = reader[.accumulation] { return said }
    // "Present" already says that the value is the one of now.
    if type.measuringPeriod == 15, type.macroPeriod == 0 { return [(0, 0), (6, 60)] }
    let hasPeriod = ReadingTypeRule.isInterval(type.measuringPeriod, tables)
    switch type.measurementKind {
    case 12, 58:
      if hint(.register) != 0 {
        return type.macroPeriod != 0 && !hasPeriod || type.isBucketed && !hasPeriod
          ? [(9, 0), (1, 95)] : [(1, 0), (9, 95)]
      }
      if hasPeriod { return [(4, 0), (9, 100), (1, 130)] }
      if type.macroPeriod != 0 {
        // A sum over the macro period is said by the aggregate already.
        return type.aggregate == 26 ? [(9, 0), (0, 30), (4, 60)] : [(9, 0), (4, 60), (1, 95)]
      }
      return type.isBucketed ? [(9, 0), (1, 70)] : [(1, 0), (9, 100)]
    case 8: return [(6, 0), (12, 100)]
    case 37:
      // Differences of power are a habit of systems that read large customers, which are primary metered.
      if hasPeriod { return [(6, 0), (4, type.commodity == 2 ? -45 : 60), (12, 80)] }
      return hint(.trade) != 0 && type.aggregate == 0 ? [(12, 0), (6, 50)] : [(6, 0), (12, 50)]
    case 46 where type.aggregate == 0: return [(12, 0), (6, 50), (0, 120)]
    case 4, 5, 15, 38, 46, 47, 54, 55, 94, 156, 158, 159:
      if type.aggregate != 0 && (hasPeriod || type.aggregate == 26) { return [(0, 0), (6, 50), (12, 90)] }
      if hint(.trade) != 0 && type.aggregate == 0 { return [(12, 0), (6, 50)] }
      return [(6, 0), (12, 50), (0, 100)]
    case 118, 139, 43, 11: return type.unit == 109 ? [(0, 0), (12, 40)] : [(0, 0)]
    case 121: return [(0, 0), (12, 40)]
    default: return [(0, 0), (6, 100), (12, 100)]
    }
  }

  private func multipliers(_ type: ReadingType) -> [Choice] {
    if hint(.time) != 0 { return [(0, 0)] }
    if let said = reader[.multiplier] { return said }
    switch type.measurementKind {
    case 12: return type.macroPeriod != 0 && type.measuringPeriod == 0 ? [(0, 0), (3, 50)] : [(3, 0), (0, 50)]
    case 8: return type.measuringPeriod == 15 ? [(3, 0), (0, 50)] : [(0, 0), (3, 40)]
    case 37: return type.accumulation == 12 || type.aggregate == 2 ? [(0, 0), (3, 50)] : [(3, 0), (0, 50)]
    default: return [(0, 0)]
    }
  }
}
