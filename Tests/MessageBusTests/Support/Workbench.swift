// A journal, a coder and a running bus for a test.
import CIMModel
import Foundation
import IECMessage
import Logging
import MessageBus
import SQLiteJournal
import Testing

/// The journals every contract has to hold with.
enum JournalUnderTest: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory, sqlite
  var testDescription: String { rawValue }

  /// Runs a test with a way to open the journal, which is what a restart does: the same entries are there again.
  func with<Value>(_ body: (_ open: () throws -> any Journal) async throws -> Value) async throws -> Value {
    switch self {
    case .memory:
      let journal = InMemoryJournal()
      return try await body { Reopened(journal: journal) }
    case .sqlite:
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("busbar-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      return try await body { try SQLiteJournal(folder: folder) }
    }
  }
}

extension BusConfiguration {
  /// Short pauses, no long waits.
  static var forTests: BusConfiguration {
    var configuration = BusConfiguration()
    configuration.backoff = Backoff(first: .milliseconds(1), factor: 1, maximum: .milliseconds(2), jitter: 0)
    configuration.attempts = 3
    configuration.drainDeadline = .milliseconds(200)
    return configuration
  }
}

func makeBus(
  _ journal: any Journal = InMemoryJournal(), _ coder: any MessageCoder = TableCoder(),
  _ configuration: BusConfiguration = .forTests
) -> Bus {
  Bus(
    journal: journal, coder: coder, configuration: configuration,
    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
}

/// Runs the bus while `body` runs, then stops it as a shutdown would, and waits until it has stopped.
func running<Value: Sendable>(_ bus: Bus, _ body: () async throws -> Value) async throws -> Value {
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await bus.run() }
    do {
      let value = try await body()
      group.cancelAll()
      try await group.waitForAll()
      return value
    } catch {
      group.cancelAll()
      throw error
    }
  }
}

/// A reading as it is asked for and told of.
enum Sample {
  static func get(_ source: String = "CIS") -> Message { .get("MeterReadings", nil, source: source) }
  static func event(_ source: String = "HES", _ noun: String = "EndDeviceEvents") -> Message {
    .event(.created, noun, [Element(noun, in: "http://iec.ch/TC57/2011/\(noun)#")], source: source)
  }
  static func control(_ source: String = "CIS") -> Message {
    var message = Message.request(
      .create, "EndDeviceControls", [Element("EndDeviceControls", in: "http://iec.ch/TC57/2011/EndDeviceControls#")],
      source: source)
    message.header?.asyncReplyFlag = true
    return message
  }
}
