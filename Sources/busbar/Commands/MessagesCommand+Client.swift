// What the commands ask the bus about its journal, and how it answers.
import Foundation

/// A journaled message as the bus tells of it.
struct MessageRecord: Decodable {
  var entry: Int64
  var received: String
  var from: String
  var source: String?
  var kind: String?
  var verb: String?
  var noun: String?
  var messageID: String?
  var correlationID: String?
  var state: String
  var answers: Int64?
  var replays: Int64?
  var note: String?
  var deliveries: [Delivery]

  struct Delivery: Decodable {
    var participant: String
    var kind: String
    var state: String
    var attempts: Int
    var nextTry: String?
    var lastError: String?
  }

  /// "created(EndDeviceEvents)", or what is known of it.
  var label: String { verb.map { "\($0)(\(noun ?? "?"))" } ?? "no message" }

  /// What has become of it, with its deliveries.
  var status: String {
    func those(_ state: String) -> String {
      deliveries.filter { $0.state == state }.map(\.participant).joined(separator: ", ")
    }
    let (dead, pending) = (those("dead"), those("pending"))
    if !dead.isEmpty { return "given up for \(dead)" }
    if !pending.isEmpty { return "waits for \(pending)" }
    return state == "open" ? "no reply yet" : state
  }
}

struct MessageList: Decodable {
  var messages: [MessageRecord]
  var next: Int64?
  var unsearched: Int?
}

struct MessageDetail: Decodable {
  var message: MessageRecord
  var replies: [MessageRecord]
  var replays: [MessageRecord]
}

struct DeadLetterGroups: Decodable {
  struct Group: Decodable {
    var key: String?
    var count: Int
    var oldest: String
    var newest: Letter
  }

  struct Letter: Decodable {
    var time: String
    var participant: String?
    var code: String
    var reason: String
    var message: MessageRecord
  }

  var groups: [Group]
}

/// What became of a message that was sent again.
struct SentAgain: Decodable {
  var entry: Int64
  var result: String
  var code: String?
  var reason: String?
}

extension BusClient {
  private struct Refusal: Decodable { var error: String }

  /// A path with parameters; those that are nil are left out.
  static func path(_ path: String, _ parameters: [(name: String, value: String?)]) -> String {
    let plain = CharacterSet(charactersIn: "-._~").union(
      .alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}")))
    let pairs = parameters.compactMap { name, value in
      value.map { "\(name)=\($0.addingPercentEncoding(withAllowedCharacters: plain) ?? "")" }
    }
    return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
  }

  /// The bytes that stand at a path of the journal.
  ///
  /// - Throws: `ClientError` where there is no bus, or it says no.
  func journal(_ path: String) async throws -> [UInt8] {
    try accepted(await get(path, option: "--server"))
  }

  /// What stands at a path of the journal.
  func journal<Value: Decodable>(_ path: String, as type: Value.Type) async throws -> Value {
    try decode(await journal(path))
  }

  /// Has the bus send something again, which it answers within a minute.
  func sendAgain(_ path: String, body: [UInt8]) async throws -> SentAgain {
    try decode(accepted(await post(body, to: path, option: "--server")))
  }

  private func accepted(_ answer: Answer) throws -> [UInt8] {
    guard answer.status >= 300 else { return answer.body }
    let said = (try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)))?.error
    throw ClientError(description: said ?? "\(base) answered \(answer.status)")
  }

  private func decode<Value: Decodable>(_ bytes: [UInt8]) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw ClientError(description: "the answer of \(base) cannot be read (\(error)): is it a bus of this version?")
    }
  }
}

enum JournalTime {
  /// "2026-11-21 08:50:42": an instant in UTC to the second.
  static func text(_ instant: String) -> String {
    let parts = instant.split(separator: "T", maxSplits: 1)
    guard parts.count == 2 else { return instant }
    return "\(parts[0]) \(parts[1].prefix(8))"
  }
}
