// busbar convert: a message from XML to JSON and back.
import ArgumentParser
import CIMCodec
import CIMJSON
import CIMModel
import CIMProfiles
import IECMessage
import SemanticRules

struct ConvertCommand: ParsableCommand {
  enum Target: String, ExpressibleByArgument, CaseIterable {
    case json, xml
  }

  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a message from XML into JSON, or from JSON into XML.",
    discussion: """
      Nothing is lost either way. What is not valid is not converted; the reasons go to standard error. \
      'busbar schema export --json-schema DIR' writes JSON Schemas of the JSON.

      Example:  busbar convert MeterReadings.xml > MeterReadings.json
                busbar convert --pretty MeterReadings.xml | jq '.MeterReadings.MeterReading[].Readings[].value'
                busbar convert MeterReadings.json | busbar validate -

      Exit code 0: converted; 1: the input is not valid; 2: it could not be read.
      """)

  @Option(help: "json or xml; by default the other one than the input, which is JSON where it begins with '{'.")
  var to: Target?

  @Flag(help: "JSON on indented lines; XML stays on one.")
  var pretty = false

  @Option(help: "Bytes of the largest file that is read.")
  var maxBytes: Int = 64 << 20

  @OptionGroup var schemaOptions: SchemaOptions

  @Argument(help: "File; - is standard input.")
  var file: String

  func run() throws {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileInput.read(file, limit: maxBytes)
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
    let library = try schemaOptions.library()
    switch to ?? (Self.isJSON(bytes) ? .xml : .json) {
    case .json: try writeJSON(of: bytes, library)
    case .xml: try writeXML(of: bytes, library)
    }
  }

  static func isJSON(_ bytes: [UInt8]) -> Bool {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let first = text.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private func writeJSON(of bytes: [UInt8], _ library: SchemaLibrary) throws {
    let reader = MessageReader(schemas: library, limits: ReadLimits(totalBytes: maxBytes), unpacker: GzipPayload())
    let document = reader.decode(bytes)
    let inspection = reader.inspect(document)
    guard inspection.verdict == .valid, let root = document.root else {
      Terminal.warn(VerdictReport.text(file, inspection, RuleReport(), color: false))
      throw ExitStatus.negative
    }
    let json = JSONMapping(resolver: reader.schemas).json(of: root, pretty: pretty)
    Terminal.line(String(decoding: json, as: UTF8.self))
  }

  private func writeXML(of bytes: [UInt8], _ library: SchemaLibrary) throws {
    let limits = JSONLimits(bytes: maxBytes)
    let root: Element
    do throws(JSONProblem) {
      root = try JSONMapping(resolver: library, limits: limits).element(from: bytes)
    } catch {
      Terminal.warn(
        "\(file):\(error.line):\(error.column): \(error.message)\n    at \(error.path)   \(error.code.rawValue)")
      throw ExitStatus.negative
    }
    let xml = XMLWriter.write(root)
    // XML is longer than JSON at times: what was read is also written.
    let inspection = MessageReader(schemas: library, limits: ReadLimits(totalBytes: xml.count), unpacker: GzipPayload())
      .read(xml)
    guard inspection.verdict == .valid else {
      // Lines would be those of a text that nobody has seen.
      for violation in inspection.violations {
        Terminal.warn("\(file): \(violation.message)\n    at \(violation.path)   rule \(violation.rule)")
      }
      throw ExitStatus.negative
    }
    Terminal.write(String(decoding: xml, as: UTF8.self))
  }
}
