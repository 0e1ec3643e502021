// Regular expressions of XML Schema in the words of JSON Schema (ECMA-262), where both mean the same.

enum PatternTranslation {
  /// One expression for alternatives; nil where a construct has no counterpart that all validators know: Unicode
  /// properties, name characters, subtraction of classes.
  static func translate(_ alternatives: [String]) -> String? {
    var parts: [String] = []
    for alternative in alternatives {
      guard let part = translate(alternative) else { return nil }
      parts.append(part)
    }
    // XML Schema matches the whole text, always.
    return "^(?:" + parts.joined(separator: "|") + ")$"
  }

  private static func translate(_ pattern: String) -> String? {
    var result = ""
    var isInClass = false
    var rest = Substring(pattern)
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        guard let escaped = rest.popFirst(), let text = escape(escaped, isInClass: isInClass) else { return nil }
        result += text
      case "[":
        // Inside a class an open bracket begins a subtraction.
        if isInClass { return nil }
        isInClass = true
        result += "["
        if rest.first == "^" {
          rest.removeFirst()
          result += "^"
        }
      case "]":
        guard isInClass else { return nil }
        isInClass = false
        result += "]"
      case "(": result += isInClass ? "(" : "(?:"
      case ".": result += isInClass ? "." : "[^\\n\\r]"
      case "^", "$": result += "\\" + String(character)
      case "/": result += "/"
      default: result.append(character)
      }
    }
    return isInClass ? nil : result
  }

  private static func escape(_ character: Character, isInClass: Bool) -> String? {
    switch character {
    case "n", "r", "t", "d", "D", "\\", "|", ".", "?", "*", "+", "(", ")", "{", "}", "[", "]", "^":
      "\\" + String(character)
    case "-": isInClass ? "\\-" : "-"
    case "s": isInClass ? " \\t\\n\\r" : "[ \\t\\n\\r]"
    case "S": isInClass ? nil : "[^ \\t\\n\\r]"
    default: nil
    }
  }
}
