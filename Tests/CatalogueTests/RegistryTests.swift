import CIMModel
import Catalogue
import Components
import IECMessage
import Logging
import MessageBus
import Testing

/// Busbar's own components on a bus of their own.
enum Reference {
  static func bus(_ journal: InMemoryJournal = InMemoryJournal()) -> Bus {
    Bus(journal: journal, coder: MessageXMLCoder(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  static func utility(_ bus: Bus) -> Utility {
    Utility(meters: 4, seed: 1, port: bus, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  static func catalogue() -> InterfaceCatalogue { InterfaceCatalogue(participants: utility(bus()).participants) }
}

/// A participant that does nothing.
struct Idle: Participant {
  var id: ParticipantID
  var interests: [Interest]
}

@Suite("IEC 61968-1: the interface reference model as a registry")
struct RegistryTests {
  @Test("the reference components are there with function, and with what they offer and consume")
  func reference() throws {
    let catalogue = Reference.catalogue()
    #expect(catalogue.entries.map(\.id) == ["CIS", "MDM", "MS", "OMS"])
    for participant in Reference.utility(Reference.bus()).participants {
      let entry = try #require(catalogue[participant.id])
      #expect(!entry.functions.isEmpty && entry.functions.allSatisfy { BusinessFunction.named($0) != nil })
      // The router gets back what it would have got from the participant itself.
      #expect(Set(entry.interests) == Set(participant.interests))
    }
    #expect(catalogue.components(.offers, .get, "MeterReadings") == ["MDM", "MS"])
    #expect(catalogue.components(.consumes, .created, "EndDeviceEvents") == ["MDM", "OMS"])
  }

  @Test("what the reference components say they send is taken by somebody: no interface has one end only")
  func closed() { #expect(Reference.catalogue().gaps == []) }

  @Test("a running bus tells who has joined and who is registered only; what is known of a partner goes first")
  func running() async throws {
    let bus = Reference.bus()
    try await Reference.utility(bus).join(bus)
    try await bus.join(Idle(id: "WMS", interests: [.subscribes([.created], nil)]))
    let partners = [
      ComponentEntry(id: "WMS", name: "Work management", vendor: "Example Ltd", functions: ["WM"]),
      ComponentEntry(id: "POS", state: .planned),
      ComponentEntry(id: "MDM", vendor: "Another"),
    ]
    let catalogue = await InterfaceCatalogue.of(
      bus, registered: partners,
      health: ["MS": ComponentHealth(isJoined: true, backlog: 7, circuit: .open, reason: "no answer")])
    #expect(catalogue.entries.map(\.id) == ["CIS", "MDM", "MS", "OMS", "POS", "WMS"])
    #expect(catalogue["CIS"]?.health == ComponentHealth(isJoined: true, backlog: 0, circuit: .closed))
    #expect(catalogue["WMS"]?.health?.isJoined == true && catalogue["POS"]?.health?.isJoined == false)
    #expect(catalogue["WMS"]?.consumes == [MessagePattern([.created], nil)])
    #expect(catalogue["WMS"]?.vendor == "Example Ltd" && catalogue["MDM"]?.vendor == "Another")
    #expect(catalogue["MDM"]?.offers.isEmpty == false)
    #expect(catalogue["MS"]?.health?.text == "joined, 7 waiting, out of reach: no answer")
  }

  @Test("two components of one id are refused, and an unknown one is named with those there are")
  func ids() throws {
    let twice = #expect(throws: CatalogueError.self) {
      try InterfaceCatalogue([ComponentEntry(id: "A"), ComponentEntry(id: "A")])
    }
    #expect(twice?.code == .duplicateComponent)
    let unknown = #expect(throws: CatalogueError.self) { try Reference.catalogue().only("MDMS") }
    #expect(unknown?.code == .unknownComponent && unknown?.message.contains("MDM, MS") == true)
    #expect(try Reference.catalogue().only("MDM").entries.count == 1)
  }

  @Test("only those in test or in service exchange messages", arguments: LifecycleState.allCases)
  func states(_ state: LifecycleState) throws {
    let server = ComponentEntry(id: "S", state: state, offers: [MessagePattern([.get], ["MeterReadings"])])
    let client = ComponentEntry(id: "C", requests: [MessagePattern([.get], ["MeterReadings"])])
    let catalogue = try InterfaceCatalogue([server, client])
    let exchanges = state == .testing || state == .active
    #expect(server.interests.isEmpty != exchanges)
    #expect(catalogue.gaps.isEmpty == exchanges)
    #expect((catalogue.authorisation(of: "S", toSend: .reply, "MeterReadings") == .allowed) == exchanges)
  }

  @Test("a component may send what it has declared, and nothing else")
  func permissions() throws {
    let catalogue = Reference.catalogue()
    func code(_ id: ParticipantID, _ verb: Verb, _ noun: String) -> String? {
      if case .refused(let code, _) = catalogue.authorisation(of: id, toSend: verb, noun) { return code }
      return nil
    }
    #expect(code("CIS", .get, "MeterReadings") == nil)
    #expect(code("CIS", .create, "EndDeviceControls") == "7.5")
    #expect(code("MDM", .create, "EndDeviceControls") == nil)
    #expect(code("MS", .created, "EndDeviceEvents") == nil)
    #expect(code("MS", .created, "MeterConfig") == "7.5")
    #expect(code("MS", .reply, "MeterReadings") == nil)
    #expect(code("OMS", .reply, "MeterReadings") == "7.5")
    #expect(code("nobody", .get, "MeterReadings") == "7.4")
  }

  @Test("what a partner may send is told apart into events and requests")
  func sent() {
    var entry = ComponentEntry(id: "P")
    entry.take(sent: [MessagePattern([.get, .created, .changed], ["MeterReadings"]), MessagePattern([.create], nil)])
    #expect(entry.emits == [MessagePattern([.created, .changed], ["MeterReadings"])])
    #expect(entry.requests == [MessagePattern([.get], ["MeterReadings"]), MessagePattern([.create], nil)])
  }

  @Test("interfaces with one end only are found, each kind")
  func gaps() throws {
    let catalogue = try InterfaceCatalogue([
      ComponentEntry(
        id: "A", consumes: [MessagePattern([.changed], ["MeterConfig"])],
        emits: [MessagePattern([.created], ["EndDeviceEvents"])],
        requests: [MessagePattern([.get, .create], ["MeterReadings"])]),
      // It answers get, but not to A; and what it emits itself does not reach it.
      ComponentEntry(
        id: "B",
        offers: [
          MessagePattern([.get], ["MeterReadings"], from: ["C"]), MessagePattern([.create], ["MeterReadings"]),
        ]),
    ])
    #expect(
      catalogue.gaps.map(\.text)
        == [
          "A consumes changed MeterConfig, but nobody emits it",
          "A emits created EndDeviceEvents, but nobody consumes it",
          "A requests get MeterReadings, but nobody offers it",
        ].sorted { $0.contains("requests") ? false : $1.contains("requests") ? true : $0 < $1 })
  }

  @Test("the table of business functions is whole: codes once, parents there, evidence for each")
  func functions() {
    let all = BusinessFunction.all
    #expect(all.count >= 40)
    #expect(Set(all.map(\.code)).count == all.count)
    for row in all where row.parent != nil {
      #expect(BusinessFunction.named(row.parent ?? "")?.parent == nil, "\(row.code)")
      #expect(BusinessFunction.named(row.parent ?? "") != nil, "\(row.code)")
    }
    #expect(BusinessFunction.named("MR")?.part == "9")
    #expect(BusinessFunction.label("X-SITE") == "X-SITE")
  }
}
