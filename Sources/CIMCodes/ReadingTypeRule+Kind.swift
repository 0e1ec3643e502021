// Rules on kind, unit, multiplier and currency.

extension ReadingTypeRule {
  static let kindAndUnit: [ReadingTypeRule] = [
    ReadingTypeRule(
      "energyPowerUnit", .warn, "Table C.10", "Energy has a unit of energy, power and demand a unit of power."
    ) { type, _ in
      let toEnergy = [38: 72, 61: 71, 63: 73]
      let toPower = [72: 38, 71: 61, 73: 63]
      if type.measurementKind == 12, let unit = toEnergy[type.unit] {
        return Breach(
          "measurementKind 12 is energy, unit \(type.unit) is a unit of power", .unit,
          suggestion: type.with(.unit, unit))
      }
      if [8, 37].contains(type.measurementKind), let unit = toPower[type.unit] {
        return Breach(
          "measurementKind \(type.measurementKind) is power, unit \(type.unit) is a unit of energy", .unit,
          suggestion: type.with(.unit, unit))
      }
      return nil
    },
    ReadingTypeRule(
      "kindUnit", .warn, "Table C.10", "The unit fits the kind of measurement."
    ) { type, tables in
      guard let table = tables["measurementKind"], type.unit != 0, let row = table[type.measurementKind],
        let units = table.value("typicalUnits", of: row), tables["unit"]?[type.unit] != nil
      else { return nil }
      let typical = units.split(separator: ";").compactMap { Int($0) }
      guard !typical.contains(type.unit) else { return nil }
      // The time at which an aggregate was reached has the code of the aggregate with the unit of timestamps.
      if type.unit == 108, type.aggregate != 0 { return nil }
      if type.measurementKind == 12 && powerUnits.contains(type.unit) { return nil }
      if [8, 37].contains(type.measurementKind) && energyUnits.contains(type.unit) { return nil }
      let names = typical.map { tables["unit"]?[$0]?.name ?? "?\($0)" }
      return Breach(
        "unit \(type.unit) \(tables["unit"]?[type.unit]?.name ?? "") does not go with measurementKind "
          + "\(type.measurementKind) \(row.name); usual: \(names.joined(separator: ", "))", .unit)
    },
    ReadingTypeRule(
      "noUnit", .note, "Table C.10", "A kind that has units says which."
    ) { type, tables in
      guard let table = tables["measurementKind"], type.unit == 0, type.measurementKind != 0,
        let row = table[type.measurementKind], let units = table.value("typicalUnits", of: row),
        !units.split(separator: ";").contains("0")
      else { return nil }
      if powerFactors.contains(type.measurementKind) { return nil }
      return Breach("measurementKind \(type.measurementKind) \(row.name) has no unit", .unit)
    },
    ReadingTypeRule(
      "identifierMultiplier", .warn, "Table C.10", "Identifiers are text and have no multiplier."
    ) { type, _ in
      guard isIdentifier(type.measurementKind), type.multiplier != 0 else { return nil }
      return Breach(
        "measurementKind \(type.measurementKind) is an identifier, its values are text and take no multiplier",
        .multiplier, suggestion: type.with(.multiplier, 0))
    },
    ReadingTypeRule(
      "deprecatedKind", .note, "Table C.10", "Kind 16 is a duplicate of 3."
    ) { type, _ in
      guard type.measurementKind == 16 else { return nil }
      return Breach(
        "measurementKind 16 is a duplicate of 3 currency", .measurementKind,
        suggestion: type.with(.measurementKind, 3))
    },
    ReadingTypeRule(
      "currencyMissing", .note, "Table C.28", "Money says in which currency it is."
    ) { type, _ in
      guard type.unit == 80, type.currency == 0 else { return nil }
      return Breach("the unit is money and no currency is given", .currency)
    },
    ReadingTypeRule(
      "currencyUnit", .warn, "Table C.28", "A currency goes with money, not with a physical unit."
    ) { type, tables in
      guard type.currency != 0, type.unit != 80 else { return nil }
      let money: Set<Int> = [3, 16, 45, 150, 151, 152, 153]
      if money.contains(type.measurementKind) && type.unit == 0 {
        return Breach(
          "the code is about money, the currency is given and the unit is 0 instead of 80", .unit,
          suggestion: type.with(.unit, 80))
      }
      return Breach(
        "a currency does not go with unit \(type.unit) \(tables["unit"]?[type.unit]?.name ?? "")", .currency,
        suggestion: type.with(.currency, 0))
    },
  ]
}
