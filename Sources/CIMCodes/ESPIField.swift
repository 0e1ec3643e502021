/// One element of the Green Button (ESPI, NAESB REQ.21) ReadingType.
public struct ESPIField: Sendable, Hashable {
  /// Element name, e.g. "powerOfTenMultiplier".
  public let element: String
  /// Its text; a rational as "numerator/denominator".
  public let value: String
  package let isZero: Bool

  private init(_ element: String, _ number: Int) {
    self.element = element
    value = String(number)
    isZero = number == 0
  }

  private init(_ element: String, _ pair: (numerator: Int, denominator: Int)) {
    self.element = element
    value = "\(pair.numerator)/\(pair.denominator)"
    isZero = pair == (0, 0)
  }

  /// All fields in the order of ESPI's schema, those that say nothing too.
  package static func all(
    of type: ReadingType, intervalLength seconds: Int, phases: Int, measuringPeriod: Int
  ) -> [ESPIField] {
    [
      ESPIField("accumulationBehaviour", type.accumulation), ESPIField("commodity", type.commodity),
      ESPIField("consumptionTier", type.consumptionTier), ESPIField("currency", type.currency),
      ESPIField("dataQualifier", type.aggregate), ESPIField("flowDirection", type.flowDirection),
      ESPIField("intervalLength", seconds), ESPIField("kind", type.measurementKind), ESPIField("phase", phases),
      ESPIField("powerOfTenMultiplier", type.multiplier), ESPIField("timeAttribute", type.macroPeriod),
      ESPIField("tou", type.tou), ESPIField("uom", type.unit), ESPIField("cpp", type.cpp),
      ESPIField("interharmonic", type.interharmonic), ESPIField("measuringPeriod", measuringPeriod),
      ESPIField("argument", type.argument),
    ]
  }
}

extension CodeTables {
  /// The fields of a Green Button ReadingType in the order of its schema; those that are 0 are left out.
  ///
  /// Green Button has the numbers of the first printing of edition 2: a code with a later number has no fields. The
  /// interval length is in seconds.
  ///
  /// - Returns: empty where Green Button cannot express the code.
  /// - SeeAlso: NAESB REQ.21, ReadingType
  public func espiFields(of type: ReadingType) -> [ESPIField] {
    var phases = type.phases
    // The second neutral bit of the split phases is the first one there.
    if let number = [257: 272, 513: 528][phases] { phases = number }
    for field in ReadingTypeField.allCases {
      guard let table = fieldTables[field.rawValue], field != .currency else { continue }
      if field == .phases && phases != type.phases { continue }
      guard let row = table[type[field]], row.status.hasPrefix("ed2"), !row.status.hasPrefix("ed2-late"),
        row.status != "ed2?"
      else { return [] }
    }
    var interval = 0
    if let table = self["measuringPeriod"], let row = table[type.measuringPeriod],
      table.value("kind", of: row) == "interval", let minutes = table.value("minutes", of: row).flatMap({ Int($0) })
    {
      interval = minutes * 60
    }
    return ESPIField.all(of: type, intervalLength: interval, phases: phases, measuringPeriod: type.measuringPeriod)
      .filter { !$0.isZero }
  }
}
