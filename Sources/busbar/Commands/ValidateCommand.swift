// busbar validate: a verdict per file.
import ArgumentParser
import CIMCodec
import IECMessage

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Say whether messages are valid, and if not, where and why.",
    discussion: """
      Reads SOAP, bare XML, generic and strongly typed messages, and profiles without an envelope.

      Example:  busbar validate MeterReadings.xml
                busbar validate --format json inbox/*.xml | jq 'select(.verdict != "valid")'

      Exit code 0: all are valid; 1: at least one is not; 2: a file could not be read.
      """)

  @Option(help: "text for people, json for machines: one object per line and file.")
  var format: OutputFormat = .text

  @Option(help: "Bytes of the largest file that is read.")
  var maxBytes: Int = 64 << 20

  @Option(help: "Violations reported per file.")
  var maxViolations: Int = 200

  @Argument(help: "Files; - is standard input.")
  var files: [String]

  func run() throws {
    let reader = MessageReader(limits: ReadLimits(totalBytes: maxBytes, violations: maxViolations))
    var invalid = 0
    var unread = 0
    for file in files {
      let bytes: [UInt8]
      do throws(FileError) {
        bytes = try FileInput.read(file, limit: maxBytes)
      } catch {
        Terminal.warn("busbar: \(error)")
        unread += 1
        continue
      }
      let inspection = reader.read(bytes)
      if inspection.verdict != .valid { invalid += 1 }
      switch format {
      case .json: Terminal.line(VerdictReport.json(file, inspection).line)
      case .text: Terminal.write(VerdictReport.text(file, inspection, color: Terminal.hasColor))
      }
    }
    if format == .text && files.count > 1 {
      Terminal.line("\(files.count - invalid - unread) valid, \(invalid) invalid, \(unread) not read")
    }
    if unread > 0 { throw ExitStatus.notRun }
    if invalid > 0 { throw ExitStatus.negative }
  }
}
