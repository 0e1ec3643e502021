// A page of documentation as what it tells to do: files by name.
import Foundation

/// The blocks of a page that are files: fenced, with a kind and a name behind the fence.
struct Walkthrough {
  let files: [String: String]

  /// - Parameter page: path from the repository's root.
  init(_ page: String) throws {
    let text = try String(contentsOf: Self.repository.appending(path: page), encoding: .utf8)
    var files: [String: String] = [:]
    var name: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        let words = line.dropFirst(3).split(separator: " ")
        name = name == nil && words.count == 2 ? String(words[1]) : nil
      } else if let name {
        files[name, default: ""] += line + "\n"
      }
    }
    self.files = files
  }

  private static let repository: URL = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path() != "/" {
      if FileManager.default.fileExists(atPath: folder.appending(path: "docs/tour.md").path()) { break }
      folder = folder.deletingLastPathComponent()
    }
    return folder
  }()

  /// Writes the files below a folder into a temporary one, hands out its path, and removes it.
  func write<Result>(below folder: String, _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appending(path: "busbar-walkthrough-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    for (name, text) in files where name.hasPrefix(folder + "/") {
      let file = url.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    return try body(url.appending(path: folder).path())
  }
}
