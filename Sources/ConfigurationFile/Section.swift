// One mapping of the file, read key by key; what nobody knows is a problem.
import CIMModel
import Yams

/// A mapping whose keys are all known. What is missing is nil or empty; what is wrong is told and then nil or empty.
struct Section {
  /// How the mapping is called in messages, e.g. "server.tls" or "partner CIS".
  var name: String
  let mark: Mark?
  let problems: ProblemList
  private let values: [String: Node]
  private let keyMarks: [String: Mark]
  /// Whether a key that is missing may be one that is misspelt, and told of already.
  let hasUnknownKeys: Bool

  /// - Parameter known: every key that may stand here.
  /// - Returns: nil, and a problem, where the node is no mapping.
  init?(_ node: Node, _ name: String, known: [String], _ problems: ProblemList) {
    guard case .mapping(let mapping) = node else {
      problems.add(node.mark, "\(name) must be a mapping with the keys \(known.joined(separator: ", "))")
      return nil
    }
    self.name = name
    self.problems = problems
    mark = mapping.mark
    var values: [String: Node] = [:]
    var keyMarks: [String: Mark] = [:]
    for (key, value) in mapping {
      guard let text = key.scalar?.string, known.contains(text) else {
        let found = key.scalar.map { "\"\($0.string.prefix(60))\"" } ?? "of this kind"
        let hint =
          key.scalar.flatMap { Spelling.nearest(to: $0.string, among: known) }.map { "did you mean \($0)? " } ?? ""
        problems.add(key.mark, "\(name) has no key \(found); \(hint)known are \(known.joined(separator: ", "))")
        continue
      }
      values[text] = value
      keyMarks[text] = key.mark
    }
    hasUnknownKeys = mapping.count > values.count
    self.values = values
    self.keyMarks = keyMarks
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  /// Where the key stands, or the section where it is missing.
  func place(_ key: String) -> Mark? { keyMarks[key] ?? mark }

  func fail(_ key: String, _ message: String) { problems.add(values[key]?.mark ?? place(key), message) }

  func missing(_ key: String, _ advice: String) {
    if !hasUnknownKeys { problems.add(mark, "\(name) has no \(key): \(advice)") }
  }

  func node(_ key: String) -> Node? { values[key] }

  // MARK: Scalars

  /// Text of any scalar but null; not empty.
  func string(_ key: String) -> String? {
    guard let node = values[key] else { return nil }
    return text(node, "\(name).\(key)")
  }

  func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let node = values[key] else { return nil }
    guard case .scalar(let scalar) = node, let value = Int(scalar.string), range.contains(value) else {
      problems.add(node.mark, "\(name).\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  func bool(_ key: String) -> Bool? {
    guard let node = values[key] else { return nil }
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default:
      problems.add(node.mark, "\(name).\(key) must be true or false")
      return nil
    }
  }

  /// One of the words.
  func choice<Value>(_ key: String, _ words: [(String, Value)]) -> Value? {
    guard let node = values[key] else { return nil }
    if let text = node.scalar?.string, let value = words.first(where: { $0.0 == text })?.1 { return value }
    problems.add(node.mark, "\(name).\(key) must be one of \(words.map(\.0).joined(separator: ", "))")
    return nil
  }

  /// Bytes: a whole number, alone or with KiB, MiB or GiB behind it.
  func bytes(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let node = values[key] else { return nil }
    if let text = node.scalar?.string, let value = Quantities.bytes(text), range.contains(value) { return value }
    problems.add(
      node.mark, "\(name).\(key) must be a number of bytes from \(range.lowerBound) to \(range.upperBound), e.g. 64MiB")
    return nil
  }

  /// A time: a whole number with ms, s, m or h behind it.
  func duration(_ key: String, _ range: ClosedRange<Duration>) -> Duration? {
    guard let node = values[key] else { return nil }
    if let text = node.scalar?.string, let value = Quantities.duration(text), range.contains(value) { return value }
    problems.add(
      node.mark, "\(name).\(key) must be a time from \(range.lowerBound) to \(range.upperBound), e.g. 30s, 500ms or 2m")
    return nil
  }

  /// A path, relative ones beginning at the file's folder.
  func path(_ key: String) -> String? { string(key).map(problems.resolved) }

  // MARK: Collections

  /// A list of texts; a single text stands for a list of one.
  func strings(_ key: String) -> [String] {
    guard let node = values[key] else { return [] }
    if case .sequence(let items) = node { return items.compactMap { text($0, "\(name).\(key)") } }
    return text(node, "\(name).\(key)").map { [$0] } ?? []
  }

  /// A mapping of texts to texts, in the order of the file.
  func map(_ key: String) -> [String: String] {
    guard let node = values[key] else { return [:] }
    guard case .mapping(let mapping) = node else {
      problems.add(node.mark, "\(name).\(key) must be a mapping of texts to texts")
      return [:]
    }
    var texts: [String: String] = [:]
    for (key, value) in mapping {
      guard let key = key.scalar?.string, let value = text(value, "\(name).\(key)") else { continue }
      texts[key] = value
    }
    return texts
  }

  func section(_ key: String, known: [String]) -> Section? {
    values[key].flatMap { Section($0, "\(name).\(key)", known: known, problems) }
  }

  /// A list of mappings, empty where nothing stands behind the key; a single mapping stands for a list of one where
  /// `orOne` is set.
  func sections(_ key: String, known: [String], orOne: Bool = false) -> [Section] {
    guard let node = values[key], node.null == nil else { return [] }
    if case .sequence(let items) = node {
      return items.enumerated().compactMap {
        Section($0.element, "\(name).\(key)[\($0.offset + 1)]", known: known, problems)
      }
    }
    if orOne, case .mapping = node {
      return Section(node, "\(name).\(key)", known: known, problems).map { [$0] } ?? []
    }
    problems.add(node.mark, "\(name).\(key) must be a list: begin each entry with \"- \"")
    return []
  }

  private func text(_ node: Node, _ name: String) -> String? {
    guard case .scalar(let scalar) = node, node.null == nil || scalar.style != .plain, !scalar.string.isEmpty else {
      problems.add(node.mark, "\(name) must be a text, and not an empty one")
      return nil
    }
    return scalar.string
  }
}
