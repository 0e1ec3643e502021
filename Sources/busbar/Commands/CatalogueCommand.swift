// busbar catalogue: who exchanges what, and the contract documents that follow from it.
import ArgumentParser
import CIMProfiles
import Catalogue
import Components
import ConfigurationFile
import IECMessage
import Logging
import MessageBus

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct CatalogueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalogue",
    abstract: "Show the components with what they offer and consume; write their contract documents.",
    discussion: """
      Without --server: Busbar's own components, the partners of the configuration file (--config, or busbar.yaml where \
      there is one), and those of --registry. With it: who is on that bus now and how they fare, and those of --registry.

      Example:  busbar catalogue
                busbar catalogue --component MDM --format json
                busbar catalogue --registry partners.json --export ./contracts
                busbar catalogue --server http://127.0.0.1:8480 --format html > catalogue.html

      --export writes WSDLs with their schemas, a sample of each message, index.html and catalogue.json.

      Exit code 0: done; 1: there is no such component; 2: not run.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, html }

  @Option(help: "text for people, json for machines (docs/catalogue.md), html for one page.")
  var format: Format = .text

  @Option(help: ArgumentHelp("Only this component.", valueName: "ID"))
  var component: String?

  @Option(help: ArgumentHelp("The configuration file, for its partners.", valueName: "FILE"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "File with further components, as --format json writes them; one of the same id takes the place of Busbar's own. "
        + "Repeatable.", valueName: "FILE"))
  var registry: [String] = []

  @Option(help: ArgumentHelp("Write contract documents into this folder.", valueName: "DIR"))
  var export: String?

  @Option(help: ArgumentHelp("Ask this bus.", valueName: "URL"))
  var server: String?

  @Option(help: "Address of the services in the WSDLs; by default that of --server.")
  var address: String?

  @OptionGroup var clientOptions: ClientOptions

  @OptionGroup var schemaOptions: SchemaOptions

  func run() async throws {
    let schemas = try schemaOptions.library()
    do {
      var catalogue = try await everyone(schemas)
      if let component { catalogue = try catalogue.only(ParticipantID(component)) }
      if let export {
        let address = address ?? server ?? "http://127.0.0.1:8480"
        try ContractExport(catalogue, schemas: schemas, address: address).write(to: export)
        Terminal.warn("busbar: wrote contract documents to \(export); open \(export)/index.html")
        return
      }
      switch format {
      case .text:
        for line in CatalogueText(catalogue).lines(width: max(Terminal.width, 80)) { Terminal.line(line) }
      case .json: Terminal.write(String(decoding: CatalogueJSON.write(catalogue), as: UTF8.self))
      case .html: Terminal.write(CatalogueHTML(catalogue).page())
      }
    } catch let error as ExitCode {
      // What was wrong has been said.
      throw error
    } catch let error as CatalogueError where error.code == .unknownComponent {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.negative
    } catch {
      Terminal.warn("busbar: \(Reason.text(error))")
      throw ExitStatus.notRun
    }
  }

  private func everyone(_ schemas: SchemaLibrary) async throws -> InterfaceCatalogue {
    if let server {
      // Against the bus or Busbar's own components the file's entry counts.
      let registered = try RegistryFiles.entries(registry)
      let named = Set(registered.map(\.id))
      let answer = try await BusClient(server, clientOptions.access()).get("/catalogue?format=json", option: "--server")
      guard answer.status == 200 else {
        throw ClientError(description: "\(server)/catalogue answered \(answer.status)")
      }
      let there = try CatalogueJSON.read(answer.body).entries
      return try InterfaceCatalogue(there.filter { !named.contains($0.id) } + registered)
    }
    let file = config ?? (access("busbar.yaml", R_OK) == 0 ? "busbar.yaml" : nil)
    let settings = try file.map { try ConfigurationOption.read($0) }
    var registered = try RegistryFiles.entries((settings?.registry ?? []) + registry)
    let named = Set(registered.map(\.id))
    registered += (settings?.partners ?? []).map { ComponentEntry($0) }.filter { !named.contains($0.id) }
    let known = Set(registered.map(\.id))
    let logger = Logger(label: "busbar") { _ in SwiftLogNoOpLogHandler() }
    let coder = MessageXMLCoder(reader: MessageReader(schemas: schemas))
    let bus = Bus(journal: InMemoryJournal(), coder: coder, logger: logger)
    let own = Utility(meters: 1, seed: 1, port: bus, logger: logger).participants.filter { !known.contains($0.id) }
    return InterfaceCatalogue(participants: own, registered: registered)
  }
}
