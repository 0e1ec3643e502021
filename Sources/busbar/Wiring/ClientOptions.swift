// How the commands that talk to a running bus show who they are.
import ArgumentParser
import HTTPTransport
import Secrets

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Credentials and trust, for buses that ask for them.
struct ClientOptions: ParsableArguments {
  @Option(help: "User for HTTP Basic; needs --password-file.")
  var user: String?

  @Option(help: "File whose first line is the password.")
  var passwordFile: String?

  @Option(help: "File whose first line is the bearer token. BUSBAR_TOKEN holds one as well.")
  var tokenFile: String?

  @Option(help: "PEM file of the roots that the bus's certificate is verified against. (default: those of the system)")
  var ca: String?

  @Option(help: "PEM file of the client certificate; needs --key.")
  var certificate: String?

  @Option(help: "PEM file of the client certificate's key.")
  var key: String?

  func validate() throws {
    if (user == nil) != (passwordFile == nil) { throw ValidationError("--user goes with --password-file.") }
    if (certificate == nil) != (key == nil) { throw ValidationError("--certificate goes with --key.") }
    if user != nil && tokenFile != nil { throw ValidationError("Give --user or --token-file.") }
  }

  /// - Throws: `FileError` where a file cannot be read or is empty.
  func access() throws(FileError) -> OutgoingAccess {
    var access = OutgoingAccess()
    if let user, let passwordFile {
      access.authorization = .basic(user: user, password: try Self.firstLine(passwordFile))
    } else if let tokenFile {
      access.authorization = .bearer(try Self.firstLine(tokenFile))
    } else if let token = getenv("BUSBAR_TOKEN") {
      access.authorization = .bearer(SecretText(String(cString: token)))
    }
    if let certificate, let key { access.certificate = (certificate, key) }
    access.ca = ca
    return access
  }

  private static func firstLine(_ path: String) throws(FileError) -> SecretText {
    let text = String(decoding: try FileInput.read(path, limit: 64 << 10), as: UTF8.self)
    let line = text.prefix { !$0.isNewline }
    guard !line.isEmpty else { throw FileError(description: "\(path): is empty") }
    return SecretText(String(line))
  }
}
