// Rules on accumulation and on direction.

extension ReadingTypeRule {
  static let accumulation: [ReadingTypeRule] = [
    ReadingTypeRule(
      "bulkPeriod", .note, "Table C.5", "A dial reading normally has no measuring period."
    ) { type, tables in
      guard type.accumulation == 1, isInterval(type.measuringPeriod, tables) else { return nil }
      return Breach(
        "bulkQuantity with a measuring period is a series of dial snapshots; it is not the consumption of the interval",
        .measuringPeriod)
    },
    ReadingTypeRule(
      "deltaPeriod", .warn, "Table C.5", "A difference needs a measuring period or a macro period."
    ) { type, _ in
      guard type.accumulation == 4, type.measuringPeriod == 0, type.macroPeriod == 0 else { return nil }
      return Breach("deltaData is a difference over a period, and the code names no period", .measuringPeriod)
    },
    ReadingTypeRule(
      "deltaKind", .warn, "Table C.6", "A difference is not what voltages, currents, angles and the like are read as."
    ) { type, _ in
      guard type.accumulation == 4,
        [2, 4, 5, 6, 15, 34, 38, 46, 47, 54, 55, 57, 64, 94, 156, 158, 159, 160, 161].contains(type.measurementKind)
      else { return nil }
      return Breach(
        "deltaData does not go with measurementKind \(type.measurementKind), whose values are no sums", .accumulation,
        suggestion: type.with(.accumulation, 6))
    },
    ReadingTypeRule(
      "cumulativeKind", .warn, "Table C.5", "Cumulative and continuously cumulative values belong to demand."
    ) { type, _ in
      guard [2, 3].contains(type.accumulation), !demandKinds.contains(type.measurementKind) else { return nil }
      return Breach(
        "accumulation \(type.accumulation) sums maxima of demand, measurementKind is \(type.measurementKind)",
        .accumulation,
        suggestion: type.measurementKind == 12
          ? type.with(.accumulation, type.measuringPeriod == 0 ? 1 : 4) : nil)
    },
    ReadingTypeRule(
      "energyAccumulation", .warn, "Table C.5", "Energy is neither indicating nor instantaneous."
    ) { type, _ in
      guard type.measurementKind == 12, [6, 12].contains(type.accumulation), energyUnits.contains(type.unit)
      else { return nil }
      let period = type.measuringPeriod != 0 || type.macroPeriod != 0
      return Breach(
        "energy is collected over time, accumulation \(type.accumulation) is a momentary value; some systems write it "
          + "for interval energy", .accumulation, suggestion: type.with(.accumulation, period ? 4 : 1))
    },
    ReadingTypeRule(
      "latchingAggregate", .note, "Table C.5", "A latching quantity usually is a maximum or a minimum."
    ) { type, _ in
      guard type.accumulation == 13, ![5, 7, 8, 9, 16, 17, 23, 24, 25].contains(type.aggregate) else { return nil }
      return Breach("a latching quantity usually has aggregate maximum or minimum", .aggregate)
    },
  ]

  static let direction: [ReadingTypeRule] = [
    ReadingTypeRule(
      "preferredFlow", .note, "Table C.8", "Of two numbers for the same flow, one is preferred."
    ) { type, _ in
      let reactive = [5: 2, 13: 3]
      let active = [8: 1, 10: 19]
      let number: Int?
      switch type.unit {
      case 63, 73: number = reactive[type.flowDirection]
      case 38, 72: number = active[type.flowDirection]
      default: number = nil
      }
      guard let number else { return nil }
      return Breach(
        "flowDirection \(type.flowDirection) means the same as \(number), which is preferred", .flowDirection,
        suggestion: type.with(.flowDirection, number))
    },
    ReadingTypeRule(
      "totalByPhase", .note, "Table C.7", "On a single phase totalByPhase is the same as total."
    ) { type, _ in
      guard type.flowDirection == 21, type.phaseSet.isSinglePhase else { return nil }
      return Breach(
        "totalByPhase on a single phase is the same as total", .flowDirection,
        suggestion: type.with(.flowDirection, 20))
    },
    ReadingTypeRule(
      "scalarFlow", .warn, "Table C.7",
      "Voltages, frequencies, temperatures, identifiers and states flow in no direction."
    ) { type, _ in
      let scalars: Set<Int> = [7, 15, 43, 44, 46, 47, 54, 55, 57, 94, 118, 139, 156, 158, 159, 160, 161]
      guard type.flowDirection != 0, scalars.contains(type.measurementKind) || isIdentifier(type.measurementKind)
      else { return nil }
      return Breach(
        "measurementKind \(type.measurementKind) has no direction, flowDirection is \(type.flowDirection)",
        .flowDirection, suggestion: type.with(.flowDirection, 0))
    },
  ]
}
