// Secrets that lie beside the file.
import ConfigurationFile
import Foundation
import Secrets
import Testing

@Suite("Configuration file: secrets")
struct StoredSecrets {
  private func source(_ bearer: String) throws -> SecretSource {
    let yaml = "partners:\n  - id: A\n    auth:\n      bearer: {\(bearer)}\n"
    let partner = try #require(try Configuration(yaml: yaml, file: "b.yaml").partner("A"))
    guard case .bearer(.stored(let source)) = partner.auth.first else { throw CancellationError() }
    return source
  }

  @Test("a file's text counts without white space at its end")
  func file() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "secret-\(UInt64.random(in: 0 ... .max))").path
    try Data("t0ken with spaces \n\n".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try source("token-file: \(path)").secret() == SecretText("t0ken with spaces"))
  }

  @Test(
    "what is not there is told with its place in the configuration", arguments: ["token-file: gone", "token-env: GONE"])
  func absent(_ bearer: String) throws {
    let source = try source(bearer)
    let error = try #require(throws: ConfigurationError.self) { try source.secret() }
    #expect(error.code == .unreadable)
    #expect(error.description.hasPrefix("b.yaml:4:"), "\(error)")
  }
}
