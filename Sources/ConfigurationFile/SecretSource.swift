// Where a secret lies that the file itself must not hold.
public import Secrets

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file or an environment variable that holds a password or a token.
public struct SecretSource: Sendable, Equatable {
  public enum Place: Sendable, Equatable {
    /// The file's text without white space at its end.
    case file(String)
    case environment(String)
  }

  public var place: Place
  /// Where the configuration names it.
  let origin: Origin

  struct Origin: Sendable, Equatable {
    var file: String
    var line: Int?
    var column: Int?
  }

  /// Reads the secret, at most 64 KiB.
  ///
  /// - Throws: `ConfigurationError` `.unreadable` with the place in the configuration; never with the secret.
  public func secret() throws(ConfigurationError) -> SecretText {
    let text: String
    switch place {
    case .file(let path):
      do {
        text = try FileText.read(path, limit: 64 << 10)
      } catch {
        throw failure("the secret's file \(path) cannot be read: \(error.reason)")
      }
    case .environment(let name):
      guard let value = getenv(name) else {
        throw failure("the environment variable \(name) is not set: set it before the server starts")
      }
      text = String(cString: value)
    }
    let end = text.lastIndex { !$0.isWhitespace && !$0.isNewline }
    guard let end else { throw failure("the secret is empty") }
    return SecretText(String(text[...end]))
  }

  private func failure(_ message: String) -> ConfigurationError {
    ConfigurationError(
      .unreadable, [.init(file: origin.file, line: origin.line, column: origin.column, message: message)])
  }
}
