// Text as XML writes it, where a text is put together and not written element by element.

/// Character data and attribute values.
package enum XMLText {
  /// Text as it may stand in content and in attribute values: line ends and tabs, which an attribute would lose, are
  /// references; characters that XML 1.0 has not are question marks.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\r", "\n", "\t": escaped += "&#\(scalar.value);"
      case "\u{00}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "?"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
