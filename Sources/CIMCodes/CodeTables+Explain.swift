// From a text of any kind of code to its explanation.

extension CodeTables {
  /// Recognises a code and explains it.
  ///
  /// Eighteen parts are a reading type, eleven one of edition 1, four an event or a control, three a quality, two a
  /// reply code. Blanks, hyphens between the numbers and typographic dashes are cleaned with a warning.
  ///
  /// - Parameters:
  ///   - text: the code; events and controls may have `*` as parts.
  ///   - kind: the kind it has to be; `nil` recognises it. Four parts that end in a command are a control, else an event.
  /// - Throws: `CodeError` that names the part at fault.
  /// - SeeAlso: IEC 61968-9, Annexes B to F
  public func explain(_ text: String, as kind: CodeExplanation.Kind? = nil) throws(CodeError) -> CodeExplanation {
    let cleaned = CodeText(text)
    let code = cleaned.text
    if code.isEmpty { throw CodeError(.empty, "there is no text where a code is expected") }
    let parts =
      code.utf8.count > DottedNumbers.longest ? 18 : code.split(separator: ".", omittingEmptySubsequences: false).count
    switch (kind, parts) {
    case (.readingType?, 11), (nil, 11):
      let type = try readingType(edition1: code)
      let finding = CodeFinding(
        .warn, "readingType.edition1", "IEC 61968-9:2009",
        "\(code) is a code of edition 1, explained as its translation",
        suggestion: type.description)
      return explain(type, input: text, findings: cleaned.findings + [finding])
    case (.readingType?, _), (nil, 18):
      return explain(try ReadingType(parsing: code), input: text, findings: cleaned.findings)
    case (.readingQuality?, _), (nil, 3):
      return explain(try ReadingQualityType(parsing: code), input: text, findings: cleaned.findings)
    case (.replyCode?, _), (nil, 2):
      return explain(try ReplyCode(parsing: code), input: text, findings: cleaned.findings + bareFinding(code))
    case (nil, 1) where code == "0":
      return explain(try ReplyCode(parsing: code), input: text, findings: cleaned.findings + bareFinding(code))
    case (.endDeviceEvent?, _), (.endDeviceControl?, _), (nil, 4):
      return try explainEndDevice(code, as: kind, input: text, findings: cleaned.findings)
    default:
      // A part that is no number says more than the count.
      let error = DottedNumbers.failure(
        of: code, kind: "a code", parts: Array(repeating: "", count: parts == 18 ? 17 : 18), signed: -1)
      if error.code != .partCount, parts < 24 { throw error }
      throw CodeError(
        .partCount,
        "\(CodeError.quote(code)) has \(parts) part\(parts == 1 ? "" : "s"); a reading type has 18 (11 in edition 1), an event or control 4, a "
          + "quality 3 and a reply code 2")
    }
  }

  /// Explains a reading type.
  public func explain(_ type: ReadingType) -> CodeExplanation { explain(type, input: type.description, findings: []) }

  /// Explains a quality.
  public func explain(_ quality: ReadingQualityType) -> CodeExplanation {
    explain(quality, input: quality.description, findings: [])
  }

  /// Explains an event.
  public func explain(_ event: EndDeviceEventType) -> CodeExplanation {
    explain(event, of: EndDeviceCodePattern(event), input: event.description, findings: [])
  }

  /// Explains a control.
  public func explain(_ control: EndDeviceControlType) -> CodeExplanation {
    explain(control, of: EndDeviceCodePattern(control), input: control.description, findings: [])
  }

  /// Explains a reply code.
  public func explain(_ code: ReplyCode) -> CodeExplanation { explain(code, input: code.description, findings: []) }

  // MARK: - Kinds

