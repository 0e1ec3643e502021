// busbar explain: codes in words, and back.
import ArgumentParser
import CIMCodes

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say in words what a code means, or find the code for words.",
    discussion: """
      Takes reading types (18 numbers), qualities (3), event and control types (4) and reply codes (2); says which it \
      is, what each number means, and what is odd about it.

      Example:  busbar explain 0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0
                busbar explain 3.26.0.85 1.5.259 2.4
                busbar explain --build "15-minute delta forward active energy kWh"
                busbar explain --list                 the tables;  --list measurementKind prints one

      Exit code 0: explained; 1: at least one code is malformed; 2: a table could not be read.
      """)

  @Argument(
    help: "Codes.",
    completion: .custom { words, _, prefix in
      let tables = CodeTables.standard
      return words.contains("--list")
        ? tables.tableNames.filter { $0.lowercased().hasPrefix(prefix.lowercased()) } : tables.completions(for: prefix)
    })
  var codes: [String] = []

  @Option(help: "Propose reading types for these words, the likeliest first.")
  var build: String?

  @Flag(name: .customLong("list"), help: "Print the tables that there are, or those named.")
  var isList = false

  @Option(help: "With --build: the proposals at most.")
  var limit: Int = 5

  @Option(help: "text for people, json for machines: one object per line.")
  var format: OutputFormat = .text

  @OptionGroup var tableOptions: CodeTableOptions

  func validate() throws {
    if codes.isEmpty && build == nil && !isList { throw ValidationError("Name a code, or say --build or --list.") }
    if limit < 1 { throw ValidationError("--limit must be at least 1.") }
  }

  func run() throws {
    let tables = try tableOptions.tables()
    if let build {
      try propose(build, tables)
    } else if isList {
      try list(tables)
    } else {
      try explain(tables)
    }
  }

  private func explain(_ tables: CodeTables) throws {
    var isBad = false
    for (index, code) in codes.enumerated() {
      do {
        let explanation = try tables.explain(code)
        if format == .text && index > 0 { Terminal.line("") }
        Terminal.line(format == .json ? explanation.json : explanation.text)
      } catch {
        isBad = true
        if format == .json {
          Terminal.line(error.json(for: code))
        } else {
          Terminal.warn("busbar: \(code.prefix(80)): \(error.message)")
        }
      }
    }
    if isBad { throw ExitStatus.negative }
  }

  private func propose(_ words: String, _ tables: CodeTables) throws {
    let proposals = tables.proposals(for: words, limit: limit)
    if proposals.isEmpty {
      Terminal.warn("busbar: nothing in these words names a reading type")
      throw ExitStatus.negative
    }
    switch format {
    case .text: Terminal.line(ReadingTypeProposal.text(of: proposals))
    case .json: for proposal in proposals { Terminal.line(proposal.json) }
    }
  }

  private func list(_ tables: CodeTables) throws {
    if codes.isEmpty { return Terminal.line(tables.catalogue.text) }
    for name in codes {
      do {
        let listing = try tables.list(name)
        Terminal.line(format == .json ? listing.jsonLines : listing.text)
      } catch {
        Terminal.warn("busbar: \(error.message)")
        throw ExitStatus.negative
      }
    }
  }
}
