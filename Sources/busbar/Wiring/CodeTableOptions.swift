// Which code tables a command works with.
import ArgumentParser
import CIMCodes
import ConfigurationFile

/// Options that all commands share that judge or explain codes.
struct CodeTableOptions: ParsableArguments {
  @Flag(name: .customLong("edition3"), help: "Load the rows that only edition 3 of Part 9 has.")
  var isEdition3 = false

  @Option(
    help: ArgumentHelp(
      "Add rows to a code table from a CSV file with a header row (see 'busbar explain --list'). Repeatable.",
      valueName: "TABLE=FILE"))
  var codeTable: [String] = []

  func validate() throws {
    for text in codeTable where text.split(separator: "=", maxSplits: 1).count != 2 {
      throw ValidationError("--code-table takes TABLE=FILE, not '\(text)'.")
    }
  }

  /// The tables, with the rows that a configuration file names before those of the options; where they cannot be read, says why and ends the command with "not run".
  func tables(_ file: CodeTableSettings = CodeTableSettings()) throws -> CodeTables {
    do {
      return try read(file)
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }

  /// - Throws: `FileError` where a file cannot be read or is no table.
  private func read(_ file: CodeTableSettings) throws(FileError) -> CodeTables {
    let files = file.files.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + codeTable
    if !isEdition3 && !file.edition3 && files.isEmpty { return .standard }
    var additions: [CodeTables.Addition] = []
    for text in files {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let csv = String(decoding: try FileInput.read(parts[1], limit: 16 << 20), as: UTF8.self)
      additions.append(.init(table: parts[0], csv: csv))
    }
    do throws(CodeError) {
      return try CodeTables(edition3: isEdition3 || file.edition3, adding: additions)
    } catch {
      throw FileError(description: error.message)
    }
  }
}
