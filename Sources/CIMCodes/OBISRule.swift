/// A row of the OBIS table: the reading types it covers and their OBIS code.
struct OBISRule: Sendable {
  let pattern: ReadingTypePattern
  let obis: String
  let status: String

  static func rules(of table: CodeTable?) throws(CodeError) -> [OBISRule] {
    guard let table else { return [] }
    var rules: [OBISRule] = []
    for row in table.rows {
      rules.append(
        OBISRule(
          pattern: try ReadingTypePattern(parsing: row.code), obis: table.value("obis", of: row) ?? "",
          status: row.status))
    }
    return rules
  }
}

extension CodeTables {
  /// The OBIS codes of a reading type in the spelling A.B.C.D.E.F, e.g. "1.0.1.8.0.255"; empty where none is known.
  ///
  /// `{tou}` and `{argument}` in the table become the number of the bucket and of the argument. A multiplier is not part
  /// of an OBIS code.
  ///
  /// - SeeAlso: IEC 62056-6-1
  public func obisCodes(of type: ReadingType) -> [String] {
    obisRules.lazy.filter { $0.pattern.matches(type) }.map { $0.code(of: type) }
  }
}

extension OBISRule {
  fileprivate func code(of type: ReadingType) -> String {
    obis.split(separator: ".").map { part in
      switch part {
      case "{tou}": String(type.tou)
      case "{argument}": String(type.argument.numerator)
      default: String(part)
      }
    }.joined(separator: ".")
  }
}
