/// One element of the Green Button (ESPI, NAESB REQ.21) ReadingType.
public struct ESPIField: Sendable, Hashable {
  /// Element name, e.g. "powerOfTenMultiplier".
  public let element: String
  /// Its text; a rational as "numerator/denominator".
  public let value: String
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
    var fields: [ESPIField] = []
    func add(_ element: String, _ number: Int) {
      if number != 0 { fields.append(ESPIField(element: element, value: String(number))) }
    }
    func add(_ element: String, _ pair: (numerator: Int, denominator: Int)) {
      if pair != (0, 0) {
        fields.append(ESPIField(element: element, value: "\(pair.numerator)/\(pair.denominator)"))
      }
    }
    add("accumulationBehaviour", type.accumulation)
    add("commodity", type.commodity)
    add("consumptionTier", type.consumptionTier)
    add("currency", type.currency)
    add("dataQualifier", type.aggregate)
    add("flowDirection", type.flowDirection)
    if let table = self["measuringPeriod"], let row = table[type.measuringPeriod],
      table.value("kind", of: row) == "interval", let minutes = table.value("minutes", of: row).flatMap({ Int32($0) })
    {
      add("intervalLength", Int(minutes) * 60)
    }
    add("kind", type.measurementKind)
    add("phase", phases)
    add("powerOfTenMultiplier", type.multiplier)
    add("timeAttribute", type.macroPeriod)
    add("tou", type.tou)
    add("uom", type.unit)
    add("cpp", type.cpp)
    add("interharmonic", type.interharmonic)
    add("measuringPeriod", type.measuringPeriod)
    add("argument", type.argument)
    return fields
  }
}
