// busbar validate: a verdict per file.
import ArgumentParser
import CIMCodec
import CIMModel
import IECMessage
import SemanticRules

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
                busbar validate --semantic MeterReadings.xml

      With --semantic a finding of severity reject makes a file invalid; the verdicts on envelope and payload stay what
      the schemas say. Warnings and notes change no verdict.

      Exit code 0: all are valid; 1: at least one is not; 2: a file could not be read.
      """)

  @Option(help: "text for people, json for machines: one object per line and file.")
  var format: OutputFormat = .text

  @Option(help: "Bytes of the largest file that is read.")
  var maxBytes: Int = 64 << 20

  @Option(help: "Violations, and findings, reported per file.")
  var maxViolations: Int = 200

  @Flag(help: "Judge what no schema can: the rules of the envelope, the codes, and values by their reading types.")
  var semantic = false

  @OptionGroup var tableOptions: CodeTableOptions

  @Argument(help: "Files; - is standard input.")
  var files: [String]

  func run() throws {
    let reader = MessageReader(limits: ReadLimits(totalBytes: maxBytes, violations: maxViolations))
    let codes = semantic ? CodeRules(tables: try tableOptions.tables(), limit: maxViolations) : nil
    let rules = codes.map { MessageRules(codes: $0) }
    let context = semantic ? RuleContext.standard : RuleContext()
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
      let document = reader.decode(bytes)
      var inspection = reader.inspect(document)
      var report = RuleReport()
      if let rules, document.isWellFormed, let root = document.root {
        report = rules.check(inspection.message, in: root, context: context)
        if report.hasReject { inspection.verdict = .invalid }
      }
      if inspection.verdict != .valid { invalid += 1 }
      switch format {
      case .json: Terminal.line(VerdictReport.json(file, inspection, report).line)
      case .text: Terminal.write(VerdictReport.text(file, inspection, report, color: Terminal.hasColor))
      }
    }
    if format == .text && files.count > 1 {
      Terminal.line("\(files.count - invalid - unread) valid, \(invalid) invalid, \(unread) not read")
    }
    if unread > 0 { throw ExitStatus.notRun }
    if invalid > 0 { throw ExitStatus.negative }
  }
}
