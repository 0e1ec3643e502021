// Real requests of a vendor, taken in its dialect: accepted, and read back as the request says.
import CIMCodec
import CIMModel
import Dialects
import Foundation
import IECMessage
import MasterData
import Testing

private let samples: URL? = {
  let place = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/samples/part9")
    .standardized
  return FileManager.default.fileExists(atPath: place.path) ? place : nil
}()

private let files: [String] = {
  guard let samples, let names = try? FileManager.default.contentsOfDirectory(atPath: samples.path) else { return [] }
  return names.filter { $0.hasPrefix("sap-c4e") }.sorted()
}()

@Suite(
  "SAP Cloud for Energy: master data as it is sent", .enabled(if: samples != nil, "../shared/samples is not there"))
struct VendorSampleTests {
  private static let long = Timestamp(seconds: 1_262_304_000)  // 2010-01-01

  /// What a sample asks for, once it is repaired; nil for other nouns, and for the vendor's own.
  private static func request(_ file: String) throws -> (message: Message, repairs: Int)? {
    let bytes = [UInt8](try Data(contentsOf: try #require(samples).appending(path: file)))
    let repaired = try MessageRepair(dialect: try #require(Dialect.named("c4e"))).repair(bytes)
    let read = MessageReader().read(repaired.bytes)
    guard read.verdict == .valid, let message = read.message, let noun = message.noun,
      noun == "OperationSet" || noun == "MasterDataLinkageConfig" || ObjectKind(noun: noun) != nil
    else { return nil }
    return (message, repaired.repairs.count)
  }

  private static func operations(_ message: Message) -> [(verb: Verb, payload: Element)] {
    if case .operationSet(let set) = message.payload?.content {
      return set.operations.compactMap { operation in
        guard let verb = operation.verb.flatMap({ Verb(rawValue: $0) }), let object = operation.object else {
          return nil
        }
        return (verb, object)
      }
    }
    let objects = (message.payload?.objects ?? []) + (message.request?.objects ?? [])
    return objects.map { (message.verb ?? .get, $0) }
  }

  @Test("what is accepted of all the samples")
  func census() throws {
    let taken = try files.compactMap { try Self.request($0) }
    // The others are readings, and nouns of the vendor's own that need the vendor's schema.
    #expect(taken.count == 28)
    #expect(taken.filter { $0.repairs > 0 }.count == taken.count, "every extension is reported")
  }

  @Test("accepted, and read back as it says", arguments: files)
  func sample(_ file: String) async throws {
    guard let (message, _) = try Self.request(file) else { return }
    for store in StoreKind.allCases {
      let bench = try Bench(store)
      try await seed(bench, Self.operations(message))
      let answer = try await bench.service.answer(message)
      let reply = try #require(answer.reply)
      try #require(reply.result == .ok, "\(file): \(reply.errors)")
      if message.verb == .get {
        #expect(answer.payload?.objects.first?.children.contains { $0.name + "Config" == message.noun } == true)
      }
      for (verb, payload) in Self.operations(message) where verb != .get {
        try await check(bench, verb, payload, file)
      }
    }
  }

  /// Makes what the operations need to be there.
  private func seed(_ bench: Bench, _ operations: [(verb: Verb, payload: Element)]) async throws {
    var made: Set<ObjectKey> = []
    for (verb, payload) in operations where verb == .create {
      guard let kind = ObjectKind(noun: payload.name) else { continue }
      for object in payload.all(kind.element) { made.insert(try ObjectKey(kind, object)) }
    }
    for (verb, payload) in operations {
      if let kind = ObjectKind(noun: payload.name) {
        for object in payload.all(kind.element) {
          for child in object.children {
            guard let target = kind.target(ofReference: child.name) else { continue }
            try await make(bench, target, child, &made)
          }
          if verb != .create { try await make(bench, kind, object, &made) }
        }
      } else {
        for end in payload.children {
          guard let kind = ObjectKind(element: end.name) else { continue }
          try await make(bench, kind, end, &made)
        }
        if verb != .create {
          var link = payload
          link.children.removeAll { $0.name == "ConfigurationEvent" }
          link.append("ConfigurationEvent") { $0.append("effectiveDateTime", Self.long.xmlText) }
          try #require(try await bench.send(.create, link).result == .ok)
        }
      }
    }
  }

  private func make(_ bench: Bench, _ kind: ObjectKind, _ object: Element, _ made: inout Set<ObjectKey>) async throws {
    let key = try ObjectKey(kind, object)
    // One is made with a reference by mRID alone, the other with its names: the same object all the same.
    let isMade = made.contains { $0.kind == kind && ($0.mRID == key.mRID && key.mRID != nil || $0 == key) }
    guard !isMade else { return }
    made.insert(key)
    var content = object
    let namespace = shapes.namespace(of: kind)
    content.children.removeAll { $0.name == "ConfigurationEvents" }
    content.append("ConfigurationEvents") { $0.append("effectiveDateTime", Self.long.xmlText) }
    if key.isEmpty { content.children.insert(Element("mRID", in: namespace, text: "seeded"), at: 0) }
    let root = Element(
      kind.noun, in: namespace, children: [Element(kind.element, in: namespace, children: content.children)])
    try #require(try await bench.send(.create, root).result == .ok)
  }

  /// Reads back by `get`.
  private func check(_ bench: Bench, _ verb: Verb, _ payload: Element, _ file: String) async throws {
    let event = payload["ConfigurationEvent"] ?? payload.children.lazy.compactMap { $0["ConfigurationEvents"] }.first
    let time = try #require(event?.text("effectiveDateTime").flatMap { Timestamp(xmlText: $0) })
    guard let kind = ObjectKind(noun: payload.name) else {
      var ask = payload
      ask.children.removeAll { $0.name == "ConfigurationEvent" }
      var request = Message.get(payload.name, ask, source: "CIS")
      request.request?.startTime = time
      let links = try await bench.service.answer(request).payload?.objects.count ?? 0
      #expect(links == (verb == .create ? 1 : 0), "\(file)")
      return
    }
    for object in payload.all(kind.element) {
      var example = Element(kind.element, in: object.namespace)
      example.children = object["mRID"].map { [$0] } ?? object.all("Names")
      let root = Element(kind.noun, in: object.namespace, children: [example])
      var request = Message.get(kind.noun, root, source: "CIS")
      request.request?.startTime = time
      let found = try await bench.service.answer(request).payload?.objects.first
      guard verb == .create || verb == .change else {
        #expect(found == nil, "\(file): it has ended")
        request.request?.startTime = time.adding(seconds: -1)
        #expect(try await bench.service.answer(request).payload != nil, "\(file): until then it was there")
        continue
      }
      let stored = try #require(found)
      #expect(Self.holds(try #require(stored[kind.element]), object), "\(file)")
      for part in payload.children where part.name == "SimpleEndDeviceFunction" {
        #expect(stored.children.contains(part), "\(file): its functions belong to it")
      }
    }
  }

  /// Whether everything in one element is in another.
  private static func holds(_ whole: Element, _ part: Element) -> Bool {
    part.text == whole.text
      && part.children.allSatisfy { child in whole.children.contains { $0.name == child.name && holds($0, child) } }
  }
}
