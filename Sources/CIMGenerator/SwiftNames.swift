// Names of the standard as names in Swift.

enum SwiftNames {
  /// The first run of capitals lowered, but for a capital that begins the next word: "UsagePoint" is `usagePoint`,
  /// "URLAddress" is `urlAddress`, "mRID" stays.
  static func property(_ element: String) -> String {
    let run = element.prefix { $0.isUppercase }
    let rest = element.dropFirst(run.count)
    let isWordStart = run.count > 1 && (rest.first?.isLetter ?? false)
    let lowered = isWordStart ? run.dropLast().lowercased() + String(run.suffix(1)) : run.lowercased()
    return lowered + rest
  }

  /// A value of an enumeration: what Swift does not take in a name becomes "_".
  static func value(_ text: String) -> String {
    var name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    if name.first?.isNumber ?? true { name = "_" + name }
    // `.none` and `.some` of an optional property would be those of Optional; the rest are names of our own.
    return ["none", "some", "known"].contains(name) ? name + "_" : name
  }

  /// With back ticks where the name is a word of the language.
  static func quoted(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

  /// What the views themselves are made of, so that no class may have the name.
  static let reservedTypes: Set<String> = [
    "Bool", "CIMClass", "ChildOrder", "CodeValue", "Common", "Element", "ExactDecimal", "Int", "Noun", "ProfileError",
    "PropertyValue", "Reference", "Self", "String", "TextValue", "Timestamp", "Type",
  ]

  static let reservedProperties: Set<String> = ["element", "hashValue", "order"]

  private static let keywords: Set<String> = [
    "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else",
    "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in", "init",
    "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat",
    "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
    "typealias", "var", "where", "while",
  ]
}
