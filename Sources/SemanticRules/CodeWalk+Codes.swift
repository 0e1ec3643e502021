// References to codes.
import CIMCodes
import CIMModel
import IECMessage

extension CodeWalk {
  mutating func judge(_ element: Element, as kind: CodeExplanation.Kind) {
    if let ref = element.attribute("ref") {
      judge(reference: ref, as: kind, leaf: "@ref")
    } else if !element.children.isEmpty {
      judge(object: element, as: kind)
    } else if !element.text.isEmpty {
      // Some senders write the code as text.
      judge(reference: element.text, as: kind, leaf: nil)
    } else {
      add(
        kind.rawValue + ".missing", .reject, kind.clause, path("@ref"),
        "\(element.name) names no code: its ref is left out", code: "1.7")
    }
  }

  private mutating func judge(reference text: String, as kind: CodeExplanation.Kind, leaf: String?) {
    // The object of this identifier is in the message, and is judged there.
    if kind == .readingType, definitions[text] != nil { return }
    if isUUID(text) {
      let key = CodeKey(kind: kind, text: text)
      guard list.isFirst(key) else { return }
      add(
        kind.rawValue + ".unresolved", .warn, kind.clause, path(leaf),
        "\(text) is no code, and the message does not bring along the object of this mRID", code: kind.replyCode,
        key: key)
      return
    }
    judge(text, as: kind, at: leaf)
  }

  /// Judges the text of a code and tells each code's findings once.
  mutating func judge(_ text: String, as kind: CodeExplanation.Kind, at leaf: String?) {
    let key = CodeKey(kind: kind, text: text)
    guard list.isFirst(key) else { return }
    for finding in rules.memory.judged(key).findings {
      tell(finding, about: key, at: path(leaf))
    }
  }

  /// - Parameter atMost: the gravest severity it may have here.
  mutating func tell(_ finding: CodeFinding, about key: CodeKey, at path: String, atMost: RuleSeverity = .reject) {
    var message = finding.message
    if finding.rule.hasSuffix(".shape") {
      if message.hasPrefix("part ") { message = "\(quoted(key.text)) is no \(key.kind.title): \(message)" }
    } else if !finding.rule.hasSuffix(".canonical") {
      message = "\(key.text): \(message)"
    }
    // An unknown number does not make a code malformed: it is one that is not supported here.
    let code = finding.rule == "readingType.unknownNumber" ? "2.10" : key.kind.replyCode
    add(
      finding.rule, min(RuleSeverity(finding.severity), atMost), finding.clause, path, message,
      suggestion: finding.suggestion, code: code, key: key)
  }

  func quoted(_ text: String) -> String { "'" + String(text.prefix(40)) + (text.count > 40 ? "…'" : "'") }

  mutating func add(
    _ rule: String, _ severity: RuleSeverity, _ clause: String, _ path: String, _ message: String,
    suggestion: String? = nil, code: String, key: CodeKey? = nil
  ) {
    list.add(
      RuleFinding(
        rule: RuleID(rule), severity: severity, clause: clause, path: path, message: message, suggestion: suggestion,
        replyCode: code), code: key)
  }
}

extension CodeExplanation.Kind {
  /// Annex B has codes of its own for reading types only; 1.8 says that the message is not valid.
  var replyCode: String { self == .readingType ? "2.6" : "1.8" }

  /// The kind in words, for messages.
  var title: String {
    switch self {
    case .readingType: "reading type"
    case .readingQuality: "reading quality"
    case .endDeviceEvent: "end device event"
    case .endDeviceControl: "end device control"
    case .replyCode: "reply code"
    }
  }
}

extension RuleSeverity {
  init(_ severity: CodeFinding.Severity) {
    switch severity {
    case .note: self = .note
    case .warn: self = .warn
    case .reject: self = .reject
    }
  }
}
