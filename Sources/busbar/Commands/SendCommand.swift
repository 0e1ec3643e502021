// busbar send: any message, as it is.
import ArgumentParser
import CIMCodec
import IECMessage

struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send a message to a running bus and print its answer.",
    discussion: """
      The file is sent as it is: SOAP to /soap, everything else to /messages.

      Example:  busbar send CreatedEndDeviceEvents.xml --to http://127.0.0.1:8480

      Exit code 0: OK, PARTIAL or accepted; 1: FAILED, fault or refused; 2: not sent or not answered.
      """)

  @Argument(help: "File; - is standard input.")
  var file: String

  @Option(help: "The bus.")
  var to: String = "http://127.0.0.1:8480"

  @OptionGroup var clientOptions: ClientOptions

  @OptionGroup var schemaOptions: SchemaOptions

  func run() async throws {
    let reader = MessageReader(schemas: try schemaOptions.library(), unpacker: GzipPayload())
    let answer: BusClient.Answer
    do {
      let bytes = try FileInput.read(file)
      // Only to see how it is wrapped: whether it is valid is for the bus to say.
      let soap = reader.read(bytes).soap
      answer = try await BusClient(to, clientOptions.access()).post(bytes, isSOAP: soap)
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
    Terminal.write(String(decoding: answer.body, as: UTF8.self))
    if answer.body.last != 0x0A && !answer.body.isEmpty { Terminal.write("\n") }
    let reply = reader.read(answer.body).message?.reply
    if answer.status >= 400 || reply?.result == .failed { throw ExitStatus.negative }
  }
}
