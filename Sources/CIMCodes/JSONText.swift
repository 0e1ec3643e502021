// JSON is written by hand: the library has no other dependency.
import CIMModel

enum JSONText {
  static func string(_ text: some StringProtocol) -> String { QuotedText.json(text) }

  static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
  }

  static func array(_ items: some Sequence<String>) -> String { "[" + items.joined(separator: ",") + "]" }
}

extension CodeFinding {
  /// One JSON object: severity, rule, clause, message, and field and suggestion where there are some.
  public var json: String {
    var members = [
      ("severity", JSONText.string(severity.rawValue)), ("rule", JSONText.string(rule)),
      ("clause", JSONText.string(clause)), ("message", JSONText.string(message)),
    ]
    if let field { members.append(("field", JSONText.string(field))) }
    if let suggestion { members.append(("suggestion", JSONText.string(suggestion))) }
    return JSONText.object(members)
  }
}

extension CodeExplanation {
  /// One line of JSON: `code`, `kind`, `name`, `fields` of `name`, `number` and `meaning`, `warnings`; and `input` where
  /// it was cleaned, `obis`, `espi` and `remarks` where there are some.
  public var json: String {
    var members = [
      ("code", JSONText.string(code)), ("kind", JSONText.string(kind.rawValue)), ("name", JSONText.string(name)),
      (
        "fields",
        JSONText.array(
          fields.map { field in
            JSONText.object([
              ("name", JSONText.string(field.name)), ("number", field.number.map(String.init) ?? "null"),
              ("word", JSONText.string(field.word)), ("meaning", JSONText.string(field.fullMeaning)),
            ])
          })
      ), ("warnings", JSONText.array(warnings.map(\.json))),
    ]
    if input != code { members.append(("input", JSONText.string(input))) }
    if !obis.isEmpty { members.append(("obis", JSONText.array(obis.map { JSONText.string($0) }))) }
    if !espi.isEmpty {
      members.append(("espi", JSONText.object(espi.map { ($0.element, JSONText.string($0.value)) })))
    }
    if !remarks.isEmpty {
      members.append(("remarks", JSONText.object(remarks.map { ($0.name, JSONText.string($0.text)) })))
    }
    return JSONText.object(members)
  }
}

extension CodeExplanation.Field {
  /// Word and meaning in one, e.g. "fifteenMinute: 15 min interval".
  var fullMeaning: String {
    if meaning.isEmpty || word.isEmpty { return word + meaning }
    return "\(word): \(meaning)"
  }
}

extension CodeError {
  /// One line of JSON for a code that could not be read: `code` as given, cut to 200 characters, and `error`.
  public func json(for input: String) -> String {
    var members = [("code", JSONText.string(code.description)), ("message", JSONText.string(message))]
    if let field { members.append(("field", JSONText.string(field))) }
    return JSONText.object([("code", JSONText.string(input.prefix(200))), ("error", JSONText.object(members))])
  }
}
