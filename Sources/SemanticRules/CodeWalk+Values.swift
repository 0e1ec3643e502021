// Values against their reading types.
import CIMCodes
import CIMModel
import IECMessage

extension CodeWalk {
  /// The reading type that a reference names; nil where it names none.
  func readingType(of reference: Element) -> ReadingType? {
    let text = reference.attribute("ref") ?? reference.text
    return definitions[text] ?? rules.memory.judged(CodeKey(kind: .readingType, text: text)).readingType
  }

  /// Judges the value of a reading, and whether it says what time it is about.
  mutating func judgeReading(_ element: Element, of type: ReadingType, _ surroundings: Surroundings) {
    guard let value = element["value"] else { return }
    guard !list.isFull(for: .warn) else {
      list.markTruncated()
      return
    }
    // 32 is a period that the message has to state (Table C.1).
    if type.macroPeriod == 32, element["timePeriod"] == nil, !surroundings.hasPeriod {
      add(
        "reading.period", .warn, "IEC 61968-9, Table C.1", path(),
        "macroPeriod 32 of \(type) is a specified period, but there is no timePeriod", code: "1.7")
    }
    let findings = tables.checkValue(value.text, of: type)
    guard !findings.isEmpty else { return }
    let isMissing = isStatedMissing(element)
    for finding in findings {
      // Where the quality says that there is no value, the text in its place does not matter.
      let severity = isMissing ? .note : RuleSeverity(finding.severity)
      add(
        finding.rule, severity, finding.clause, path("value"), finding.message, suggestion: finding.suggestion,
        code: "1.8")
    }
  }

  private func isStatedMissing(_ reading: Element) -> Bool {
    let qualities = reading.all("ReadingQualities").compactMap { quality in
      quality["ReadingQualityType"]?.attribute("ref").flatMap { ReadingQualityType($0) }
    }
    return ReadingQualityType.usability(of: qualities) == .missing
  }
}
