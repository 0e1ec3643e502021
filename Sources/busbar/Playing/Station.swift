// A bus of this process that others reach by HTTP, for as long as a scenario takes.
import CIMExport
import CIMProfiles
import Components
import HTTPTransport
import IECMessage
import Logging
import MessageBus
import Scenarios
import ServiceLifecycle
import Synchronization

/// A bus with its server, its partners and the systems that are played here.
struct Station: Sendable {
  private let bus: Bus
  private let client: PartnerClient
  private let server: HTTPServer
  private let remote: [RemotePartner]
  private let isListening = Signal()

  /// - Throws: `TransportError` where an endpoint is no URL.
  init(_ bus: Bus, _ partners: [Partner], port: Int, logger: Logger) throws {
    self.bus = bus
    client = PartnerClient(logger: logger)
    let (reader, writer) = (MessageReader(), MessageWriter())
    let directory = try PartnerDirectory(partners)
    remote = try directory.participants(client: client, reader: reader, writer: writer)
    var configuration = HTTPConfiguration()
    configuration.port = port
    let isListening = isListening
    server = HTTPServer(
      bus: bus, reader: reader, writer: writer, catalog: try ServiceCatalog(SchemaLibrary.standard),
      partners: directory, configuration: configuration, logger: logger, onListening: { _ in isListening.fire() })
  }

  func join(_ systems: [ReferenceSystem]) async throws {
    for participant in remote as [any Participant] + systems { try await bus.join(participant) }
  }

  var services: [ServiceGroupConfiguration.ServiceConfiguration] {
    [.init(service: ClosureService { [bus] in try await bus.run() }), .init(service: client), .init(service: server)]
  }

  func listening() async { await isListening.wait() }
}

/// The buses of several systems, each of which sends through its own.
final class StationPorts: MessagePort {
  private let buses = Mutex<[ParticipantID: Bus]>([:])

  func add(_ bus: Bus, of system: ParticipantID) { buses.withLock { $0[system] = bus } }

  func send(_ message: Message, from sender: ParticipantID, raw: [UInt8]?) async throws -> Outcome {
    guard let bus = buses.withLock({ $0[sender] }) else {
      throw BusError(.unknownEntry, "\(sender) is not played here")
    }
    return try await bus.send(message, from: sender, raw: raw)
  }
}

/// What a run has come to.
final class RunResult: Sendable {
  private let state = Mutex<Result<ScenarioReport, any Error>?>(nil)
  var value: Result<ScenarioReport, any Error>? { state.withLock { $0 } }
  func set(_ result: Result<ScenarioReport, any Error>) { state.withLock { $0 = result } }
}
