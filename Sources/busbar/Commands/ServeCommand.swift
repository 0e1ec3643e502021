// busbar serve: the bus.
import ArgumentParser
import CIMCodes
import CIMProfiles
import Catalogue
import ConfigurationFile
import HTTPTransport
import IECMessage
import MasterData
import MessageBus
import SQLiteJournal

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the bus.",
    discussion: """
      Takes messages by SOAP 1.1 and 1.2 (/soap, /services/…) and as plain XML (/messages), keeps them in the data \
      folder's journal, and brings them to those they are for. Prints "listening on URL" when it is ready; ends in good \
      order at SIGTERM and SIGINT.

      Example:  busbar serve --data ./busbar-data --simulate 1000
                busbar serve --data ./busbar-data --schemas ./vendor-xsd
                busbar serve --data ./busbar-data --meter-data --meter-zone Europe/Berlin
                busbar serve --config busbar.yaml
                busbar serve --data ./busbar-data --partner CIS-001=https://cis.utility.example/reply

      The configuration file says who the partners are, how they authenticate and what they may send; options go before \
      what it says. It is described in docs/configuration.md.

      Exit code 0: ended as asked; 2: it could not start, and the reason stands on standard error.
      """)

  @Option(help: ArgumentHelp("The configuration file.", valueName: "FILE"))
  var config: String?

  @Option(help: "Folder of the journal; made if absent. (default: ./busbar-data)")
  var data: String?

  @Option(help: "Address to listen on. (default: 127.0.0.1)")
  var host: String?

  @Option(help: "Port to listen on; 0 takes any free one. (default: 8480)")
  var port: Int?

  @Flag(help: "Listen beyond this machine without TLS, or to partners that do not authenticate: put a proxy in front.")
  var insecureWithoutTls = false

  @Option(help: "Run a metering system with this many simulated meters, an MDM, a CIS and an OMS inside.")
  var simulate: Int?

  @Flag(help: "Keep master data: take OperationSets and Config requests, and tell of changes (docs/master-data.md).")
  var masterData = false

  @OptionGroup var meterDataOptions: MeterDataOptions

  @Option(help: "Seed of the simulation: equal seeds give equal meters.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Register a partner: its Header.Source and a URL that late replies to it may go to. Repeatable.",
      valueName: "ID=URL"))
  var partner: [String] = []

  @Option(help: "Bytes of the largest message. (default: 67108864)")
  var maxBytes: Int?

  @Option(help: "Elements of a message open at the same time. (default: 64)")
  var maxDepth: Int?

  @OptionGroup var schemaOptions: SchemaOptions

  @OptionGroup var tableOptions: CodeTableOptions
  @OptionGroup var requiredOption: RequiredOption

  @Option(help: "trace, debug, info, notice, warning, error or critical. (default: notice)")
  var logLevel: LogLevel?

  func validate() throws {
    if let port, !(0...65535).contains(port) { throw ValidationError("--port must be 0 to 65535.") }
    if let simulate, simulate < 1 { throw ValidationError("--simulate must be at least 1.") }
    if maxBytes ?? 1024 < 1024 || maxDepth ?? 8 < 8 {
      throw ValidationError("--max-bytes must be 1024 or more, --max-depth 8 or more.")
    }
  }

  func run() async throws {
    OpenFiles.raiseLimit()
    let file = try config.map { try ConfigurationOption.read($0) } ?? Configuration()
    LogSetup.start((logLevel ?? file.server.logLevel.flatMap { LogLevel(rawValue: $0) } ?? .notice).level)
    let (http, partners, registry): (HTTPConfiguration, [Partner], [ComponentEntry])
    do {
      http = try self.http(file)
      registry = try RegistryFiles.entries(file.registry)
      partners = try file.partners.map { try $0.partner(registry) } + self.partners()
    } catch let error as ValidationError {
      throw error
    } catch {
      throw notRun(error)
    }
    if let reason = http.exposure(of: partners) { throw notRun(FileError(description: reason)) }
    let schemas = try schemaOptions.library(after: file.schemas)
    let tables = try tableOptions.tables(file.codeTables)
    let required = try requiredOption.rules(file.required)
    let limits = file.server.limits
    var server = BusbarServer(
      dataFolder: data ?? file.server.data ?? "./busbar-data", http: http, simulatedMeters: simulate, seed: seed,
      partners: partners, readLimits: ReadLimits(totalBytes: http.bodyLimit, depth: maxDepth ?? limits.maxDepth ?? 64),
      schemas: schemas, codeTables: tables, required: required, onListening: { Terminal.line("listening on \($0)") })
    server.registry = registry
    server.priorities = file.priorities.compactMap { PriorityRule($0) }
    for partner in file.partners { server.queueLimits[ParticipantID(partner.id)] = partner.limits.queue }
    if masterData || file.masterData.isEnabled {
      var rules = MasterDataRules()
      rules.operationLimit = file.masterData.operationsPerSet ?? rules.operationLimit
      rules.separateReplies = Set(file.masterData.separateReplies)
      server.masterDataRules = rules
    }
    do {
      server.meterData = try meterDataOptions.configuration(dataFolder: server.dataFolder, file.meterData)
    } catch {
      throw notRun(error)
    }
    server.retention = file.server.retention.map {
      RetentionPolicy(age: $0.age, ages: $0.ages, deadLetterAge: $0.deadLetters, totalBytes: $0.totalBytes)
    }
    do {
      try await server.run()
    } catch {
      throw notRun(error)
    }
  }

  private func notRun(_ error: any Error) -> ExitCode {
    Terminal.warn("busbar: \(Reason.text(error))")
    return ExitStatus.notRun
  }

  /// What the file says, and the options before it.
  private func http(_ file: Configuration) throws(ConfigurationError) -> HTTPConfiguration {
    var http = try HTTPConfiguration(file)
    if let host { http.host = host }
    if let port { http.port = port }
    if let maxBytes { http.bodyLimit = maxBytes }
    if insecureWithoutTls { http.isInsecure = true }
    return http
  }

  private func partners() throws -> [Partner] {
    var addresses: [(id: String, urls: [String])] = []
    for text in partner {
      guard let split = text.firstIndex(of: "="), split != text.startIndex else {
        throw ValidationError("--partner takes ID=URL, not '\(text)'.")
      }
      let id = String(text[..<split])
      let url = String(text[text.index(after: split)...])
      if let known = addresses.firstIndex(where: { $0.id == id }) {
        addresses[known].urls.append(url)
      } else {
        addresses.append((id, [url]))
      }
    }
    return addresses.map { Partner(id: ParticipantID($0.id), replyAddresses: $0.urls, soap: nil) }
  }
}
