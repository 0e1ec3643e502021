// busbar schema: the profiles, as a list, as trees and as files.
import ArgumentParser
import CIMExport
import CIMProfiles
import CIMSchema
import TerminalDrawing

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "List the profiles, show one as a tree, export schemas, WSDLs and JSON Schemas.",
    discussion: """
      Example:  busbar schema list
                busbar schema show MeterReadings --depth 3
                busbar schema export --xsd ./xsd --wsdl ./wsdl --json-schema ./json-schema
      """,
    subcommands: [ListProfiles.self, ShowProfile.self, ExportSchemas.self])

  struct ListProfiles: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The nouns, with how sure each profile is.")

    @Option(help: "text for people, json for machines: one object per noun.")
    var format: OutputFormat = .text

    @OptionGroup var schemaOptions: SchemaOptions

    func run() throws {
      let library = try schemaOptions.library()
      var rows: [[String]] = []
      for profile in library.nouns.flatMap(library.profiles) {
        let noun = profile.noun
        let schema = try library.schema(forNamespace: profile.namespace)
        let purpose = schema?.documentation.split(separator: "\n").first.map(String.init) ?? ""
        switch format {
        case .json:
          Terminal.line(
            JSONText.object([
              ("noun", .string(noun)), ("namespace", .string(profile.namespace)), ("status", JSONText(schema?.status)),
              ("file", .string(profile.path)), ("purpose", .string(purpose)), ("own", .bool(profile.isOwn)),
            ]).line)
        case .text: rows.append([noun, profile.isOwn ? "own" : schema?.status ?? "", purpose])
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

    @OptionGroup var schemaOptions: SchemaOptions

    func run() throws {
      let library = try schemaOptions.library()
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
      commandName: "export",
      abstract: "Write the schemas, all WSDLs with their schemas, or JSON Schemas into a folder.")

    @Option(help: ArgumentHelp("Folder for the XSD files.", valueName: "DIR"))
    var xsd: String?

    @Option(help: ArgumentHelp("Folder for the WSDL files and the schemas they import.", valueName: "DIR"))
    var wsdl: String?

    @Option(
      help: ArgumentHelp("Folder for a JSON Schema of each root, as 'busbar convert' writes it.", valueName: "DIR"))
    var jsonSchema: String?

    @Option(help: "Address of the services in the WSDLs.")
    var address: String = "http://127.0.0.1:8480"

    @OptionGroup var schemaOptions: SchemaOptions

    func validate() throws {
      if xsd == nil && wsdl == nil && jsonSchema == nil {
        throw ValidationError("Say --xsd DIR, --wsdl DIR or --json-schema DIR.")
      }
    }

    func run() throws {
      let library = try schemaOptions.library()
      do {
        let catalog = try ServiceCatalog(library)
        if let wsdl { try catalog.write(to: wsdl, address: address) }
        if let xsd { try catalog.writeSchemas(to: xsd) }
        if let jsonSchema { try catalog.writeJSONSchemas(to: jsonSchema) }
      } catch {
        Terminal.warn("busbar: \(Reason.text(error))")
        throw ExitStatus.notRun
      }
    }
  }
}
