// busbar partner: who the partners are, and whether they can be reached.
import ArgumentParser

struct PartnerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "partner",
    abstract: "Add partners to the configuration file, list them, test whether they can be reached.",
    discussion: """
      Example:  busbar partner add CIS-001 --config busbar.yaml --endpoint https://cis.utility.example/bus \\
                  --token --may-send get:MeterReadings
                busbar partner list
                busbar partner test CIS-001

      The file's keys are described in docs/configuration.md.
      """,
    subcommands: [AddPartner.self, ListPartners.self, TestPartner.self, HashPassword.self])
}

/// busbar partner hash: what goes into `password-hash`.
struct HashPassword: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hash",
    abstract: "Make the salted hash of a password, for password-hash.",
    discussion: """
      Example:  busbar partner hash < password.txt

      The password is the first line of standard input, or of the file. Exit code 2: there is none.
      """)

  @Argument(help: "File with the password; - is standard input.")
  var file: String = "-"

  func run() throws {
    do {
      Terminal.line(try PasswordInput.hash(file))
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }
}