  private func explain(_ type: ReadingType, input: String, findings: [CodeFinding]) -> CodeExplanation {
    let fields = ReadingTypeField.allCases.map { field in
      guard let table = fieldTables[field.rawValue] else { return pairField(field, of: type) }
      return self.field(field.description, table, type[field])
    }
    var remarks: [CodeExplanation.Remark] = []
    let form = valueForm(of: type)
    if form != .decimal {
      remarks.append(.init(name: "value", text: form == .text ? "text" : "ISO 8601 date and time"))
    }
    return CodeExplanation(
      code: type.description, input: input, kind: .readingType, name: longName(of: type), fields: fields,
      warnings: findings + check(type), obis: obisCodes(of: type), espi: espiFields(of: type), remarks: remarks)
  }

  private func pairField(_ field: ReadingTypeField, of type: ReadingType) -> CodeExplanation.Field {
    let word: String?
    switch field {
    case .interharmonicNumerator: word = harmonicName(type.interharmonic)
    case .argumentNumerator: word = argumentName(type.argument)
    default: word = nil
    }
    let isNumerator = field == .interharmonicNumerator || field == .argumentNumerator
    let meaning = type[field] == 0 && word == nil && isNumerator ? "not applicable" : ""
    return .init(
      name: field.description, number: type[field], word: word ?? (isNumerator ? "none" : ""), meaning: meaning,
      isKnown: true)
  }

  private func explain(_ quality: ReadingQualityType, input: String, findings: [CodeFinding]) -> CodeExplanation {
    let row = self["qualityCode"]?["\(quality.category).\(quality.index)"]
    let isSenders = [6, 7, 8].contains(quality.category)
    let index = CodeExplanation.Field(
      name: "index", number: quality.index, word: row?.name ?? "?\(quality.index)",
      meaning: row?.meaning ?? (isSenders ? "rule or method of the sender" : "unknown"),
      isKnown: row != nil || isSenders)
    return CodeExplanation(
      code: quality.description, input: input, kind: .readingQuality, name: longName(of: quality),
      fields: [
        field("system", self["qualitySystem"], quality.system),
        field("category", self["qualityCategory"], quality.category), index,
      ], warnings: findings + check(quality), obis: [], espi: [],
      remarks: [
        .init(name: "usability", text: quality.usability.rawValue), .init(name: "rank", text: "\(quality.rank)"),
      ])
  }

  private func explain(_ code: ReplyCode, input: String, findings: [CodeFinding]) -> CodeExplanation {
    let row = self["replyCode"]?[code.description]
    let index = CodeExplanation.Field(
      name: "index", number: code.index, word: row?.name ?? "?\(code.index)", meaning: row?.meaning ?? "unknown",
      isKnown: row != nil)
    return CodeExplanation(
      code: code.description, input: input, kind: .replyCode, name: longName(of: code),
      fields: [field("category", self["replyCategory"], code.category), index], warnings: findings + check(code),
      obis: [], espi: [],
      remarks: [.init(name: "result", text: code.expectedResult)]
        + (code.category == 0
          ? []
          : [
            .init(
              name: "retry", text: code.mayBeRetried ? "the same request may succeed later" : "not without a change")
          ]))
  }

  private func explainEndDevice(
    _ text: String, as kind: CodeExplanation.Kind?, input: String, findings: [CodeFinding]
  ) throws(CodeError) -> CodeExplanation {
    let pattern = try EndDeviceCodePattern(parsing: text)
    let event = EndDeviceEventType(
      type: pattern.type ?? 0, domain: pattern.domain ?? 0, subDomain: pattern.subDomain ?? 0,
      eventOrAction: pattern.eventOrAction ?? 0)
    let isListedEvent = self["eventType"]?["*.\(event.domain).\(event.subDomain).\(event.eventOrAction)"] != nil
    let isCommand = isCommand(eventOrAction: event.eventOrAction) == true && !isListedEvent
    if kind == .endDeviceControl || (kind == nil && isCommand) {
      return explain(EndDeviceControlType(parts: event), of: pattern, input: input, findings: findings)
    }
    return explain(event, of: pattern, input: input, findings: findings)
  }

