// Real requests of a vendor, taken in its dialect: accepted, and read back as the request says.
import CIMCodec
import CIMModel
import CIMProfiles
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

/// What becomes of each sample, and why where it is not carried out here.
///
/// done: accepted in the dialect with the schemas of Examples/c4e-schemas, and read back by `get`. readings: accepted, and
/// for meter data management to answer. refused: with the code.
private let outcomes = """
  001 done
  002 readings
  003 done
  007 done
  009 readings
  010 done
  012 done
  015 done
  016 done
  019 done
  020 readings
  021 readings
  022 readings
  023 done
  024 done
  026 done
  027 done
  028 done
  031 done
  032 done
  034 done
  035 done
  036 done
  038 done
  039 done
  041 done
  044 done
  047 done
  048 done
  049 done
  052 done
  053 done
  054 done
  055 done
  056 done
  060 done
  061 refused 2.5 a report that the vendor's system makes of its own store, without a published form
  065 refused 2.5 likewise
  067 refused 2.5 likewise
  069 readings
  072 readings
  073 refused 1.8 readings by ReadingProfile: GetMeterReadings has no such selection
  076 refused 2.5 a log of the vendor's system
  078 done
  079 done
  083 done
  086 refused 2.5 readings by time series, of the vendor's own
  087 done
  088 done
  093 done
  095 done
  098 done
  """.split(separator: "\n").map { line in line.split(separator: " ", maxSplits: 3).map(String.init) }

private func outcome(of file: String) -> [String] {
  outcomes.first { file.hasPrefix("sap-c4e_\($0[0])_") } ?? ["", "none"]
}

/// With the schemas of the vendor's own nouns.
private let reader: MessageReader = {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/c4e-schemas")
  guard let library = try? SchemaLibrary.standard(with: [folder.standardized.path]) else { return MessageReader() }
  return MessageReader(schemas: library)
}()

@Suite(
  "SAP Cloud for Energy: master data as it is sent", .enabled(if: samples != nil, "../shared/samples is not there"))
struct VendorSampleTests {
  private static let long = Timestamp(seconds: 1_262_304_000)  // 2010-01-01

  /// A sample, repaired and judged.
  private static func read(_ file: String) throws -> (inspection: Inspection, repairs: Int) {
    let bytes = [UInt8](try Data(contentsOf: try #require(samples).appending(path: file)))
    let repaired = try MessageRepair(dialect: try #require(Dialect.named("c4e")), schemas: reader.schemas)
      .repair(bytes)
    return (reader.read(repaired.bytes), repaired.repairs.count)
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

  @Test("every sample has its outcome, and is judged so", arguments: files)
  func judged(_ file: String) throws {
    let outcome = outcome(of: file)
    let (inspection, repairs) = try Self.read(file)
    let noun = inspection.message?.noun ?? ""
    let isServed =
      noun == "OperationSet" || noun == "MasterDataLinkageConfig" || noun == "ObjectNamesConfig"
      || ObjectKind(noun: noun) != nil
    switch outcome[1] {
    case "done":
      #expect(inspection.verdict == .valid && isServed, "\(inspection.violations)")
      #expect(repairs > 0, "every extension is reported")
    case "readings": #expect(inspection.verdict == .valid && noun == "MeterReadings")
    case "refused":
      if outcome[2] == "2.5" { #expect(!isServed && noun != "MeterReadings") }
      #expect(inspection.verdict != .valid, "\(noun)")
    default: Issue.record("\(file) has no outcome in the table")
    }
  }

  @Test("the table is of the samples that are there, and all that is refused has a reason")
  func table() {
    #expect(outcomes.count == files.count)
    #expect(outcomes.allSatisfy { $0[1] != "refused" || $0.count == 4 })
  }

  @Test("accepted, and read back as it says", arguments: files.filter { outcome(of: $0)[1] == "done" })
  func sample(_ file: String) async throws {
    let message = try #require(try Self.read(file).inspection.message)
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
      if payload.name.hasPrefix("Get"), let kind = ObjectKind(noun: String(payload.name.dropFirst(3))) {
        try await seed(bench, kind, askedForBy: payload, &made)
      } else if let kind = ObjectKind(noun: payload.name) {
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
        if verb != .create && payload.name == "MasterDataLinkageConfig" {
          var link = payload
          link.children.removeAll { $0.name == "ConfigurationEvent" }
          link.append("ConfigurationEvent") { $0.append("effectiveDateTime", Self.long.xmlText) }
          try #require(try await bench.send(.create, link).result == .ok)
        }
      }
    }
  }

  /// Makes the objects that a query names; where it names their owners only, one that belongs to each.
  private func seed(
    _ bench: Bench, _ kind: ObjectKind, askedForBy profile: Element, _ made: inout Set<ObjectKey>
  ) async throws {
    for child in profile.children {
      try await make(bench, try #require(ObjectKind(element: child.name)), child, &made)
      guard child.name != kind.element else { continue }
      var object = Element(kind.element, in: child.namespace)
      object.append("mRID", "seeded")
      object.children.append(child)
      try await make(bench, kind, object, &made)
    }
  }

  private func make(_ bench: Bench, _ kind: ObjectKind, _ object: Element, _ made: inout Set<ObjectKey>) async throws {
    guard kind.origin != .elsewhere else { return }
    let key = try ObjectKey(kind, object)
    // One is made with a reference by mRID alone, the other with its names: the same object all the same.
    let isMade = made.contains { $0.kind == kind && ($0.mRID == key.mRID && key.mRID != nil || $0 == key) }
    guard !isMade else { return }
    made.insert(key)
    var content = object
    let namespace = shapes.namespace(of: kind)
    content.children.removeAll { $0.name == kind.event }
    content.append(kind.event) { $0.append("effectiveDateTime", Self.long.xmlText) }
    if key.isEmpty { content.children.insert(Element("mRID", in: namespace, text: "seeded"), at: 0) }
    let root = Element(
      kind.noun, in: namespace, children: [Element(kind.element, in: namespace, children: content.children)])
    try #require(try await bench.send(.create, root).result == .ok)
  }

  /// Reads back by `get`.
  private func check(_ bench: Bench, _ verb: Verb, _ payload: Element, _ file: String) async throws {
    let event =
      payload["ConfigurationEvent"]
      ?? payload.children.lazy.compactMap { $0["ConfigurationEvents"] ?? $0["ConfigurationEvent"] }.first
    let time = try #require(event?.text("effectiveDateTime").flatMap { Timestamp(xmlText: $0) })
    if payload.name == "ObjectNamesConfig" { return try await checkNames(bench, payload, at: time) }
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

  private func checkNames(_ bench: Bench, _ payload: Element, at time: Timestamp) async throws {
    let object = try #require(payload.children.first { ObjectKind(element: $0.name) != nil })
    let kind = try #require(ObjectKind(element: object.name))
    let found = try await bench.get(kind, try #require(object.text("mRID")), asOf: time)
    let names = Set((found?.children ?? []).filter { $0.name == "Names" }.compactMap { ObjectName($0) })
    #expect(names.isSuperset(of: payload.all("Name").compactMap { ObjectName($0) }) && !names.isEmpty)
  }

  /// Whether everything in one element is in another.
  private static func holds(_ whole: Element, _ part: Element) -> Bool {
    part.text == whole.text
      && part.children.allSatisfy { child in whole.children.contains { $0.name == child.name && holds($0, child) } }
  }
}
