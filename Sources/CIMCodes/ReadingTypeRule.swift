/// A rule on reading types: what it asks for, how bad a breach is, and where it comes from.
///
/// - SeeAlso: IEC 61968-9, Annex C
public struct ReadingTypeRule: Sendable {
  /// Stable name, e.g. "readingType.deltaPeriod".
  public let id: String
  public let severity: CodeFinding.Severity
  /// The clause or table it follows from; "practice" where only the field does.
  public let clause: String
  /// What it asks for, in a plain sentence.
  public let sentence: String
  let apply: @Sendable (ReadingType, CodeTables) -> Breach?

  /// What is wrong with one code.
  struct Breach {
    let message: String
    let field: ReadingTypeField?
    let suggestion: ReadingType?

    init(_ message: String, _ field: ReadingTypeField?, suggestion: ReadingType? = nil) {
      self.message = message
      self.field = field
      self.suggestion = suggestion
    }
  }

  init(
    _ id: String, _ severity: CodeFinding.Severity, _ clause: String, _ sentence: String,
    apply: @escaping @Sendable (ReadingType, CodeTables) -> Breach?
  ) {
    self.id = "readingType." + id
    self.severity = severity
    self.clause = clause == "practice" ? clause : "IEC 61968-9, " + clause
    self.sentence = sentence
    self.apply = apply
  }

  /// Every rule, in the order of the parts.
  public static let all: [ReadingTypeRule] = shape + time + accumulation + direction + kindAndUnit

  static let powerFactors: Set<Int> = [2, 34, 38, 64]
  static let demandKinds: Set<Int> = [8, 168, 171, 174, 178, 181]
  static let energyUnits: Set<Int> = [72, 71, 73]
  static let powerUnits: Set<Int> = [38, 61, 63]

  /// Whether a kind is an identifier whose values are text.
  static func isIdentifier(_ kind: Int) -> Bool {
    (90...117).contains(kind) && ![93, 94, 115, 117].contains(kind)
  }
}

extension CodeTables {
  /// Judges a reading type by every rule.
  ///
  /// - Returns: the breaches in the order of the rules; empty where there is nothing to say.
  /// - SeeAlso: IEC 61968-9, Annex C
  public func check(_ type: ReadingType) -> [CodeFinding] {
    var findings = unknownNumbers(of: type)
    for rule in ReadingTypeRule.all {
      guard let breach = rule.apply(type, self) else { continue }
      findings.append(
        CodeFinding(
          rule.severity, rule.id, rule.clause, breach.message, field: breach.field?.description,
          suggestion: breach.suggestion?.description))
    }
    return findings + unitCaution(of: type)
  }

  /// Numbers that no table has: kept, and warned about.
  private func unknownNumbers(of type: ReadingType) -> [CodeFinding] {
    var findings: [CodeFinding] = []
    for field in ReadingTypeField.allCases {
      guard let table = fieldTables[field.rawValue], table[type[field]] == nil else { continue }
      let number = type[field]
      var message = "\(field) \(number) is in no table that is loaded; it is kept as ?\(number)"
      var suggestion: ReadingType?
      switch field {
      case .phases:
        if let alias = self["phaseAlias"]?[number], let canonical = self["phaseAlias"]?.value("canonical", of: alias),
          let canonicalNumber = Int(canonical)
        {
          message = "phases \(number) is another spelling of \(canonical) (\(alias.meaning))"
          suggestion = type.with(.phases, canonicalNumber)
        } else {
          message = "phases \(number) (\(type.phaseSet)) is no combination that has a name"
        }
      case .macroPeriod where type.measuringPeriod == 0 && fieldTables[2]?[number] != nil:
        message += "; as a measuring period it would be \(name(of: .measuringPeriod, number) ?? "")"
        suggestion = type.with(.macroPeriod, 0).with(.measuringPeriod, number)
      case .flowDirection where number == 6: message = "flowDirection 6 is unused"
      default: break
      }
      findings.append(
        CodeFinding(
          .warn, "readingType.unknownNumber", table.clause, message, field: field.description,
          suggestion: suggestion?.description))
    }
    return findings
  }
}
