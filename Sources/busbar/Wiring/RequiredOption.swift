// What a verb requires of a payload besides its profile.
import ArgumentParser
import SemanticRules

/// Option that all commands share that judge messages by more than their schemas.
struct RequiredOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Table of what each verb requires of a payload, in the form of Rules/requiredByVerb.csv, in the place of the "
        + "built-in one; none asks for nothing besides the profiles.",
      valueName: "FILE"))
  var required: String?

  /// The rules, those of the option before those of a configuration file; where the table cannot be read, says why and ends the command with "not run".
  func rules(_ file: String? = nil) throws -> RequiredByVerb {
    guard let required = required ?? file else { return .standard }
    if required == "none" { return .none }
    do {
      let csv = String(decoding: try FileInput.read(required, limit: 16 << 20), as: UTF8.self)
      return try RequiredByVerb(csv: csv, file: required)
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }
}
