// Objects that describe a code: its parts have to say what its mRID or name says.
import CIMCodes
import CIMModel
import IECMessage

extension CodeWalk {
  /// Notes the reading types among the children, so that references to them are understood.
  mutating func define(_ element: Element) {
    for child in element.children where child.name == "ReadingType" && !child.children.isEmpty {
      guard child.attribute("ref") == nil, let text = code(of: child, .readingType) ?? codeOfParts(child, .readingType),
        let type = ReadingType(text)
      else { continue }
      for identifier in identifiers(of: child) where definitions.count < CodeMemory.capacity {
        definitions[identifier] = type
      }
    }
  }

  private func identifiers(of object: Element) -> [String] {
    ([object.text("mRID")] + object.all("Names").map { $0.text("name") }).compactMap { $0 }
  }

  /// The code among mRID and names; a name is one only if it reads as one, for names may be anything, also OBIS codes.
  private func code(of object: Element, _ kind: CodeExplanation.Kind) -> String? {
    if let mRID = object.text("mRID"), looksLikeCode(mRID) { return mRID }
    return object.all("Names").lazy.compactMap { $0.text("name") }.first { isCode($0, kind) }
  }

  private func looksLikeCode(_ text: String) -> Bool {
    text.utf8.count <= CodeMemory.longest && text.contains(".")
      && text.unicodeScalars.allSatisfy { ("0"..."9").contains($0) || ".-*\u{2013} ".unicodeScalars.contains($0) }
  }

  private func isCode(_ text: String, _ kind: CodeExplanation.Kind) -> Bool {
    switch kind {
    case .readingType: ReadingType(text) != nil
    case .readingQuality: ReadingQualityType(text) != nil
    case .endDeviceEvent, .endDeviceControl: EndDeviceEventType(text) != nil
    case .replyCode: ReplyCode(text) != nil
    }
  }

  mutating func judge(object: Element, as kind: CodeExplanation.Kind) {
    guard let text = code(of: object, kind) else {
      if let built = codeOfParts(object, kind) {
        judge(built, as: kind, at: nil)
      } else if let first = identifiers(of: object).first(where: { !$0.isEmpty }) {
        add(
          kind.rawValue + ".noCode", .note, kind.clause, path(),
          "\(object.name) \(quoted(first)) is given by a name that is no code; only the code identifies it",
          code: kind.replyCode)
      }
      return
    }
    judge(text, as: kind, at: object.text("mRID") == text ? "mRID" : "Names/name")
    for name in object.all("Names").compactMap({ $0.text("name") })
    where isCode(name, kind) && !isSame(name, text, kind) {
      add(
        kind.rawValue + ".ambiguous", .warn, kind.clause, path("Names/name"),
        "the mRID is \(text), but a name is \(name)", suggestion: text, code: kind.replyCode)
    }
    for part in parts(of: text, kind) { judge(part, of: object, code: text, kind) }
  }

  private func isSame(_ a: String, _ b: String, _ kind: CodeExplanation.Kind) -> Bool {
    kind == .readingType ? ReadingType(a) == ReadingType(b) : a == b
  }

  // MARK: Parts

  /// An element of such an object and the number that the code has in its place.
  private struct Part {
    var element: [String]
    var table: String
    var number: Int
  }

  private mutating func judge(_ part: Part, of object: Element, code: String, _ kind: CodeExplanation.Kind) {
    guard let text = value(of: part.element, in: object), !text.isEmpty else { return }
    let leaf = part.element.joined(separator: "/")
    guard let number = number(of: text, part.table) else {
      // An index of a quality may be a word of the sender.
      guard !part.table.isEmpty else { return }
      add(
        kind.rawValue + ".partUnknown", .warn, kind.clause, path(leaf),
        "\(leaf) \(quoted(text)) is neither a number nor a name of its table", suggestion: String(part.number),
        code: kind.replyCode)
      return
    }
    guard number != part.number else { return }
    add(
      kind.rawValue + ".partMismatch", .warn, kind.clause, path(leaf),
      "\(leaf) is \(quoted(text)), but the code \(code) has \(part.number) there; only the code counts",
      suggestion: String(part.number), code: kind.replyCode)
  }

  private func value(of path: [String], in object: Element) -> String? {
    var here: Element? = object
    for step in path { here = here?[step] }
    return here?.text
  }

  /// A number, or a name or symbol of the table.
  private func number(of text: String, _ table: String) -> Int? {
    if let number = Int(text) { return number }
    guard !table.isEmpty, let table = try? tables.table(named: table) else { return nil }
    if let row = table.row(named: text) { return row.number }
    return table.rows.first { (table.value("symbol", of: $0) ?? table.value("alpha", of: $0)) == text }?.number
  }

  /// The parts of a code that reads as one; none where it does not.
  private func parts(of text: String, _ kind: CodeExplanation.Kind) -> [Part] {
    switch kind {
    case .readingType:
      guard let type = ReadingType(text) else { return [] }
      return ReadingTypeField.allCases.map { Part(element: $0.elementPath, table: $0.tableOrNone, number: type[$0]) }
    case .readingQuality:
      guard let quality = ReadingQualityType(text) else { return [] }
      return [
        Part(element: ["systemId"], table: "qualitySystem", number: quality.system),
        Part(element: ["category"], table: "qualityCategory", number: quality.category),
        Part(element: ["subCategory"], table: "", number: quality.index),
      ]
    case .endDeviceEvent, .endDeviceControl:
      guard let code = EndDeviceEventType(text) else { return [] }
      return [
        Part(element: ["type"], table: "deviceType", number: code.type),
        Part(element: ["domain"], table: "domain", number: code.domain),
        Part(element: ["subDomain"], table: "subDomain", number: code.subDomain),
        Part(element: ["eventOrAction"], table: "eventOrAction", number: code.eventOrAction),
      ]
    case .replyCode: return []
    }
  }

  /// The code that the parts of an object make, where it has parts; parts left out are 0.
  private func codeOfParts(_ object: Element, _ kind: CodeExplanation.Kind) -> String? {
    let zeros = String(repeating: ".0", count: kind == .readingType ? 17 : kind == .readingQuality ? 2 : 3)
    var hasPart = false
    var numbers: [String] = []
    for part in parts(of: "0" + zeros, kind) {
      let text = value(of: part.element, in: object) ?? ""
      hasPart = hasPart || !text.isEmpty
      guard let number = text.isEmpty ? 0 : number(of: text, part.table) else { return nil }
      numbers.append(String(number))
    }
    return hasPart ? numbers.joined(separator: ".") : nil
  }
}

extension ReadingTypeField {
  /// Where a ReadingType object has this part.
  fileprivate var elementPath: [String] {
    switch self {
    case .interharmonicNumerator: ["interharmonic", "numerator"]
    case .interharmonicDenominator: ["interharmonic", "denominator"]
    case .argumentNumerator: ["argument", "numerator"]
    case .argumentDenominator: ["argument", "denominator"]
    default: [description]
    }
  }

  /// The table of its names; empty for the pairs, which are plain numbers.
  fileprivate var tableOrNone: String { elementPath.count == 1 ? description : "" }
}
