// Judging the text of a code as a message carries it.

extension CodeTables {
  /// Judges the text of a code whose kind is known from where it stands in a message.
  ///
  /// Nothing is cleaned here: a text that is no code is rejected, with the code it could be cleaned to as suggestion.
  /// Keep the result per text; a message repeats its codes.
  ///
  /// - Returns: one `reject` finding with rule "<kind>.shape" where the text is no code, else what the rules of its kind
  ///   say, and a warning where the text is not canonical; empty where all is well.
  /// - SeeAlso: IEC 61968-9, Annexes B to F
  public func check(_ text: String, as kind: CodeExplanation.Kind) -> [CodeFinding] {
    do throws(CodeError) {
      let (canonical, findings) = try judge(text, as: kind)
      if canonical == text { return findings }
      let finding = CodeFinding(
        .warn, kind.rawValue + ".canonical", kind.clause,
        "\(CodeError.quote(text)) is not the canonical text of the code", suggestion: canonical)
      return [finding] + findings
    } catch {
      // Lists have `*` for any device type, a message has 0.
      let cleaned = (try? explain(text, as: kind).code).map { $0.hasPrefix("*.") ? "0" + $0.dropFirst() : $0 }
      return [
        CodeFinding(
          .reject, kind.rawValue + ".shape", kind.clause, error.message, field: error.field, suggestion: cleaned)
      ]
    }
  }

  private func judge(_ text: String, as kind: CodeExplanation.Kind) throws(CodeError) -> (String, [CodeFinding]) {
    switch kind {
    case .readingType:
      let value = try ReadingType(parsing: text)
      return (value.description, check(value))
    case .readingQuality:
      let value = try ReadingQualityType(parsing: text)
      return (value.description, check(value))
    case .endDeviceEvent:
      let value = try EndDeviceEventType(parsing: text)
      return (value.description, check(value))
    case .endDeviceControl:
      let value = try EndDeviceControlType(parsing: text)
      return (value.description, check(value))
    case .replyCode:
      let value = try ReplyCode(parsing: text)
      return (value.description, check(value))
    }
  }
}

extension CodeExplanation.Kind {
  /// The annex that defines codes of this kind.
  public var clause: String {
    switch self {
    case .readingType: "IEC 61968-9, Annex C"
    case .readingQuality: "IEC 61968-9, Annex D"
    case .endDeviceEvent: "IEC 61968-9, Annex E"
    case .endDeviceControl: "IEC 61968-9, Annex F"
    case .replyCode: "IEC 61968-9, Annex B"
    }
  }
}