  private func explain(
    _ event: EndDeviceEventType, of pattern: EndDeviceCodePattern, input: String, findings: [CodeFinding]
  ) -> CodeExplanation {
    var remarks: [CodeExplanation.Remark] = []
    if let row = self["eventType"]?["*.\(event.domain).\(event.subDomain).\(event.eventOrAction)"],
      let table = self["eventType"]?.value("table", of: row)
    {
      remarks.append(.init(name: "listed in", text: "Table \(table)"))
    }
    remarks += remark("cleared by", clearing(event), pattern) + remark("clears", raising(event), pattern)
    remarks += remark("may answer", controls(answeredBy: event), pattern)
    return CodeExplanation(
      code: pattern.description, input: input, kind: .endDeviceEvent, name: longName(of: event, pattern),
      fields: fields(of: pattern), warnings: findings + check(event), obis: [], espi: [], remarks: remarks)
  }

  private func explain(
    _ control: EndDeviceControlType, of pattern: EndDeviceCodePattern, input: String, findings: [CodeFinding]
  ) -> CodeExplanation {
    var remarks: [CodeExplanation.Remark] = []
    if let row = self["controlType"]?["*.\(control.domain).\(control.subDomain).\(control.eventOrAction)"],
      let table = self["controlType"]?.value("table", of: row)
    {
      remarks.append(.init(name: "listed in", text: "Table \(table)"))
    }
    let results = results(of: control)
    remarks += remark("done", results.succeeded, pattern) + remark("failed", results.failed, pattern)
    return CodeExplanation(
      code: pattern.description, input: input, kind: .endDeviceControl, name: longName(of: control, pattern),
      fields: fields(of: pattern), warnings: findings + check(control), obis: [], espi: [], remarks: remarks)
  }

  // MARK: - Parts

  private func fields(of pattern: EndDeviceCodePattern) -> [CodeExplanation.Field] {
    let parts = [
      ("type", "deviceType", pattern.type), ("domain", "domain", pattern.domain),
      ("subDomain", "subDomain", pattern.subDomain), ("eventOrAction", "eventOrAction", pattern.eventOrAction),
    ]
    return parts.map { part in
      guard let number = part.2 else {
        return .init(name: part.0, number: nil, word: "*", meaning: "any", isKnown: true)
      }
      return field(part.0, self[part.1], number)
    }
  }

  private func field(_ name: String, _ table: CodeTable?, _ number: Int) -> CodeExplanation.Field {
    guard let row = table?[number] else {
      let bits = name == "phases" ? " (\(PhaseSet(rawValue: number)))" : ""
      return .init(name: name, number: number, word: "?\(number)", meaning: "unknown" + bits, isKnown: false)
    }
    let symbol = table?.value("symbol", of: row) ?? table?.value("alpha", of: row)
    return .init(
      name: name, number: number, word: symbol ?? row.name,
      meaning: symbol == nil ? row.meaning : row.name, isKnown: true)
  }

  private func longName(of code: some EndDeviceCode, _ pattern: EndDeviceCodePattern) -> String {
    zip(longName(of: code).split(separator: "."), fields(of: pattern))
      .map { $1.number == nil ? "*" : String($0) }.joined(separator: ".")
  }

  private func remark(
    _ name: String, _ codes: [some EndDeviceCode], _ pattern: EndDeviceCodePattern
  ) -> [CodeExplanation.Remark] {
    if codes.isEmpty { return [] }
    let texts = codes.map { code in
      let text = pattern.type == nil ? "*" + code.description.drop { $0 != "." } : code.description
      return "\(text) \(self["eventOrAction"]?[code.eventOrAction]?.name ?? "")"
    }
    return [.init(name: name, text: texts.joined(separator: ", "))]
  }

  private func bareFinding(_ code: String) -> [CodeFinding] {
    guard code == "0" else { return [] }
    return [
      CodeFinding(.warn, "replyCode.bare", "IEC 61968-9, Annex B", "a bare 0 is read as 0.0", suggestion: "0.0")
    ]
  }
}
