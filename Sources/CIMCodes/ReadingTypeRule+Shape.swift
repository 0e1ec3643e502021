// Rules on the pairs and on the code as a whole, and on the parts that tell time.

extension ReadingTypeRule {
  static let shape: [ReadingTypeRule] = [
    ReadingTypeRule(
      "allZero", .warn, "Annex C", "A code with every part 0 says nothing."
    ) { type, _ in
      type.isAllZero ? Breach("every part is 0: the code is legal and says nothing", nil) : nil
    },
    ReadingTypeRule(
      "halfInterharmonic", .warn, "Table C.11", "Numerator and denominator of the interharmonic are both 0 or both set."
    ) { type, _ in
      half(type, type.interharmonic, .interharmonicNumerator, .interharmonicDenominator)
    },
    ReadingTypeRule(
      "halfArgument", .warn, "Table C.12",
      "Numerator and denominator of the argument are both 0 or both set; 0 over 1 is the number zero."
    ) { type, _ in
      type.argument == (0, 1) ? nil : half(type, type.argument, .argumentNumerator, .argumentDenominator)
    },
  ]

  private static func half(
    _ type: ReadingType, _ pair: (numerator: Int, denominator: Int), _ numerator: ReadingTypeField,
    _ denominator: ReadingTypeField
  ) -> Breach? {
    guard (pair.numerator == 0) != (pair.denominator == 0) else { return nil }
    let field = pair.numerator == 0 ? numerator : denominator
    return Breach(
      "\(numerator) \(pair.numerator) over \(denominator) \(pair.denominator) is half filled: both are 0 or both are set",
      field, suggestion: pair.denominator == 0 ? type.with(denominator, 1) : nil)
  }

  static let time: [ReadingTypeRule] = [
    ReadingTypeRule(
      "specifiedPeriod", .note, "Table C.1", "Macro period 32 needs the period's start and end in the message."
    ) { type, _ in
      type.macroPeriod == 32
        ? Breach("macroPeriod 32 needs the start and end of the period in the message", .macroPeriod) : nil
    },
    ReadingTypeRule(
      "demandBlock", .warn, "Table C.3", "Demand blocks go with demand or power in W, VA or var."
    ) { type, _ in
      guard (50...77).contains(type.measuringPeriod) || [101, 102].contains(type.measuringPeriod) else { return nil }
      if !demandKinds.contains(type.measurementKind) && type.measurementKind != 37 {
        return Breach(
          "measuringPeriod \(type.measuringPeriod) is a demand block, measurementKind \(type.measurementKind) is neither "
            + "demand nor power", .measurementKind,
          suggestion: type.measurementKind == 12 && powerUnits.contains(type.unit)
            ? type.with(.measurementKind, 8) : nil)
      }
      // The time of a maximum has the code of the maximum with the unit of timestamps.
      guard !powerUnits.contains(type.unit), type.unit != 108 else { return nil }
      return Breach(
        "measuringPeriod \(type.measuringPeriod) is a demand block, unit \(type.unit) is not W, VA or var", .unit)
    },
    ReadingTypeRule(
      "specifiedLength", .warn, "Table C.3",
      "Measuring periods 100 and 101 have their seconds in the argument over 1, 102 block and sub-interval seconds."
    ) { type, _ in
      let argument = type.argument
      switch type.measuringPeriod {
      case 100, 101:
        guard argument.numerator < 1 || argument.denominator != 1 else { return nil }
        return Breach(
          "measuringPeriod \(type.measuringPeriod) needs its length in seconds as argument over 1, the argument is "
            + "\(argument.numerator) over \(argument.denominator)", .argumentNumerator)
      case 102:
        guard
          argument.denominator < 1 || argument.numerator <= argument.denominator
            || argument.numerator % argument.denominator != 0
        else { return nil }
        return Breach(
          "measuringPeriod 102 needs block seconds over sub-interval seconds that divide the block, the argument is "
            + "\(argument.numerator) over \(argument.denominator)", .argumentNumerator)
      default: return nil
      }
    },
    ReadingTypeRule(
      "instantaneousPeriod", .note, "Table C.3",
      "The measuring period is inherent in the measurement; how often a value is sampled is not in the code."
    ) { type, tables in
      guard type.accumulation == 12, type.aggregate == 0, isInterval(type.measuringPeriod, tables) else { return nil }
      return Breach(
        "an instantaneous value has no measuring period; how often it is sampled is not in the code", .measuringPeriod,
        suggestion: type.with(.measuringPeriod, 0))
    },
  ]

  static func isInterval(_ period: Int, _ tables: CodeTables) -> Bool {
    guard let table = tables["measuringPeriod"], let row = table[period] else { return false }
    return table.value("kind", of: row) == "interval"
  }
}
