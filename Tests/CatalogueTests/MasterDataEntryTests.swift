// What the catalogue says of the keeper of master data.
import Catalogue
import Components
import IECMessage
import Logging
import MasterData
import MessageBus
import Testing

@Suite("IEC 61968-1: master data management in the registry")
struct MasterDataEntryTests {
  @Test("its function, its nouns with their verbs, and the events it tells of")
  func entry() throws {
    let bus = Reference.bus()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let keeper = MasterDataManagement(store: MemoryMasterData(), port: bus, logger: logger)
    let catalogue = InterfaceCatalogue(participants: [keeper])
    let entry = try #require(catalogue["MASTER"])
    #expect(entry.functions.allSatisfy { BusinessFunction.named($0) != nil } && !entry.functions.isEmpty)
    #expect(Set(entry.interests) == Set(keeper.interests))
    let nouns = ObjectKind.all.filter { $0.origin == .standard }.map(\.noun)
    for noun in nouns + ["MasterDataLinkageConfig"] {
      for verb in [Verb.create, .change, .close, .cancel, .delete, .get] {
        #expect(catalogue.components(.offers, verb, noun) == ["MASTER"], "\(verb) \(noun)")
      }
    }
    #expect(catalogue.components(.offers, .execute, "OperationSet") == ["MASTER"])
    let told = entry.emits.first { $0.verbs.contains(.created) }
    #expect(Set(told?.nouns ?? []) == Set(nouns + ["MasterDataLinkageConfig"]), "and no other")
  }
}
