// Collects what is wrong, so that one run tells all of it.
import Yams

/// The problems of one file. It is used by one reader only, which is why it needs no lock.
final class ProblemList {
  let file: String
  /// Folder that relative paths in the file begin at, with a slash at its end; empty for the current one.
  let folder: String
  private(set) var problems: [ConfigurationError.Problem] = []
  /// More than these are not told: whoever has mended them runs it again.
  private static let limit = 50

  init(file: String) {
    self.file = file
    folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
  }

  func add(_ mark: Mark?, _ message: String) {
    guard problems.count < Self.limit else { return }
    problems.append(.init(file: file, line: mark?.line, column: mark?.column, message: message))
  }

  /// - Throws: `ConfigurationError` `.invalid` where there is any.
  func throwIfAny() throws(ConfigurationError) {
    guard !problems.isEmpty else { return }
    let sorted = problems.enumerated().sorted {
      ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset) < (
        $1.element.line ?? 0, $1.element.column ?? 0, $1.offset
      )
    }
    throw ConfigurationError(.invalid, sorted.map(\.element))
  }

  /// A path of the file as the process has to open it.
  func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}
