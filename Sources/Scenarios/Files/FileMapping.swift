// One mapping of a scenario file, read key by key.
import CIMModel
import Yams

/// A mapping whose keys are all known. What is missing or wrong is told, and nil then.
struct FileMapping {
  let name: String
  let mark: Mark?
  let problems: FileProblems
  private var values: [String: Node] = [:]
  private var keyMarks: [String: Mark] = [:]

  /// - Parameter known: every key that may stand here.
  init?(_ node: Node, _ name: String, known: [String], _ problems: FileProblems) {
    guard case .mapping(let mapping) = node else {
      problems.add(node.mark, "\(name) must be a mapping with the keys \(known.joined(separator: ", "))")
      return nil
    }
    self.name = name
    self.problems = problems
    mark = mapping.mark
    for (key, value) in mapping {
      guard let text = key.scalar?.string, known.contains(text) else {
        let found = key.scalar.map { "'\($0.string.prefix(60))'" } ?? "of this kind"
        problems.add(
          key.mark,
          "\(name) has no key \(found)\(Self.hint(key.scalar?.string, known)); known are "
            + known.joined(separator: ", "))
        continue
      }
      values[text] = value
      keyMarks[text] = key.mark
    }
  }

  static func hint(_ word: String?, _ known: [String]) -> String {
    word.flatMap { Spelling.nearest(to: $0, among: known) }.map { ", did you mean \($0)?" } ?? ""
  }

  func node(_ key: String) -> Node? { values[key] }
  func has(_ key: String) -> Bool { values[key] != nil }

  /// Where the value of a key stands, or the mapping.
  func place(_ key: String) -> Mark? { values[key]?.mark ?? keyMarks[key] ?? mark }

  func fail(_ key: String, _ message: String) { problems.add(place(key), message) }

  /// Text of a scalar that is not empty; nil, untold, where the key is missing.
  func text(_ key: String) -> String? {
    guard let node = values[key] else { return nil }
    guard let text = Self.scalar(node) else {
      problems.add(node.mark, "\(name).\(key) must be a text, and not an empty one")
      return nil
    }
    return text
  }

  /// The same, told where it is missing.
  func required(_ key: String) -> String? {
    guard has(key) else {
      problems.add(mark, "\(name) has no \(key)")
      return nil
    }
    return text(key)
  }

  /// A list of texts; a single text stands for a list of one.
  func texts(_ key: String) -> [(text: String, mark: Mark?)] {
    guard let node = values[key] else { return [] }
    var items = [node]
    if case .sequence(let sequence) = node { items = Array(sequence) }
    return items.compactMap { item in
      guard let text = Self.scalar(item) else {
        problems.add(item.mark, "\(name).\(key) must be texts")
        return nil
      }
      return (text, item.mark)
    }
  }

  /// The entries of a list of mappings.
  func items(_ key: String) -> [Node] {
    guard let node = values[key] else { return [] }
    guard case .sequence(let sequence) = node else {
      problems.add(node.mark, "\(name).\(key) must be a list: begin each entry with '- '")
      return []
    }
    return Array(sequence)
  }

  static func scalar(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty, node.null == nil || scalar.style != .plain else {
      return nil
    }
    return scalar.string
  }
}
