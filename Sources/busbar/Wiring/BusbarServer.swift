// Puts the server together: journal, bus, HTTP, and the components that run inside.
import CIMCodes
import CIMModel
import CIMExport
import CIMProfiles
import Catalogue
import Components
import HTTPTransport
import IECMessage
import Logging
import MasterData
import MessageBus
import SQLiteJournal
import SQLiteMasterData
import SemanticRules
import ServiceLifecycle
import UnixSignals

/// Everything `serve` and `demo` run.
struct BusbarServer {
  var dataFolder: String
  var http: HTTPConfiguration
  /// Simulated meters; nil: no components inside.
  var simulatedMeters: Int?
  var seed: UInt64 = 1
  /// What master data is bounded by, in the data folder; nil: it is not kept.
  var masterDataRules: MasterDataRules?
  /// How readings are kept; nil: they are not, beyond what simulated components keep in memory.
  var meterData: MeterDataManagement.Configuration?
  var partners: [Partner] = []
  /// What the operator has written down of components.
  var registry: [ComponentEntry] = []
  /// Undelivered messages kept for single participants; see `BusConfiguration`.
  var queueLimits: [ParticipantID: Int] = [:]
  /// Which messages overtake others; see `BusConfiguration`.
  var priorities: [PriorityRule] = []
  /// How long messages are kept; nil: for ever.
  var retention: RetentionPolicy?
  var readLimits = ReadLimits()
  var schemas = SchemaLibrary.standard
  /// What the codes of messages are judged by.
  var codeTables = CodeTables.standard
  /// What verbs require of payloads besides their profiles.
  var required = RequiredByVerb.standard
  /// Called with the address once connections are taken.
  var onListening: @Sendable (String) async -> Void
  /// Runs beside the server once it listens; when it returns the server stops.
  var script: (@Sendable (Bus) async throws -> Void)?

  /// Serves until SIGTERM or SIGINT, or until the script says so.
  ///
  /// - Throws: `BusError`, `TransportError` or `ExportError` where it cannot start; what the script throws.
  func run() async throws {
    let logger = Logger(label: "busbar")
    let journal = try SQLiteJournal(folder: dataFolder)
    var busConfiguration = BusConfiguration()
    busConfiguration.ruleContext = .standard(schemas)
    busConfiguration.queueLimits = queueLimits
    busConfiguration.priorities = priorities
    busConfiguration.contentRules = PayloadRules(codes: CodeRules(tables: codeTables), required: required)
    let reader = MessageReader(schemas: schemas, limits: readLimits, unpacker: GzipPayload())
    let bus = Bus(
      journal: journal, coder: MessageXMLCoder(reader: reader), configuration: busConfiguration, logger: logger)
    let writer = MessageWriter(schemas: schemas)
    let client = PartnerClient(logger: logger)
    let directory = try PartnerDirectory(partners)
    for partner in try directory.participants(client: client, reader: reader, writer: writer) {
      try await bus.join(partner)
    }
    let utility = simulatedMeters.map {
      Utility(meters: $0, seed: seed, port: bus, dataManagement: meterData ?? .init(), logger: logger)
    }
    try await utility?.join(bus)
    // A simulated utility brings its own MDM.
    let dataManagement =
      utility == nil
      ? meterData.map { MeterDataManagement(port: bus, configuration: $0, logger: logger, now: { .now() }) } : nil
    if let dataManagement { try await bus.join(dataManagement) }
    let masterData = try masterDataRules.map { try keeper($0, bus, logger) }
    if let masterData { try await bus.join(masterData) }

    let rows = directory.partners.map { partner in
      ComponentEntry(partner, registered: registry.first { $0.id == partner.id })
    }
    let others = registry.filter { entry in !rows.contains { $0.id == entry.id } }

    let listening = Signal()
    let (scheme, host, onListening) = (http.tls == nil ? "http" : "https", http.host, onListening)
    let server = HTTPServer(
      bus: bus, reader: reader, writer: writer, catalog: try ServiceCatalog(schemas), partners: directory,
      configuration: http, logger: logger,
      interfaces: {
        await InterfaceCatalogue.of(bus, registered: rows + others)
      },
      intake: meterData.flatMap { settings in
        settings.store.map {
          StoreIntake(
            store: $0, policy: settings.policy, meterLimit: settings.meterLimit, library: schemas)
        }
      },
      onListening: { port in
        await onListening("\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        listening.fire()
      })

    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(service: ClosureService { try await bus.run() }),
      .init(service: client),
      .init(
        service: ClosureService {
          try await journal.maintainSearchIndex { logger.error("the search index cannot be written: \($0)") }
        }),
    ]
    if let retention {
      services.append(
        .init(
          service: ClosureService {
            try await journal.keep(to: retention) { result in
              if case .failure(let error) = result { logger.error("retention failed: \(error)") }
            }
          }))
    }
    if let utility { services.append(.init(service: ClosureService { try await utility.run() })) }
    if let dataManagement { services.append(.init(service: ClosureService { try await dataManagement.run() })) }
    if let masterData { services.append(.init(service: ClosureService { try await masterData.run() })) }
    services.append(.init(service: server))
    if let script {
      services.append(
        .init(
          service: ClosureService {
            await listening.wait()
            try await script(bus)
          }, successTerminationBehavior: .gracefullyShutdownGroup))
    }
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(20)
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch {
      try? await journal.close()
      throw error
    }
    try await journal.close()
  }
}

extension BusbarServer {
  fileprivate func keeper(_ rules: MasterDataRules, _ bus: Bus, _ logger: Logger) throws -> MasterDataManagement {
    let store = try SQLiteStore(path: dataFolder + "/" + SQLiteStore.fileName)
    let engine = OperationSetEngine(rules: rules, shapes: ProfileShapes(schemas))
    return MasterDataManagement(store: store, engine: engine, port: bus, logger: logger)
  }
}
