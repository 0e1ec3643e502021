// busbar validate: a verdict per file.
import ArgumentParser
import Compression
import IECMessage
import SemanticRules

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

extension VerdictFormat: ExpressibleByArgument {}

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Say whether messages are valid, and if not, where and why.",
    discussion: """
      Reads SOAP, bare XML, generic and strongly typed messages, and profiles without an envelope; gzip is unpacked. \
      Of a folder all .xml and .gz files are read, with those of the folders in it, sorted by name.

      Example:  busbar validate MeterReadings.xml
                busbar validate --format json inbox/ | jq 'select(.verdict != "valid")'
                busbar validate --format sarif inbox/ > inbox.sarif
                busbar validate --schemas ./vendor-xsd MeterReadings.xml.gz
                busbar validate --semantic MeterReadings.xml

      With --semantic a finding of severity reject makes a file invalid; the verdicts on envelope and payload stay what \
      the schemas say. Warnings and notes change no verdict.

      Files of any size are read in little memory; --semantic holds a message whole, of 64 MiB at most.

      Exit code 0: all are valid; 1: at least one is not; 2: a file could not be read or not be judged as asked.
      """)

  @Option(help: "text for people; json, one object per line and file; sarif, a SARIF 2.1.0 log.")
  var format: VerdictFormat = .text

  @Option(
    help: ArgumentHelp(
      "Bytes of the largest message, unpacked. Without it a compressed file may unpack to 1 GiB, and other files have no "
        + "limit.",
      valueName: "BYTES"))
  var maxBytes: Int?

  @Option(help: "Violations, and findings, reported per file.")
  var maxViolations: Int = 200

  @Flag(help: "Judge what no schema can: the rules of the envelope, the codes, and values by their reading types.")
  var semantic = false

  @OptionGroup var schemaOptions: SchemaOptions

  @OptionGroup var tableOptions: CodeTableOptions
  @OptionGroup var requiredOption: RequiredOption

  @Argument(help: "Files and folders; - is standard input.")
  var files: [String]

  func validate() throws {
    if let maxBytes, maxBytes < 1 { throw ValidationError("--max-bytes must be at least 1.") }
    if maxViolations < 1 { throw ValidationError("--max-violations must be at least 1.") }
    if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input (-) can be read only once.") }
  }

  func run() throws {
    let library = try schemaOptions.library()
    var judge = FileJudge(
      reader: MessageReader(
        schemas: library, limits: ReadLimits(totalBytes: maxBytes ?? 1 << 50, violations: maxViolations),
        unpacker: GzipPayload()))
    if semantic {
      judge.rules = MessageRules(
        codes: CodeRules(tables: try tableOptions.tables(), limit: maxViolations), required: try requiredOption.rules())
      judge.context = .standard(library)
    }
    if let maxBytes {
      // One byte more, so that the reader says which limit it is.
      judge.input.limits.totalBytes = maxBytes < .max ? maxBytes + 1 : maxBytes
      judge.treeLimit = maxBytes
    }
    let inputs = InputList(files)
    var output = VerdictOutput(format)
    var progress = ProgressBar(label: "", total: inputs.totalBytes)
    for entry in inputs.entries {
      switch entry {
      case .file(let path): check(path, judge, &output, &progress)
      case .skipped(let path):
        progress.hide()
        output.skip(path)
      case .unreadable(let error):
        progress.hide()
        output.addUnread(error.description)
      }
    }
    progress.hide()
    let status = output.end()
    if status != 0 { throw ExitCode(status) }
  }

  private func check(
    _ path: String, _ judge: FileJudge, _ output: inout VerdictOutput, _ progress: inout ProgressBar
  ) {
    progress.label = path == "-" ? "standard input" : path
    do throws(FileError) {
      let verdict = try judge.judge(path) { progress.advance($0) }
      progress.hide()
      output.add(path, verdict)
      // Where --max-bytes is given, the message is over that limit and its verdict says so.
      if verdict.isWithoutRules && maxBytes == nil {
        output.addIncomplete(
          "\(path): is larger than \(judge.treeLimit) bytes, so that only its schemas have judged it: say "
            + "--max-bytes BYTES to have --semantic hold more")
      }
    } catch {
      progress.hide()
      output.addUnread(error.description)
    }
  }
}
