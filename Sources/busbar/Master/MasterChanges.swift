// busbar master diff, load and reconcile: what a set would change, filling a store, and comparing with a partner.
import ArgumentParser
import CIMModel
import IECMessage
import MasterData
import SQLiteMasterData

/// "Meter".
struct KindArgument: ExpressibleByArgument {
  let kind: ObjectKind

  init?(argument: String) {
    guard let kind = ObjectKind(element: argument) else { return nil }
    self.kind = kind
  }
}

struct MasterDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what a request or an OperationSet would change, and change nothing.",
    discussion: """
      Lines with '-' are what is known now, lines with '+' what would be.

      Example:  busbar master diff exchange.xml --data ./busbar-data

      Exit code 0: it would be done; 1: it would be refused, in whole or in part; 2: not run.
      """)

  @Argument(help: "File with the message.")
  var file: String

  @OptionGroup var folder: MasterFolder

  func run() async throws {
    try await MasterFailure.reported {
      let message = try MasterInput.message(file)
      let store = try folder.store(isReadOnly: false)
      let service = MasterDataService(store: store, source: "busbar")
      let (reply, lines) = try await store.write(keeps: false) { transaction -> (Message, [String]) in
        // Of a trial the changes are those that its own time stands beside.
        let first = try MasterDiff.last(transaction)
        let reply = try service.carryOut(message, in: transaction)
        var changes: [ChangeRecord] = []
        while true {
          let page = try transaction.changes(after: changes.last?.sequence ?? first, limit: 10_000)
          if page.isEmpty { break }
          changes += page
        }
        return (reply, try MasterDataText.difference(changes, known: transaction.time, in: transaction))
      }
      for line in lines { Terminal.line(line) }
      for error in reply.reply?.errors ?? [] where error.code != "0.0" {
        let operation = error.operationId.map { "operation \($0): " } ?? ""
        Terminal.warn("busbar: \(operation)\(error.code) \(error.reason ?? "")")
      }
      if reply.reply?.result != .ok { throw ExitStatus.negative }
    }
  }

  /// Position of the last change.
  private static func last(_ view: any MasterDataView) throws -> Int64 {
    var last = try view.published()
    while true {
      let page = try view.changes(after: last, limit: 10_000)
      guard let end = page.last else { return last }
      last = end.sequence
    }
  }
}

struct MasterLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load objects and links from files into the data folder.",
    discussion: """
      Config messages, OperationSets and bare Config payloads; with --kind also tables that end in .csv (docs/master-data.md). \
      Objects come first, then links, in sets of 1,000; what a set refuses is listed, and the rest is loaded.

      Example:  busbar master load meters.xml links.xml
                busbar master load meters.csv --kind Meter --at 2026-01-01T00:00:00Z

      Exit code 0: all loaded; 1: some refused; 2: not run.
      """)

  @Argument(help: "The files.")
  var files: [String]

  @Option(help: "What tables hold, e.g. Meter.")
  var kind: KindArgument?

  @Option(help: "From when on what is not dated holds. (default: now)")
  var at: Instant?

  @OptionGroup var folder: MasterFolder

  func run() async throws {
    try await MasterFailure.reported {
      let store = try folder.store(isReadOnly: false)
      let time = at?.time ?? .now()
      let service = MasterDataService(store: store, source: "busbar", now: { time })
      var operations: [OperationSet.Operation] = []
      let shapes = service.engine.shapes
      func add(_ payload: Element) {
        operations.append(
          .init(operationId: operations.count + 1, noun: payload.name, verb: "create", object: payload))
      }
      for file in files {
        if file.hasSuffix(".csv") {
          let export = try MasterInput.export([file], kind: kind?.kind)
          for object in export.objects {
            add(
              ConfigPayload.element(
                object.key.kind, in: shapes.namespace(of: object.key.kind), [(object.content, object.parts)]))
          }
          for link in export.links {
            add(ChangeEvents.linkage([link.0, link.1], at: time, in: shapes.linkNamespace))
          }
        } else {
          for payload in try MasterInput.payloads(file) { add(payload) }
        }
      }
      let objects = operations.filter { $0.noun != "MasterDataLinkageConfig" }
      let links = operations.filter { $0.noun == "MasterDataLinkageConfig" }
      let refused = try await load(objects + links, service)
      Terminal.line("\(operations.count - refused) loaded, \(refused) refused")
      if refused > 0 { throw ExitStatus.negative }
    }
  }

  private func load(_ operations: [OperationSet.Operation], _ service: MasterDataService) async throws -> Int {
    var refused = 0
    for start in stride(from: 0, to: operations.count, by: 1_000) {
      let set = OperationSet(operations: Array(operations[start..<min(start + 1_000, operations.count)]))
      let outcome = try await service.store.write { transaction in
        try service.engine.execute(set, in: transaction, now: service.time)
      }
      for error in outcome.errors where error.code != "0.0" {
        refused += 1
        if refused <= 100 { Terminal.warn("busbar: \(error.code) \(error.reason ?? "")") }
      }
    }
    return refused
  }
}

struct MasterReconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Compare with a partner's export, and build the OperationSet of the differences.",
    discussion: """
      --direction store: the set makes the store say what the export says. partner: it makes the partner say what the store \
      says. With --complete what is missing on the other side is ended, and what is missing in the export is counted.

      Example:  busbar master reconcile cis-export.xml --direction store --complete
                busbar master reconcile meters.csv --kind Meter --direction partner --send https://cis.example/messages
      """)

  @Argument(help: "The export: Config messages, or tables that end in .csv.")
  var files: [String]

  @Option(help: "What tables hold, e.g. Meter.")
  var kind: KindArgument?

  @Option(help: "Which side the set is for: store or partner.")
  var direction: Side = .store

  enum Side: String, ExpressibleByArgument, CaseIterable {
    case store, partner

    var direction: Reconciliation.Direction { self == .store ? .store : .partner }
  }

  @Flag(help: "The export holds all objects of its kinds.")
  var complete = false

  @OptionGroup var sending: MasterSending

  func run() async throws {
    let export: MasterDataExport
    do {
      export = try MasterInput.export(files, kind: kind?.kind)
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
    try await sending.run { [direction, complete] view, time in
      try Reconciliation(view: view, at: time, direction: direction.direction, isComplete: complete).differences(export)
    }
  }
}
