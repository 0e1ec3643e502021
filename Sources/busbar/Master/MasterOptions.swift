// What the commands on master data have in common: the folder, instants, names of objects, and sending.
import ArgumentParser
import CIMModel
import HTTPTransport
import IECMessage
import MasterData
import SQLiteMasterData

/// Where master data is.
struct MasterFolder: ParsableArguments {
  @Option(help: "Data folder of the bus. (default: ./busbar-data)")
  var data: String = "./busbar-data"

  func store(isReadOnly: Bool) throws -> SQLiteStore {
    try SQLiteStore(path: data + "/" + SQLiteStore.fileName, isReadOnly: isReadOnly)
  }
}

/// Building a set, and what becomes of it.
struct MasterSending: ParsableArguments {
  @OptionGroup var folder: MasterFolder

  @Option(help: "When it takes effect, e.g. 2026-11-21T10:00:00Z. (default: now)")
  var at: Instant?

  @Option(help: ArgumentHelp("Send the set to this bus in place of printing it.", valueName: "URL"))
  var send: String?

  @Option(help: "What to say in Header.Source.")
  var source: String = "busbar"

  @OptionGroup var clientOptions: ClientOptions

  var time: Timestamp { at?.time ?? .now() }

  /// Builds a set out of the store, and prints or sends it.
  func run(_ build: @escaping @Sendable (any MasterDataView, Timestamp) throws -> SetBuilder) async throws {
    let time = time
    try await MasterFailure.reported {
      let set = try await folder.store(isReadOnly: true).read { try build($0, time) }
      try await deliver(set)
    }
  }

  func deliver(_ set: SetBuilder) async throws {
    guard !set.isEmpty else { return Terminal.warn("busbar: there is nothing to change") }
    let bytes = try MessageWriter().write(set.message(source: source))
    guard let send else { return Terminal.write(String(decoding: bytes, as: UTF8.self)) }
    let answer = try await BusClient(send, clientOptions.access()).post(bytes)
    let reply = MessageReader(unpacker: GzipPayload()).read(answer.body).message?.reply
    guard let reply else { throw FileError(description: "the answer (HTTP \(answer.status)) holds no reply") }
    Terminal.line(reply.result.rawValue)
    for error in reply.errors where error.code != "0.0" {
      let operation = error.operationId.map { "operation \($0): " } ?? ""
      Terminal.warn("busbar: \(operation)\(error.code) \(error.reason ?? "")")
    }
    if reply.result != .ok { throw ExitStatus.negative }
  }
}

/// An instant on the command line.
struct Instant: ExpressibleByArgument {
  let time: Timestamp

  init?(argument: String) {
    guard let time = Timestamp(xmlText: argument, zoneOffsetMinutes: nil) else { return nil }
    self.time = time
  }
}

/// "M-17", "Meter:M-17".
struct ObjectArgument: ExpressibleByArgument {
  let kind: ObjectKind?
  let text: String

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    if let colon = argument.firstIndex(of: ":"), let kind = ObjectKind(element: String(argument[..<colon])) {
      self.kind = kind
      text = String(argument[argument.index(after: colon)...])
    } else {
      kind = nil
      text = argument
    }
  }

  /// The key of a kind: by mRID where an object has this one, else by name.
  func key(_ kind: ObjectKind, in view: any MasterDataView) throws -> ObjectKey {
    if try view.object(kind, mRID: text) != nil { return ObjectKey(kind, mRID: text) }
    if try !view.slices(kind, by: .name(text), known: nil).isEmpty {
      return ObjectKey(kind, names: [ObjectName(text)])
    }
    return ObjectKey(kind, mRID: text)
  }

  /// The object of any kind.
  func object(in view: any MasterDataView, at time: Timestamp) throws -> ObjectNumber {
    var found: [(ObjectKind, ObjectNumber)] = []
    for kind in self.kind.map({ [$0] }) ?? ObjectKind.all {
      if let object = try view.find(try key(kind, in: view), at: time) { found.append((kind, object)) }
    }
    guard let only = found.first else {
      throw MasterDataError(.badInput, replyCode: "2.4", "no object has the mRID or name '\(text)'")
    }
    guard found.count == 1 else {
      let kinds = found.map(\.0.element).joined(separator: ", ")
      throw MasterDataError(
        .badInput, replyCode: "2.4", "'\(text)' is the name of several (\(kinds)): say \(only.0):\(text)")
    }
    return only.1
  }
}

/// Turns errors into text and exit codes.
enum MasterFailure {
  static func reported(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let code as ExitCode {
      throw code
    } catch let error as MasterDataError {
      Terminal.warn("busbar: \(error.message)")
      throw error.code == .refused || error.code == .badInput ? ExitStatus.negative : ExitStatus.notRun
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }
}
