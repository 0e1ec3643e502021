import CIMCodes
import Testing

@Suite("IEC 61968-9, Annex C ReadingType rules")
struct ReadingTypeRuleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let code: String
    let rule: String
    let severity: CodeFinding.Severity
    var suggestion: String?
    var testDescription: String { "\(rule): \(code)" }
  }

  static let cases: [Case] = [
    Case(code: "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0", rule: "allZero", severity: .warn),
    Case(
      code: "0.0.0.12.0.1.4.5.0.0.0.0.0.0.0.0.5.0", rule: "halfInterharmonic", severity: .warn,
      suggestion: "0.0.0.12.0.1.4.5.1.0.0.0.0.0.0.0.5.0"),
    Case(code: "0.0.0.0.0.41.45.0.0.0.2.1.0.0.0.0.114.0", rule: "halfArgument", severity: .warn),
    Case(code: "32.0.0.9.1.1.12.0.0.0.0.0.0.0.0.3.72.0", rule: "specifiedPeriod", severity: .note),
    Case(
      code: "0.8.53.6.1.1.12.0.0.0.0.0.0.0.0.3.38.0", rule: "demandBlock", severity: .warn,
      suggestion: "0.8.53.6.1.1.8.0.0.0.0.0.0.0.0.3.38.0"),
    Case(code: "0.8.53.6.1.1.8.0.0.0.0.0.0.0.0.3.29.0", rule: "demandBlock", severity: .warn),
    Case(code: "0.0.100.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", rule: "specifiedLength", severity: .warn),
    Case(code: "0.0.102.6.1.1.8.0.0.900.400.0.0.0.0.3.38.0", rule: "specifiedLength", severity: .warn),
    Case(
      code: "0.0.7.12.0.1.54.0.0.0.0.0.0.0.0.0.29.0", rule: "instantaneousPeriod", severity: .note,
      suggestion: "0.0.0.12.0.1.54.0.0.0.0.0.0.0.0.0.29.0"),
    Case(code: "0.0.2.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0", rule: "bulkPeriod", severity: .note),
    Case(code: "0.0.0.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", rule: "deltaPeriod", severity: .warn),
    Case(code: "0.0.2.4.0.1.54.0.0.0.0.0.0.0.0.0.29.0", rule: "deltaKind", severity: .warn),
    Case(
      code: "0.0.0.3.1.1.12.0.0.0.0.0.0.0.0.3.72.0", rule: "cumulativeKind", severity: .warn,
      suggestion: "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
    Case(
      code: "0.0.7.6.1.1.12.0.0.0.0.0.0.0.0.3.72.0", rule: "energyAccumulation", severity: .warn,
      suggestion: "0.0.7.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
    Case(code: "0.0.0.13.1.1.8.0.0.0.0.0.0.0.0.3.38.0", rule: "latchingAggregate", severity: .note),
    Case(
      code: "0.0.0.1.5.1.12.0.0.0.0.0.0.0.0.3.73.0", rule: "preferredFlow", severity: .note,
      suggestion: "0.0.0.1.2.1.12.0.0.0.0.0.0.0.0.3.73.0"),
    Case(
      code: "0.0.0.1.21.1.12.0.0.0.0.0.0.0.128.3.72.0", rule: "totalByPhase", severity: .note,
      suggestion: "0.0.0.1.20.1.12.0.0.0.0.0.0.0.128.3.72.0"),
    Case(
      code: "0.0.0.12.1.1.54.0.0.0.0.0.0.0.128.0.29.0", rule: "scalarFlow", severity: .warn,
      suggestion: "0.0.0.12.0.1.54.0.0.0.0.0.0.0.128.0.29.0"),
    Case(
      code: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.38.0", rule: "energyPowerUnit", severity: .warn,
      suggestion: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
    Case(code: "0.0.0.12.1.1.37.0.0.0.0.0.0.0.0.0.72.0", rule: "energyPowerUnit", severity: .warn),
    Case(code: "0.0.0.1.1.7.58.0.0.0.0.0.0.0.0.0.39.0", rule: "kindUnit", severity: .warn),
    Case(code: "0.0.0.0.0.0.123.0.0.0.0.0.0.0.0.0.0.0", rule: "noUnit", severity: .note),
    Case(code: "0.0.0.0.0.41.108.0.0.0.0.0.0.0.0.3.114.0", rule: "identifierMultiplier", severity: .warn),
    Case(code: "8.0.0.1.0.0.16.0.0.0.0.0.0.0.0.0.80.978", rule: "deprecatedKind", severity: .note),
    Case(code: "8.0.0.1.0.0.3.0.0.0.0.0.0.0.0.0.80.0", rule: "currencyMissing", severity: .note),
    Case(
      code: "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.840", rule: "currencyUnit", severity: .warn,
      suggestion: "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
    Case(
      code: "8.0.0.1.0.0.3.0.0.0.0.0.0.0.0.0.0.156", rule: "currencyUnit", severity: .warn,
      suggestion: "8.0.0.1.0.0.3.0.0.0.0.0.0.0.0.0.80.156"),
    Case(code: "1001.0.0.1.2.1.12.0.0.0.0.0.0.0.0.3.73.0", rule: "unknownNumber", severity: .warn),
    Case(
      code: "2.0.0.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", rule: "unknownNumber", severity: .warn,
      suggestion: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
    Case(code: "0.0.0.12.6.1.37.0.0.0.0.0.0.0.0.3.38.0", rule: "unknownNumber", severity: .warn),
    Case(
      code: "0.0.0.12.0.1.54.0.0.0.0.0.0.0.528.0.29.0", rule: "unknownNumber", severity: .warn,
      suggestion: "0.0.0.12.0.1.54.0.0.0.0.0.0.0.513.0.29.0"),
    Case(code: "0.0.0.12.0.1.54.0.0.0.0.0.0.0.96.0.29.0", rule: "unknownNumber", severity: .warn),
    Case(code: "0.0.0.12.0.0.9.0.0.0.0.0.0.0.0.0.47.0", rule: "unitDisputed", severity: .note),
  ]

  @Test("an odd code is pointed out, with the code that was meant where it is obvious", arguments: cases)
  func found(test: Case) throws {
    let findings = CodeTables.standard.check(try code(test.code))
    let finding = try #require(findings.first { $0.rule == "readingType." + test.rule }, "\(findings)")
    #expect(finding.severity == test.severity)
    #expect(finding.clause.hasPrefix("IEC 61968-9") && !finding.message.isEmpty)
    if let suggestion = test.suggestion { #expect(finding.suggestion == suggestion) }
    if let suggestion = finding.suggestion {
      let again = CodeTables.standard.check(try code(suggestion))
      #expect(!again.contains { $0.rule == finding.rule }, "the suggestion does not break the same rule")
    }
  }

  @Test("every rule has a test that it can fail")
  func complete() {
    for rule in ReadingTypeRule.all {
      #expect(Self.cases.contains { "readingType." + $0.rule == rule.id }, "\(rule.id)")
      #expect(!rule.sentence.isEmpty && rule.sentence.hasSuffix("."))
    }
    #expect(Set(ReadingTypeRule.all.map(\.id)).count == ReadingTypeRule.all.count)
  }

  @Test(
    "a sound code is not pointed out",
    arguments: [
      "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
      "11.8.0.6.1.1.8.0.0.0.0.0.0.0.0.0.38.0", "11.8.0.0.1.2.8.0.0.0.0.1.0.0.0.0.108.0",
      "0.0.0.12.0.1.54.0.0.0.0.0.0.0.129.0.29.0", "0.8.53.6.1.1.8.0.0.0.0.0.0.0.0.3.38.0",
      "0.0.100.4.1.1.12.0.0.120.1.0.0.0.0.3.72.0", "0.0.102.6.1.1.8.0.0.900.300.0.0.0.0.3.38.0",
      "8.0.0.1.0.0.3.0.0.0.0.0.0.0.0.0.80.978", "0.0.0.0.0.0.22.0.0.0.1.0.0.0.0.0.0.0",
      "0.0.0.12.2.1.38.0.0.0.0.0.0.0.128.0.65.0",
    ])
  func sound(text: String) throws { #expect(CodeTables.standard.check(try code(text)) == []) }

  @Test("an unknown number is kept, shown and warned about, in every part")
  func unknownIsKept() throws {
    for field in ReadingTypeField.allCases {
      let type = ReadingType().with(.measurementKind, 12).with(.unit, 72).with(field, 987_654)
      let explanation = CodeTables.standard.explain(type)
      #expect(explanation.code.contains("987654"))
      #expect(explanation.fields[field.rawValue].number == 987_654)
      let isFree = field.description.hasPrefix("interharmonic") || field.description.hasPrefix("argument")
      #expect(explanation.fields[field.rawValue].isKnown == isFree)
      #expect(explanation.warnings.contains { $0.rule == "readingType.unknownNumber" } == !isFree)
    }
  }
}
