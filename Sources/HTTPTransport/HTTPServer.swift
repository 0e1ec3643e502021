// The server: listens, routes, and stops in good order.
public import CIMExport
public import Catalogue
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import IECMessage
public import Logging
import NIOCore
public import ServiceLifecycle

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bus's HTTP endpoint: SOAP 1.1 and 1.2, plain XML, WSDLs, and what operators ask.
///
/// Paths, each behind `HTTPConfiguration.basePath`:
/// - `POST /soap`, `POST /services/{service}`: SOAP, generic and strongly typed; `GET` with `?wsdl` or `?xsd=…`.
/// - `POST /messages`: one message as `application/xml` or `text/xml`; `GET` searches (`JournalRoutes`).
/// - `GET /messages/{entry}` and `…/body`; `POST …/resubmit` and `…/replay`, for operators.
/// - `POST /readings`: readings in bulk, straight into the store, where there is one (`IntakeRoute`).
/// - `GET /services`, `/catalogue`, `/health`, `/activity` (server-sent events), `/dead-letters`.
///
/// - SeeAlso: IEC 61968-100 edition 1, web service bindings
public struct HTTPServer: Service {
  private let bus: any BusPort
  private let gate: MessageGate
  private let access: AccessControl
  private let catalog: ServiceCatalog
  private let configuration: HTTPConfiguration
  private let logger: Logger
  private let interfaces: (@Sendable () async -> InterfaceCatalogue)?
  private let intake: (any ReadingsIntake)?
  private let partners: PartnerDirectory
  private let isReady: @Sendable () async -> Bool
  private let onListening: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - interfaces: what `/catalogue` shows; nil: there is no such path.
  ///   - intake: what takes readings in bulk; nil: there is no `/readings`.
  ///   - isReady: what `/health` says of readiness; by default ready as soon as it listens.
  ///   - onListening: called once with the port, when connections are taken.
  public init(
    bus: any BusPort, reader: MessageReader, writer: MessageWriter, catalog: ServiceCatalog,
    partners: PartnerDirectory, configuration: HTTPConfiguration = .init(), logger: Logger,
    interfaces: (@Sendable () async -> InterfaceCatalogue)? = nil, intake: (any ReadingsIntake)? = nil,
    isReady: @escaping @Sendable () async -> Bool = { true },
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.bus = bus
    self.catalog = catalog
    self.configuration = configuration
    self.logger = logger
    self.interfaces = interfaces
    self.intake = intake
    self.partners = partners
    self.isReady = isReady
    self.onListening = onListening
    access = AccessControl(partners, configuration, logger)
    gate = MessageGate(
      bus: bus, reader: reader, writer: writer, partners: partners, configuration: configuration,
      challenges: access.principals.challenges, logger: logger)
  }

  /// Serves until it is shut down: then it takes no new connections, answers what it has begun, and returns.
  ///
  /// - Throws: `TransportError` with code `.portInUse`, `.badAddress` or `.badConfiguration` (TLS files), before the first
  ///   connection.
  public func run() async throws {
    let configuration = configuration
    var framework = logger
    // The framework tells of every connection it opens; what matters of it is told here.
    framework.logLevel = max(logger.logLevel, .warning)
    let limiter = LoadLimiter(messages: configuration.requestLimit, bytes: configuration.bodyBudget)
    let endpoint = MessageEndpoint(gate: gate, access: access, limiter: limiter, configuration: configuration)
    let plain = HTTPServerBuilder { responder in
      MessageChannel(
        base: HTTP1Channel(
          responder: responder,
          configuration: .init(
            httpDecoderConfiguration: .init(
              maxHeaderFieldSize: configuration.headerLimit, maxHeaderListSize: configuration.headerLimit,
              maxHeaderFieldCount: 100))),
        endpoint: endpoint)
    }
    if let tls = configuration.tls, case let days = try tls.daysLeft(), days < 14 {
      // Partners will stop believing it, and it is read only when the server starts.
      logger.warning("the server's certificate expires", metadata: ["file": "\(tls.certificate)", "days": "\(days)"])
    }
    let application = Application(
      router: router(limiter),
      server: try configuration.tls.map { try .tls(plain, tlsConfiguration: $0.configuration()) } ?? plain,
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(configuration.connectionLimit, logger: framework)),
      onServerRunning: { [logger, onListening] channel in
        let port = channel.localAddress?.port ?? configuration.port
        logger.info("listening", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
        await onListening(port)
      },
      logger: framework)
    do {
      try await application.run()
    } catch let error as IOError {
      throw explained(error)
    } catch let error as SocketAddressError {
      throw TransportError(
        .badAddress, "host \(configuration.host) is unknown: give an address of this machine, e.g. 127.0.0.1",
        cause: error)
    }
  }

  private func router(_ limiter: LoadLimiter) -> Router<ConnectionContext> {
    let router = Router(context: ConnectionContext.self)
    let group = router.group(RouterPath(configuration.basePath))
    ServiceRoutes(catalog: catalog, access: access, configuration: configuration).add(to: group)
    StatusRoutes(
      bus: bus, access: access, configuration: configuration,
      observers: LoadLimiter(messages: configuration.observerLimit, bytes: 0), isReady: isReady
    ).add(to: group)
    JournalRoutes(
      bus: bus, access: access, gate: gate, limiter: limiter, configuration: configuration, logger: logger
    ).add(to: group)
    if let intake {
      IntakeRoute(
        intake: intake, access: access, partners: partners, limiter: limiter, configuration: configuration,
        logger: logger
      ).add(to: group)
    }
    if let interfaces { CatalogueRoutes(access: access, catalogue: interfaces).add(to: group) }
    return router
  }

  private func explained(_ error: IOError) -> TransportError {
    let (host, port) = (configuration.host, configuration.port)
    switch error.errnoCode {
    case EADDRINUSE:
      return TransportError(
        .portInUse,
        "port \(port) on \(host) is in use by another program: stop it, or choose another port (0: any free)",
        cause: error)
    case EACCES, EPERM:
      return TransportError(
        .badAddress, "port \(port) on \(host) needs more rights: choose a port above 1023", cause: error)
    case EADDRNOTAVAIL:
      return TransportError(.badAddress, "\(host) is no address of this machine", cause: error)
    default:
      return TransportError(.badAddress, "cannot listen on \(host):\(port)", cause: error)
    }
  }
}
