// busbar serve: the bus.
import ArgumentParser
import CIMCodes
import HTTPTransport
import IECMessage
import MessageBus

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the bus.",
    discussion: """
      Takes messages by SOAP 1.1 and 1.2 (/soap, /services/…) and as plain XML (/messages), keeps them in the data
      folder's journal, and brings them to those they are for. Prints "listening on URL" when it is ready; ends in good
      order at SIGTERM and SIGINT.

      Example:  busbar serve --data ./busbar-data --simulate 1000
                busbar serve --data ./busbar-data --schemas ./vendor-xsd
                busbar serve --data ./busbar-data --partner CIS-001=https://cis.utility.example/reply

      Exit code 0: ended as asked; 2: it could not start, and the reason stands on standard error.
      """)

  @Option(help: "Folder of the journal; made if absent.")
  var data: String = "./busbar-data"

  @Option(help: "Address to listen on.")
  var host: String = "127.0.0.1"

  @Option(help: "Port to listen on; 0 takes any free one.")
  var port: Int = 8480

  @Flag(
    help:
      "Listen beyond this machine although this version has neither TLS nor authentication of its own: put a proxy in front."
  )
  var insecureWithoutTls = false

  @Option(help: "Run a metering system with this many simulated meters, an MDM, a CIS and an OMS inside.")
  var simulate: Int?

  @Option(help: "Seed of the simulation: equal seeds give equal meters.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Register a partner: its Header.Source and a URL that late replies to it may go to. Repeatable.",
      valueName: "ID=URL"))
  var partner: [String] = []

  @Option(help: "Bytes of the largest message.")
  var maxBytes: Int = 64 << 20

  @Option(help: "Elements of a message open at the same time.")
  var maxDepth: Int = 64

  @OptionGroup var schemaOptions: SchemaOptions

  @OptionGroup var tableOptions: CodeTableOptions

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: LogLevel = .notice

  func validate() throws {
    if !(0...65535).contains(port) { throw ValidationError("--port must be 0 to 65535.") }
    if let simulate, simulate < 1 { throw ValidationError("--simulate must be at least 1.") }
    if maxBytes < 1024 || maxDepth < 8 {
      throw ValidationError("--max-bytes must be 1024 or more, --max-depth 8 or more.")
    }
    let isLoopback = host == "localhost" || host.hasPrefix("127.") || host == "::1"
    if !isLoopback && !insecureWithoutTls {
      throw ValidationError(
        "\(host) is reachable from other machines, and this version has neither TLS nor authentication: "
          + "listen on 127.0.0.1 behind a proxy that has, or say --insecure-without-tls.")
    }
  }

  func run() async throws {
    LogSetup.start(logLevel.level)
    var http = HTTPConfiguration()
    http.host = host
    http.port = port
    http.bodyLimit = maxBytes
    let schemas = try schemaOptions.library()
    let tables = try tableOptions.tables()
    let server = BusbarServer(
      dataFolder: data, http: http, simulatedMeters: simulate, seed: seed, partners: try partners(),
      readLimits: ReadLimits(totalBytes: maxBytes, depth: maxDepth), schemas: schemas, codeTables: tables,
      onListening: { Terminal.line("listening on \($0)") })
    do {
      try await server.run()
    } catch {
      Terminal.warn("busbar: \(Reason.text(error))")
      throw ExitStatus.notRun
    }
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
