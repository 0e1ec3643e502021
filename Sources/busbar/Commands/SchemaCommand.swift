// busbar schema: the profiles, as a list, as trees and as files.
import ArgumentParser
import CIMExport
import CIMProfiles
import CIMSchema
import TerminalDrawing

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "List the profiles, show one as a tree, export schemas and WSDLs.",
    discussion: """
      Example:  busbar schema list
                busbar schema show MeterReadings --depth 3
                busbar schema export --xsd ./xsd --wsdl ./wsdl
      """,
    subcommands: [ListProfiles.self, ShowProfile.self, ExportSchemas.self])

  struct ListProfiles: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The nouns, with how sure each profile is.")

    @Option(help: "text for people, json for machines: one object per noun.")
    var format: OutputFormat = .text

    func run() throws {
      let library = SchemaLibrary.standard
      var rows: [[String]] = []
      for noun in library.nouns {
        guard let profile = library.profile(noun) else { continue }
        let schema = try library.schema(forNamespace: profile.namespace)
        let purpose = schema?.documentation.split(separator: "\n").first.map(String.init) ?? ""
        switch format {
        case .json:
          Terminal.line(
            JSONText.object([
              ("noun", .string(noun)), ("namespace", .string(profile.namespace)), ("status", JSONText(schema?.status)),
              ("file", .string(profile.path)), ("purpose", .string(purpose)),
            ]).line)
        case .text: rows.append([noun, schema?.status ?? "", purpose])
        }
      }
      if format == .text {
        let table = SummaryTable([.text("Noun"), .text("Status"), .text("Purpose")], rows: rows)
        for line in table.lines(width: max(Terminal.width, 80)) { Terminal.line(line) }
      }
    }
  }

  struct ShowProfile: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "A profile as a tree: cardinality, type and meaning of every element.")

    @Argument(help: "Noun, e.g. MeterReadings.", completion: .list(SchemaLibrary.standard.nouns))
    var noun: String

    @Option(help: "Levels below the root.")
    var depth: Int = 4

    func run() throws {
      let library = SchemaLibrary.standard
      guard let profile = library.profile(noun) else {
        let near = library.nouns.filter { $0.lowercased().contains(noun.lowercased()) }
        Terminal.warn(
          "busbar: no profile is named '\(noun)'; "
            + (near.isEmpty ? "'busbar schema list' names them all" : "did you mean \(near.joined(separator: ", "))?"))
        throw ExitStatus.negative
      }
      guard let schema = try library.schema(forNamespace: profile.namespace),
        let root = schema.globalElements[SchemaName(profile.namespace, noun)]
      else { throw ExitStatus.notRun }
      Terminal.line("\(noun)  (\(schema.status ?? "no status"))  \(profile.namespace)")
      Terminal.line(schema.documentation.replacing("\n\n", with: "\n"))
      Terminal.line("")
      var tree = SchemaTree(schema: schema, width: max(Terminal.width, 80), depth: depth)
      for line in tree.lines(from: root) { Terminal.line(line) }
    }
  }

  struct ExportSchemas: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write the schemas, or all WSDLs with their schemas, into a folder.")

    @Option(help: ArgumentHelp("Folder for the XSD files.", valueName: "DIR"))
    var xsd: String?

    @Option(help: ArgumentHelp("Folder for the WSDL files and the schemas they import.", valueName: "DIR"))
    var wsdl: String?

    @Option(help: "Address of the services in the WSDLs.")
    var address: String = "http://127.0.0.1:8480"

    func validate() throws {
      if xsd == nil && wsdl == nil { throw ValidationError("Say --xsd DIR or --wsdl DIR.") }
    }

    func run() throws {
      do {
        let catalog = try ServiceCatalog(.standard)
        if let wsdl { try catalog.write(to: wsdl, address: address) }
        if let xsd { try catalog.writeSchemas(to: xsd) }
      } catch {
        Terminal.warn("busbar: \(Reason.text(error))")
        throw ExitStatus.notRun
      }
    }
  }
}
