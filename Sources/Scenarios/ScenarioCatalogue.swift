// The scenarios there are: the files in Scenarios/, embedded.

extension Scenario {
  /// All built-in scenarios, in the order of their figures.
  public static let all: [Scenario] = files.compactMap { file in
    // A test reads each file for itself: one that cannot be read is a bug of ours and fails there.
    try? ScenarioFile.read(file.text, file: file.name)
  }

  /// The figures a newcomer should see, in that order; the four systems of a small utility play them.
  public static let tour: [Scenario] = ["14", "16", "7", "33"].compactMap(named)

  /// The scenario with an id ("figure-33") or the number of its figure ("33"); nil where there is none.
  public static func named(_ text: String) -> Scenario? { all.first { $0.id == text || $0.figure == text } }

  /// Names and texts of the built-in files.
  public static let files: [(name: String, text: String)] = {
    var files: [(name: String, text: String)] = []
    for line in ScenarioFilesText.text.description.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("==== ") {
        files.append((String(line.dropFirst(5)), ""))
      } else if !files.isEmpty {
        files[files.count - 1].text += line + "\n"
      }
    }
    return files
  }()
}
