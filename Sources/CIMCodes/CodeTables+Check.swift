// Judging qualities, events, controls and reply codes.

extension CodeTables {
  /// Judges a quality: unknown systems, categories and indices. Indices of 6, 7 and 8 may be the sender's own rules.
  ///
  /// - SeeAlso: IEC 61968-9, Annex D
  public func check(_ quality: ReadingQualityType) -> [CodeFinding] {
    var findings: [CodeFinding] = []
    if self["qualitySystem"]?[quality.system] == nil {
      findings.append(
        unknown("readingQuality", "IEC 61968-9, Table D.1", "system", quality.system))
    }
    if let row = self["qualityCategory"]?[quality.category] {
      if row.status == "obsolete" {
        findings.append(
          CodeFinding(
            .warn, "readingQuality.obsolete", "IEC 61968-9, Table D.2", "category \(row.code) \(row.name) is obsolete",
            field: "category"))
      } else if name(of: quality) == nil {
        if [6, 7, 8].contains(quality.category) {
          findings.append(
            CodeFinding(
              .note, "readingQuality.senderRule", "IEC 61968-9, Annex D",
              "index \(quality.index) of category \(row.name) is a rule or method of the sender", field: "index"))
        } else {
          findings.append(unknown("readingQuality", "IEC 61968-9, Annex D", "index", quality.index))
        }
      }
    } else {
      findings.append(unknown("readingQuality", "IEC 61968-9, Table D.2", "category", quality.category))
    }
    return findings
  }

  /// Judges an event: unknown parts, and commands where an event is expected.
  ///
  /// - SeeAlso: IEC 61968-9, Annex E
  public func check(_ event: EndDeviceEventType) -> [CodeFinding] {
    var findings = unknownParts(of: event, rule: "endDeviceEvent")
    let pattern = "*.\(event.domain).\(event.subDomain).\(event.eventOrAction)"
    if isCommand(eventOrAction: event.eventOrAction) == true, self["eventType"]?[pattern] == nil {
      let results = results(of: EndDeviceControlType(parts: event)).succeeded
      findings.append(
        CodeFinding(
          .warn, "endDeviceEvent.command", "IEC 61968-9, Table E.4",
          "\(event.eventOrAction) \(self["eventOrAction"]?[event.eventOrAction]?.name ?? "") is a command; events are "
            + "in the past tense", field: "eventOrAction", suggestion: results.first?.description))
    }
    return findings + edition1Finding(of: event.description, kind: "endDeviceEvent")
  }

  /// Judges a control: unknown parts, and events where a command is expected.
  ///
  /// - SeeAlso: IEC 61968-9, Annex F
  public func check(_ control: EndDeviceControlType) -> [CodeFinding] {
    var findings = unknownParts(of: control, rule: "endDeviceControl")
    if isCommand(eventOrAction: control.eventOrAction) == false {
      let commands = controls(answeredBy: EndDeviceEventType(parts: control))
      findings.append(
        CodeFinding(
          .warn, "endDeviceControl.event", "IEC 61968-9, Table E.4",
          "\(control.eventOrAction) \(self["eventOrAction"]?[control.eventOrAction]?.name ?? "") is an event; controls "
            + "are commands in the present tense", field: "eventOrAction", suggestion: commands.first?.description))
    } else if findings.isEmpty,
      self["controlType"]?["*.\(control.domain).\(control.subDomain).\(control.eventOrAction)"] == nil
    {
      findings.append(
        CodeFinding(
          .note, "endDeviceControl.unlisted", "IEC 61968-9, Annex F", "the control is not one of the lists of Annex F"))
    }
    return findings
  }

  /// Judges a reply code: unknown categories and indices. Unknown indices are to be treated by their category.
  ///
  /// - SeeAlso: IEC 61968-9, Annex B
  public func check(_ code: ReplyCode) -> [CodeFinding] {
    if self["replyCategory"]?[code.category] == nil {
      return [unknown("replyCode", "IEC 61968-9, Table B.1", "category", code.category)]
    }
    if self["replyCode"]?[code.description] == nil {
      return [unknown("replyCode", "IEC 61968-9, Annex B", "index", code.index)]
    }
    return []
  }

  private func unknownParts(of code: some EndDeviceCode, rule: String) -> [CodeFinding] {
    let parts = [
      ("type", "deviceType", code.type), ("domain", "domain", code.domain), ("subDomain", "subDomain", code.subDomain),
      ("eventOrAction", "eventOrAction", code.eventOrAction),
    ]
    return parts.compactMap { part in
      guard let table = self[part.1], table[part.2] == nil else { return nil }
      return unknown(rule, table.clause, part.0, part.2)
    }
  }

  private func unknown(_ rule: String, _ clause: String, _ field: String, _ number: Int) -> CodeFinding {
    CodeFinding(
      .warn, rule + ".unknownNumber", clause,
      "\(field) \(number) is in no table that is loaded; it is kept as ?\(number)", field: field)
  }

  func edition1Finding(of code: String, kind: String) -> [CodeFinding] {
    guard let target = edition1Translation(of: code, kind: kind) else { return [] }
    return [
      CodeFinding(
        .warn, kind + ".edition1", "IEC 61968-9:2009", "\(code) is a code of edition 1", suggestion: target)
    ]
  }

  /// The code of edition 2 that a code of edition 1 stands for, by the table "edition1".
  ///
  /// The table has the few translations that are certain; a utility adds its own.
  ///
  /// - Parameter kind: "readingType" or "endDeviceEvent".
  public func edition1Translation(of code: String, kind: String) -> String? {
    guard let table = self["edition1"] else { return nil }
    return table.rows.first { $0.values[0] == kind && $0.values[1] == code }.flatMap { table.value("edition2", of: $0) }
  }

  /// Translates an eleven-part reading type of edition 1 by the table "edition1".
  ///
  /// - Throws: `CodeError` with code `.edition1` where the table has no translation.
  public func readingType(edition1 code: String) throws(CodeError) -> ReadingType {
    guard let text = edition1Translation(of: code, kind: "readingType") else { throw ReadingType.failure(of: code) }
    return try ReadingType(parsing: text)
  }
}

extension EndDeviceCode {
  init(parts other: some EndDeviceCode) {
    self.init(
      type: other.type, domain: other.domain, subDomain: other.subDomain, eventOrAction: other.eventOrAction)
  }
}
