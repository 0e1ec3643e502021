// The part of XPath that selectors and fields may use (XML Schema Part 1, 3.11.6).

/// Reads the xpath attribute of a selector or field.
struct IdentityPathParser {
  struct Failure: Error {
    var message: String
  }

  private let text: [Character]
  private var next = 0
  private let isField: Bool
  /// The namespace of a prefix; nil where it is not declared.
  private let namespace: (String) -> String?

  private init(_ text: String, isField: Bool, namespace: @escaping (String) -> String?) {
    self.text = Array(text)
    self.isField = isField
    self.namespace = namespace
  }

  static func parse(
    _ text: String, isField: Bool, namespace: @escaping (String) -> String?
  ) throws(Failure) -> [IdentityPath] {
    var parser = IdentityPathParser(text, isField: isField, namespace: namespace)
    var paths = [try parser.path()]
    while parser.take("|") { paths.append(try parser.path()) }
    guard parser.isAtEnd else { throw parser.failure("'\(parser.text[parser.next])' cannot stand here") }
    return paths
  }

  private mutating func path() throws(Failure) -> IdentityPath {
    var path = IdentityPath(isAnywhere: false, steps: [], attribute: nil)
    let start = next
    if take("."), take("/"), isNext("/") {
      next += 1
      path.isAnywhere = true
    } else {
      next = start
    }
    while true {
      if take(".") {
        if isNext(".") { throw failure("'..' is not allowed: paths lead downwards only") }
      } else if take("@") || takeAxis("attribute") {
        guard isField else { throw failure("a selector selects elements, not attributes") }
        path.attribute = try nameTest()
        return path
      } else {
        _ = takeAxis("child")
        path.steps.append(try nameTest())
      }
      guard take("/") else { return path }
      if isNext("/") { throw failure("'//' may stand only in './/' at the beginning") }
    }
  }

  private mutating func nameTest() throws(Failure) -> IdentityPath.NameTest {
    if take("*") { return .any }
    guard let first = takeName() else {
      throw failure(isAtEnd ? "it ends where a name must follow" : "a name, '*' or '.' must stand at '\(text[next])'")
    }
    // Neither axes nor functions: what follows a colon at once is the second half of a name.
    guard isNext(":") else { return .name(SchemaName("", first)) }
    next += 1
    guard let found = namespace(first) else { throw failure("the prefix '\(first)' is not declared") }
    if isNext("*") {
      next += 1
      return .namespace(found)
    }
    guard !isAtEnd, !text[next].isXMLSpace, let local = takeName() else {
      throw failure("a name or '*' must follow '\(first):'")
    }
    return .name(SchemaName(found, local))
  }

  // MARK: Tokens

  private var isAtEnd: Bool { next == text.count }

  private func isNext(_ character: Character) -> Bool { !isAtEnd && text[next] == character }

  private mutating func skipSpace() {
    while !isAtEnd && text[next].isXMLSpace { next += 1 }
  }

  /// Takes a character and the white space around it.
  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard isNext(character) else { return false }
    next += 1
    skipSpace()
    return true
  }

  private mutating func takeAxis(_ axis: String) -> Bool {
    let start = next
    skipSpace()
    guard takeName() == axis, take(":"), isNext(":") else {
      next = start
      return false
    }
    next += 1
    skipSpace()
    return true
  }

  private mutating func takeName() -> String? {
    skipSpace()
    let start = next
    while !isAtEnd, text[next].isNameLike(atStart: next == start) { next += 1 }
    return next > start ? String(text[start..<next]) : nil
  }

  private func failure(_ message: String) -> Failure {
    Failure(message: "the xpath '\(String(text))' cannot be used: \(message)")
  }
}

extension Character {
  fileprivate var isXMLSpace: Bool { self == " " || self == "\t" || isNewline }

  /// Part of a name without colon.
  fileprivate func isNameLike(atStart: Bool) -> Bool {
    if isLetter || self == "_" { return true }
    return !atStart && (isNumber || self == "-" || self == "." || self == "\u{B7}")
  }
}
