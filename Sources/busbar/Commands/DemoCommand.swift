// busbar demo: a small utility at work.
import ArgumentParser
import HTTPTransport
import Logging

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Start a simulated utility on the bus and play its exchanges.",
    discussion: """
      A metering system with simulated meters, an MDM, a CIS and an OMS exchange real IEC 61968 messages: scheduled \
      readings (Figure 14), an on-request read (16), an outage (7), a disconnect and reconnect (33). Each message shows \
      as it happens; each exchange is drawn. It goes on serving then, until Ctrl-C.

      Example:  busbar demo --meters 5000
                busbar demo --once          exit code 0 if every exchange went well, 1 if not
      """)

  @Option(help: "Simulated meters.")
  var meters: Int = 1000

  @Option(help: "Seed of the simulation: equal seeds give equal meters.")
  var seed: UInt64 = 1

  @Flag(help: "Stop after the exchanges.")
  var once = false

  @Option(help: "Port to listen on; 0 takes any free one.")
  var port: Int = 8480

  @Option(help: "Folder of the journal; by default one that is removed at the end.")
  var data: String?

  @OptionGroup var schemaOptions: SchemaOptions

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: LogLevel = .error

  func validate() throws {
    if meters < 20 {
      throw ValidationError("--meters must be at least 20: the outage needs a transformer and neighbours.")
    }
    if !(0...65535).contains(port) { throw ValidationError("--port must be 0 to 65535.") }
  }

  func run() async throws {
    LogSetup.start(logLevel.level)
    let schemas = try schemaOptions.library()
    let folder = try data ?? TemporaryFolder.make()
    defer { if data == nil { TemporaryFolder.remove(folder) } }
    var http = HTTPConfiguration()
    // With --once nobody is to connect, and a port that is taken must not spoil the show.
    http.port = once ? 0 : port
    let (meters, seed, once) = (meters, seed, once)
    let address = Address()
    let success = Success()
    let server = BusbarServer(
      dataFolder: folder, http: http, schemas: schemas, onListening: { url in address.set(url) },
      script: { bus in
        let demo = Demo(
          bus: bus, meters: meters, seed: seed, display: .standard(), logger: Logger(label: "busbar.demo"))
        let tell: @Sendable (Bool) async throws -> Void = { _ in
          Terminal.line(
            """

            The utility goes on, with a reading every minute; Ctrl-C ends it. Try in another terminal:
              busbar get MeterReadings --meter MTR-00000001 --to \(address.value)
              busbar watch --from \(address.value)
            Web services with their WSDLs: \(address.value)/services

            """)
        }
        success.set(try await demo.run(goesOn: once ? nil : tell))
      })
    do {
      try await server.run()
    } catch {
      Terminal.warn("busbar: \(Reason.text(error))")
      throw ExitStatus.notRun
    }
    if !success.value { throw ExitStatus.negative }
  }
}

/// A folder that lives as long as the demo.
private enum TemporaryFolder {
  static func make() throws -> String {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/busbar-demo-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError(description: "\(base): no folder can be made here: \(String(cString: strerror(errno)))")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes the journal's files, and the folder if nothing else lies in it.
  static func remove(_ folder: String) {
    guard let handle = opendir(folder) else { return }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix("journal.") { names.append(name) }
    }
    closedir(handle)
    for name in names { unlink(folder + "/" + name) }
    rmdir(folder)
  }
}
