// Where tests find files.
import Foundation

enum Place {
  static let repository: URL = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path() != "/" {
      if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path()) { break }
      folder = folder.deletingLastPathComponent()
    }
    return folder
  }()

  /// Nil where the samples beside the repository are absent.
  static let samples: URL? = {
    let samples = repository.deletingLastPathComponent().appending(path: "shared/samples/part9")
    return FileManager.default.fileExists(atPath: samples.path()) ? samples : nil
  }()
}

/// A folder that goes with the test.
final class TemporaryFolder {
  private let url = FileManager.default.temporaryDirectory.appending(path: "busbar-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path() }
}
