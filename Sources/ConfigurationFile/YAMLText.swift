// YAML's own errors in our words.
import Yams

enum YAMLText {
  /// The document's root; nil for an empty file.
  ///
  /// - Throws: `ConfigurationError` `.syntax`.
  static func root(_ yaml: String, file: String) throws(ConfigurationError) -> Node? {
    do {
      guard let root = try compose(yaml: yaml), root.null == nil else { return nil }
      return root
    } catch let error as YamlError {
      throw ConfigurationError(.syntax, [problem(error, file)])
    } catch {
      throw ConfigurationError(.syntax, [.init(file: file, message: "is no YAML: \(error)")])
    }
  }

  private static func problem(_ error: YamlError, _ file: String) -> ConfigurationError.Problem {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let inside = context.map { " \($0.text) that begins in line \($0.mark.line)" } ?? ""
      return .init(
        file: file, line: mark.line, column: mark.column,
        message: "this is no YAML: \(problem)\(inside); look for a missing colon, quote or indentation")
    case .duplicatedKeysInMapping(let keys, let context):
      return .init(
        file: file, line: context.mark.line, column: context.mark.column,
        message: "the key \(keys.joined(separator: ", ")) stands twice in this mapping: keep one")
    case .reader(let problem, _, _, _):
      return .init(file: file, message: "cannot be read as text: \(problem)")
    default:
      return .init(file: file, message: "is no YAML: \(error)")
    }
  }
}
