// Who a message is taken from, and which reply addresses are believed.
import CIMModel
import HTTPTransport
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-100, senders and reply addresses", .timeLimit(.minutes(1)))
struct Senders {
  static let cis = Partner(id: "CIS", sourceAliases: ["CIS-001"], replyAddresses: ["http://127.0.0.1:9/cis"])

  @Test("Header.Source is matched with partners and their aliases", arguments: [("CIS", "CIS"), ("CIS-001", "CIS")])
  func known(_ source: String, _ id: String) async throws {
    let bus = StubBus()
    let answer = try await withServer(bus, partners: [Self.cis]) { port in
      try await exchange(port, "POST", "/messages", plain, get(source: source))
    }
    #expect(answer.status == 200)
    #expect(bus.sent.map(\.sender.rawValue) == [id])
  }

  @Test("unknown senders over loopback are anonymous by default")
  func anonymous() async throws {
    let bus = StubBus()
    try await withServer(bus) { port in
      for message in [get(source: "MDM"), get()] {
        let answer = try await exchange(port, "POST", "/messages", plain, message)
        #expect(answer.status == 200)
      }
    }
    #expect(bus.sent.map(\.sender) == [PartnerDirectory.anonymous, PartnerDirectory.anonymous])
  }

  @Test("unknown senders are refused with 2.14 where that is configured")
  func refused() async throws {
    let bus = StubBus()
    try await withServer(bus, partners: [Self.cis], configure: { $0.unknownSenders = .refuse }) { port in
      let answer = try await exchange(port, "POST", "/messages", plain, get(source: "XYZ"))
      #expect(answer.status == 403)
      #expect(answer.headers["busbar-code"] == "2.14")
      #expect(answer.body.contains(">c-1<"))
      let overSOAP = try await exchange(port, "POST", "/soap", soap11, soap(get(source: "XYZ")))
      #expect(overSOAP.status == 200)
      #expect(overSOAP.headers["busbar-code"] == "2.14")
    }
    #expect(bus.sent.isEmpty)
    #expect(bus.refused.map(\.code) == ["2.14", "2.14"])
  }

  @Test(
    "a ReplyAddress that is not registered for its sender is refused with 7.7 and never called",
    arguments: ["CIS", "MDM", nil])
  func foreignAddress(_ source: String?) async throws {
    let bus = StubBus()
    let trap = StubBus()
    try await withServer(trap) { trapPort in
      try await withServer(bus, partners: [Self.cis]) { port in
        let message = get(source: source, async: "http://127.0.0.1:\(trapPort)/messages")
        let answer = try await exchange(port, "POST", "/messages", plain, message)
        #expect(answer.status == 403)
        #expect(answer.headers["busbar-code"] == "7.7")
        #expect(answer.body.contains("not registered"))
      }
    }
    #expect(bus.sent.isEmpty)
    #expect(trap.sent.isEmpty && trap.refused.isEmpty)
  }

  @Test("an asynchronous request to a registered address goes to the bus, and its acknowledgement is 202")
  func registeredAddress() async throws {
    let bus = StubBus()
    try await withServer(bus, partners: [Self.cis]) { port in
      let message = get(source: "CIS", async: "http://127.0.0.1:9/cis")
      let answer = try await exchange(port, "POST", "/messages", plain, message)
      #expect(answer.status == 202)
    }
    #expect(bus.sent.count == 1)
  }

  @Test("two partners cannot claim one source")
  func doubleSource() {
    #expect(throws: TransportError.self) {
      try PartnerDirectory([Self.cis, Partner(id: "OMS", sourceAliases: ["CIS-001"])])
    }
  }
}
