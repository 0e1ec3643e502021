// What is wrong with a scenario file, and where.
import Yams

/// Collects what is wrong, so that one reading tells all of it. Used by one reader only.
final class FileProblems {
  let file: String
  let lines: [Substring]
  private var problems: [(line: Int, column: Int, message: String)] = []
  private static let limit = 50

  init(file: String, text: String) {
    self.file = file
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  var isEmpty: Bool { problems.isEmpty }

  func add(_ mark: Mark?, _ message: String) { add(line: mark?.line ?? 1, column: mark?.column ?? 1, message) }

  func add(line: Int, column: Int, _ message: String) {
    if problems.count < Self.limit { problems.append((line, column, message)) }
  }

  /// Tells of a word that stands at or after a place, with the word's own line and column.
  func add(_ mark: Mark?, word: String, _ message: String) {
    let first = (mark?.line ?? 1) - 1
    for line in lines.indices.dropFirst(max(first, 0)) {
      guard let found = lines[line].firstRange(of: word) else { continue }
      let column = lines[line].unicodeScalars.distance(from: lines[line].startIndex, to: found.lowerBound) + 1
      return add(line: line + 1, column: column, message)
    }
    add(mark, message)
  }

  /// - Throws: `ScenarioError` `.file`, a line for each problem: "FILE:LINE:COLUMN: what is wrong".
  func throwIfAny() throws(ScenarioError) {
    guard !problems.isEmpty else { return }
    let sorted = problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    throw ScenarioError(
      .file, sorted.map { "\(file):\($0.line):\($0.column): \($0.message)" }.joined(separator: "\n"))
  }
}
