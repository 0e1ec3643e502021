import Catalogue
import HTTPTransport
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-1, 5.3 the registry says what a partner exchanges")
struct RegistryTests {
  private let entry = ComponentEntry(
    id: "WMS", address: "http://127.0.0.1:1/wms", offers: [MessagePattern([.get], ["WorkRequests"])],
    consumes: [MessagePattern([.created], nil, from: ["MS"])], emits: [MessagePattern([.changed], ["WorkRequests"])],
    requests: [MessagePattern([.create, .cancel], ["ServiceOrders"])])

  @Test("what its settings leave open comes from there")
  func open() {
    var partner = Partner(id: "WMS")
    partner.maySend = []
    partner.take(entry)
    #expect(
      partner.maySend == [Permission([.create, .cancel], ["ServiceOrders"]), Permission([.changed], ["WorkRequests"])])
    #expect(partner.interests == entry.interests && partner.interests.count == 2)
    #expect(partner.endpoint == "http://127.0.0.1:1/wms")
  }

  @Test("what its settings say counts")
  func own() {
    let interests = [Interest.serves([.get], ["MeterReadings"])]
    var partner = Partner(id: "WMS", endpoint: "http://127.0.0.1:2/", interests: interests)
    partner.maySend = [Permission([.get], nil)]
    partner.take(entry)
    #expect(partner.maySend == [Permission([.get], nil)])
    #expect(partner.interests == interests && partner.endpoint == "http://127.0.0.1:2/")
  }

  @Test("one that is not in the exchange sends nothing and gets nothing", arguments: LifecycleState.allCases)
  func state(_ state: LifecycleState) {
    var entry = entry
    entry.state = state
    var partner = Partner(
      id: "WMS", replyAddresses: ["http://127.0.0.1:2/late"], endpoint: "http://127.0.0.1:2/",
      interests: [.serves([.get], ["MeterReadings"])])
    partner.maySend = [Permission([.get], nil)]
    partner.take(entry)
    #expect((partner.maySend?.isEmpty == false) == (state == .active || state == .testing))
    #expect((partner.endpoint == nil && partner.replyAddresses.isEmpty) == (state != .active && state != .testing))
    #expect(partner.interests.isEmpty == (state != .active && state != .testing))
  }
}
