// busbar ingest: files of readings into the store.
public import ArgumentParser
import CIMCodec
import CIMProfiles
import Compression
public import MeterIngest
import MeterStore
import SQLiteMeterStore
import XMLPull

extension IngestPolicy.UnknownMeters: ExpressibleByArgument {}
extension IngestPolicy.Doubtful: ExpressibleByArgument {}
extension IngestPolicy.Duplicates: ExpressibleByArgument {}
extension IngestPolicy.OtherCommodities: ExpressibleByArgument {}

enum ReadingsSource: String, ExpressibleByArgument, CaseIterable {
  case auto, xml, csv
  case greenButton = "green-button"
}

struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Take readings into the store: MeterReadings as XML, CSV, Green Button, packed by gzip or zstd or not.",
    discussion: """
      Readings are validated, packed and committed as they are read, in little memory. What was stopped goes on where it \
      was; what was taken in is not taken in again; a reading that comes with another value is a correction, and what was \
      known before can still be asked for ('busbar readings --as-of').

      Example:  busbar ingest MeterReadings.xml.gz
                busbar ingest --zone Europe/Berlin inbox/
                busbar ingest --unknown-meters hold --format json readings.csv
                busbar ingest --as green-button usage.xml

      The columns of CSV and what becomes of doubtful readings: docs/meter-data.md.

      Exit code 0: all was taken in; 1: readings were refused, or a document is not valid from some place on; 2: a file \
      could not be read or the store not be written.
      """)

  @OptionGroup var storeOptions: ReadingStoreOptions

  @Option(name: .customLong("as"), help: "auto (CSV by its name, else MeterReadings), xml, csv or green-button.")
  var kind: ReadingsSource = .auto

  @Option(help: "Readings of meters that are not known: create the meters, hold their readings back, or reject them.")
  var unknownMeters: IngestPolicy.UnknownMeters = .create

  @Option(help: "Readings from the future: suspect (3.5.258) or refuse.")
  var future: IngestPolicy.Doubtful = .suspect

  @Option(help: "One instant twice in a message: suspect (the last, with 3.5.258), last or first.")
  var duplicates: IngestPolicy.Duplicates = .suspect

  @Option(help: "Gas of a meter that is known for electricity, and the like: refuse or take.")
  var otherCommodities: IngestPolicy.OtherCommodities = .refuse

  @Option(help: ArgumentHelp("Refuse readings older than that.", valueName: "DAYS"))
  var retention: Int?

  @Option(help: "Who is recorded as the one who had it done.")
  var author: String = "busbar ingest"

  @Option(help: "text for people, or json, one object per line and file.")
  var format: OutputFormat = .text

  @OptionGroup var schemaOptions: SchemaOptions

  @Argument(help: "Files and folders; - is standard input, as XML. Files named .csv or .csv.gz are CSV.")
  var files: [String]

  func validate() throws {
    if let retention, retention < 1 { throw ValidationError("--retention must be at least 1.") }
  }

  func run() throws {
    let library = try schemaOptions.library()
    let store = try storeOptions.open(isNew: true)
    var policy = IngestPolicy()
    policy.unknownMeters = unknownMeters
    policy.future = future
    policy.duplicates = duplicates
    policy.otherCommodities = otherCommodities
    policy.retentionDays = retention
    let ingest = ReadingIngest(store: store, policy: policy)
    let inputs = InputList(files)
    var progress = ProgressBar(label: "", total: inputs.totalBytes)
    var isAllTaken = true
    var isAllRead = true
    for entry in inputs.entries {
      switch entry {
      case .file(let path):
        do {
          let report = try take(path, ingest, library, &progress)
          progress.hide()
          Terminal.line(format == .json ? IngestText.json(path, report) : IngestText.text(path, report))
          if report.refusedCount > 0 || report.breach != nil { isAllTaken = false }
        } catch {
          progress.hide()
          Terminal.warn("busbar: \(path): \(error)")
          isAllRead = false
        }
      case .skipped: break
      case .unreadable(let error):
        progress.hide()
        Terminal.warn("busbar: \(error)")
        isAllRead = false
      }
    }
    if !isAllRead { throw ExitStatus.notRun }
    if !isAllTaken { throw ExitStatus.negative }
  }

  private func take(
    _ path: String, _ ingest: ReadingIngest, _ library: SchemaLibrary, _ progress: inout ProgressBar
  ) throws -> IngestReport {
    progress.label = path == "-" ? "standard input" : path
    let source = ReadingIngest.Source(name: path, key: try FileKey.key(of: path), author: author)
    let ending = [".gz", ".zst"].first { path.hasSuffix($0) }
    let name = String(path.dropLast(ending?.count ?? 0))
    var input = PieceInput()
    input.limits.totalBytes = 1 << 50
    var bar = progress
    defer { progress = bar }
    func feed(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
      var failure: (any Error)?
      let damage = try input.read(path, progress: { bar.advance($0) }) { bytes in
        if failure != nil { return }
        do { try take(bytes) } catch { failure = error }
      }
      if let failure { throw failure }
      if let damage { throw damage }
    }
    if kind == .greenButton { return try ingest.ingestGreenButton(source, feed: feed) }
    if kind == .csv || kind == .auto && name.lowercased().hasSuffix(".csv") {
      return try ingest.ingestCSV(source, feed: feed)
    }
    var limits = DecodingLimits()
    limits.xml.totalBytes = 1 << 50
    return try ingest.ingest(source, resolver: library, limits: limits, feed: feed)
  }
}
