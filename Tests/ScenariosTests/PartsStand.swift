// A bus with chosen systems of a utility on it, judging by noun and verb, for one test.
import CIMModel
import Components
import IECMessage
import Logging
import MessageBus
import SemanticRules

/// What a test of the systems of Parts 3, 5, 6 and 8 works with.
struct PartsStand: Sendable {
  var bus: Bus
  var utility: Utility

  static let start = Timestamp(seconds: 1_795_255_500)

  /// Runs the systems around `body`.
  static func with<Result: Sendable>(
    _ systems: [ParticipantID], _ body: @escaping @Sendable (PartsStand) async throws -> Result
  ) async throws -> Result {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var configuration = BusConfiguration()
    configuration.contentRules = RequiredByVerb.standard
    let bus = Bus(journal: InMemoryJournal(), coder: MessageXMLCoder(), configuration: configuration, logger: logger)
    let utility = Utility(
      meters: 100, seed: 1, systems: systems, port: bus, clock: UtilityClock(standingAt: start), logger: logger)
    try await utility.join(bus)
    let stand = PartsStand(bus: bus, utility: utility)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try? await bus.run()
        return nil
      }
      group.addTask {
        try? await utility.run { try await Task.sleep(for: .seconds(3600)) }
        return nil
      }
      group.addTask { try await body(stand) }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  /// Sends a request whose payload is text; its root has no namespace declaration.
  ///
  /// - Returns: the first error of the reply, nil where there is none.
  func refusal(
    _ verb: Verb, _ noun: String, year: Int, from sender: ParticipantID, _ payload: String
  ) async throws -> ReplyError? {
    let root = try WrittenXML.element(payload, in: "http://iec.ch/TC57/\(year)/\(noun)#")
    let message = Message.request(verb, noun, [root], source: sender.rawValue)
    let reply = try await bus.send(message, from: sender).reply?.reply
    return reply?.errors.first { !$0.code.hasPrefix("0.") }
  }

  func fact(_ system: ParticipantID, _ path: String) async -> String? {
    await utility.system(system)?.fact(FactPath(path))
  }

  /// Waits, five seconds at most, until a fact has a value.
  func settles(_ system: ParticipantID, _ path: String, _ value: String) async throws -> Bool {
    for _ in 0..<500 {
      if await fact(system, path) == value { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}

/// Elements and text without attributes, as tests write them.
enum WrittenXML {
  struct Malformed: Error { var text: String }

  /// Reads "<a><b>text</b></a>": enough for payloads of tests, whose validity the bus judges.
  static func element(_ text: String, in namespace: String) throws -> Element {
    var open: [Element] = []
    var rest = text[...]
    var content = ""
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      content += rest[..<start]
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard var element = open.popLast(), element.name == String(tag.dropFirst()) else { throw Malformed(text: text) }
        if element.children.isEmpty { element.text = content }
        content = ""
        guard open.isEmpty else {
          open[open.count - 1].children.append(element)
          continue
        }
        return element
      }
      open.append(Element(String(tag), in: namespace))
      content = ""
    }
    throw Malformed(text: text)
  }
}
