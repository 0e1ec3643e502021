// Passwords out of files, never out of the command line, where everybody on the machine can read them.
import Secrets

enum PasswordInput {
  /// The salted hash of a file's first line.
  static func hash(_ path: String) throws -> String {
    let text = String(decoding: try FileInput.read(path, limit: 64 << 10), as: UTF8.self)
    let line = text.prefix { !$0.isNewline }
    guard !line.isEmpty else { throw FileError(description: "\(path == "-" ? "standard input" : path): no password") }
    return try PasswordHash(of: String(line)).text
  }
}
