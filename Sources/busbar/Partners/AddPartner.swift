// busbar partner add: a new partner in the configuration file.
import ArgumentParser
import ConfigurationFile
import IECMessage
import Secrets

struct AddPartner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a partner to the configuration file, with comments, leaving the rest of it as it is.",
    discussion: """
      A file that is not there is made. Restart the server afterwards. A pattern is VERBS:NOUNS, e.g. \
      create,cancel:EndDeviceControls or get:all.

      Example:  busbar partner add CIS-001 --token --may-send get:MeterReadings
                busbar partner add HES --user hes --password-from hes.password --may-send created:all
                busbar partner add MDM --endpoint https://mdm.utility.example/bus --subscribes created:MeterReadings \\
                  --certificate-subject "CN=mdm,O=Utility"

      Exit code 0: added; 2: not added, and the file is as it was.
      """)

  @Argument(help: "What the partner writes into Header.Source.")
  var id: String

  @OptionGroup var file: ConfigurationOption

  @Option(help: "Name for people.")
  var name: String?

  @Option(help: "What else it writes into Header.Source. Repeatable.")
  var source: [String] = []

  @Option(help: "URL that its requests and events are posted to.")
  var endpoint: String?

  @Option(help: "URL that late replies to it may go to. Repeatable.")
  var replyAddress: [String] = []

  @Option(help: "1.1, 1.2 or none.")
  var soap: String = "1.1"

  @Option(help: "generic, wrapped or typed.")
  var form: String = "generic"

  @Option(
    help: "It authenticates by HTTP Basic as this user; needs --password-from, --password-file or --password-env.")
  var user: String?

  @Option(
    help: "File whose first line is the password; its salted hash goes into the configuration. - is standard input.")
  var passwordFrom: String?

  @Option(help: "File that the server reads the password from when it starts.")
  var passwordFile: String?

  @Option(help: "Environment variable that the server reads the password from when it starts.")
  var passwordEnv: String?

  @Flag(help: "It authenticates by a bearer token: a new one is made and printed once, its SHA-256 is kept.")
  var token = false

  @Option(help: "File that the server reads the bearer token from when it starts.")
  var tokenFile: String?

  @Option(help: "Environment variable that the server reads the bearer token from when it starts.")
  var tokenEnv: String?

  @Option(help: "It authenticates by a client certificate of this subject, e.g. \"CN=cis,O=Utility\".")
  var certificateSubject: String?

  @Option(help: "It authenticates by the client certificate of this SHA-256 fingerprint.")
  var certificateSha256: String?

  @Option(help: ArgumentHelp("Requests and events it may send. Repeatable.", valueName: "VERBS:NOUNS"))
  var maySend: [PatternArgument] = []

  @Option(help: ArgumentHelp("Requests it answers. Repeatable.", valueName: "VERBS:NOUNS"))
  var serves: [PatternArgument] = []

  @Option(help: ArgumentHelp("Events it is told of. Repeatable.", valueName: "VERBS:NOUNS"))
  var subscribes: [PatternArgument] = []

  func validate() throws {
    if !["1.1", "1.2", "none"].contains(soap) { throw ValidationError("--soap must be 1.1, 1.2 or none.") }
    if PartnerSettings.Form(rawValue: form) == nil {
      throw ValidationError("--form must be generic, wrapped or typed.")
    }
    let passwords = [passwordFrom, passwordFile, passwordEnv].compactMap { $0 }.count
    if passwords != (user == nil ? 0 : 1) {
      throw ValidationError("--user goes with one of --password-from, --password-file and --password-env.")
    }
    if (token ? 1 : 0) + [tokenFile, tokenEnv].compactMap({ $0 }).count > 1 {
      throw ValidationError("Give one of --token, --token-file and --token-env.")
    }
    if certificateSubject != nil && certificateSha256 != nil {
      throw ValidationError("Give one of --certificate-subject and --certificate-sha256.")
    }
  }

  func run() throws {
    var block = PartnerBlock(id: id)
    block.name = name
    block.sources = source
    block.endpoint = endpoint
    block.replyAddresses = replyAddress
    block.soap = SOAPVersion(rawValue: soap)
    block.form = PartnerSettings.Form(rawValue: form) ?? .generic
    block.maySend = try maySend.map { try $0.pattern("--may-send", [.request, .event]) }
    block.serves = try serves.map { try $0.pattern("--serves", [.request]) }
    block.subscribes = try subscribes.map { try $0.pattern("--subscribes", [.event]) }
    let newToken = token ? RandomBytes.token() : nil
    do {
      block.auth = try auth(newToken)
      let line = try PartnerAppender.add(block, toFile: file.path)
      Terminal.line("partner \(id) added to \(file.path), line \(line); restart the server to make it known")
      // The only time that it is seen: nothing keeps more than its digest.
      if let newToken { Terminal.line("token, to be given to \(id): \(newToken)") }
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }

  private func auth(_ newToken: String?) throws -> [PartnerBlock.Auth] {
    var auth: [PartnerBlock.Auth] = []
    if let user {
      let password: (String, String)
      if let passwordFrom {
        password = ("password-hash", try PasswordInput.hash(passwordFrom))
      } else if let passwordFile {
        password = ("password-file", passwordFile)
      } else {
        password = ("password-env", passwordEnv ?? "")
      }
      auth.append(.basic(user: user, password: password))
    }
    if let newToken { auth.append(.bearer(token: ("token-sha256", SecretDigest(of: newToken).hex))) }
    if let tokenFile { auth.append(.bearer(token: ("token-file", tokenFile))) }
    if let tokenEnv { auth.append(.bearer(token: ("token-env", tokenEnv))) }
    if let certificateSubject { auth.append(.certificate(key: "subject", value: certificateSubject)) }
    if let certificateSha256 { auth.append(.certificate(key: "sha256", value: certificateSha256)) }
    return auth
  }
}
