// Who is believed, and what they may send. TLS and client certificates: scripts/check-tls.
import CIMModel
import HTTPTransport
import IECMessage
import MessageBus
import NIOCore
import Secrets
import Testing

@Suite("IEC 61968-9, Annex B.9: authentication and authorisation", .timeLimit(.minutes(1)))
struct Authentication {
  /// Basic and bearer; may get meter readings.
  static let cis: Partner = {
    var partner = Partner(id: "CIS", sourceAliases: ["CIS-001"], replyAddresses: ["http://127.0.0.1:9/cis"])
    partner.credentials = [
      .basic(user: "cis", password: .digest(SecretDigest(of: "p:ss"))), .bearer(SecretDigest(of: "cis-token")),
    ]
    partner.maySend = [Permission([.get], ["MeterReadings"])]
    return partner
  }()

  static let oms: Partner = {
    var partner = Partner(id: "OMS")
    partner.credentials = [.bearer(SecretDigest(of: "oms-token"))]
    partner.maySend = []
    partner.bodyLimit = 1200
    partner.requestsPerSecond = 3
    return partner
  }()

  static let open = Partner(id: "OPEN")

  static let control = Operator(name: "control", credentials: [.bearer(SecretDigest(of: "control-token"))])

  /// A server that treats loopback like any other address.
  private func withGuarded<Result: Sendable>(
    _ bus: StubBus, partners: [Partner] = [cis, oms], insecure: Bool = false,
    _ work: @Sendable (Int) async throws -> Result
  ) async throws -> Result {
    try await withServer(
      bus, partners: partners,
      configure: {
        $0.trustsLoopback = false
        $0.unknownSenders = .refuse
        $0.operators = [Self.control]
        $0.isInsecure = insecure
      }, work)
  }

  private func basic(_ user: String, _ password: String) -> [String: String] {
    // Python: base64.b64encode(b"…").
    let known = [
      "cis:p:ss": "Y2lzOnA6c3M=", "cis:wrong": "Y2lzOndyb25n", "nobody:p:ss": "bm9ib2R5OnA6c3M=",
    ]
    return ["Authorization": "Basic \(known["\(user):\(password)"] ?? "")"]
  }

  private static func bearer(_ token: String) -> [String: String] { ["Authorization": "Bearer \(token)"] }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var headers: [String: String] = [:]
    var source: String?
    var status: Int
    /// Nil: it goes to the bus.
    var code: String?
  }

  static let cases: [Case] = [
    Case(testDescription: "nothing", source: "CIS", status: 401, code: "7.2"),
    Case(testDescription: "nothing, unknown Source", source: "XYZ", status: 401, code: "7.2"),
    Case(testDescription: "token", headers: bearer("cis-token"), source: "CIS", status: 200),
    Case(testDescription: "token, alias", headers: bearer("cis-token"), source: "CIS-001", status: 200),
    Case(testDescription: "token, no Source", headers: bearer("cis-token"), status: 200),
    Case(testDescription: "scheme in capitals", headers: ["Authorization": "BEARER cis-token"], status: 200),
    Case(testDescription: "wrong token", headers: bearer("cis-tokem"), source: "CIS", status: 401, code: "7.4"),
    Case(testDescription: "empty token", headers: bearer(""), source: "CIS", status: 401, code: "7.4"),
    Case(
      testDescription: "unknown scheme", headers: ["Authorization": "Digest cis-token"], source: "CIS", status: 401,
      code: "7.4"),
    Case(
      testDescription: "no Base64", headers: ["Authorization": "Basic %%%"], source: "CIS", status: 401, code: "7.4"),
    Case(
      testDescription: "a very long token", headers: bearer(String(repeating: "x", count: 10_000)), source: "CIS",
      status: 401, code: "7.4"),
    Case(
      testDescription: "Source of another", headers: bearer("oms-token"), source: "CIS", status: 403, code: "7.5"),
    Case(testDescription: "nothing allowed", headers: bearer("oms-token"), source: "OMS", status: 403, code: "7.5"),
    Case(testDescription: "operator", headers: bearer("control-token"), source: "CIS", status: 403, code: "7.5"),
  ]

  @Test("a message is taken with the sender's own credentials and rights only", arguments: cases)
  func message(_ attempt: Case) async throws {
    let bus = StubBus()
    let answer = try await withGuarded(bus) { port in
      try await exchange(
        port, "POST", "/messages", plain.merging(attempt.headers) { $1 }, get(source: attempt.source))
    }
    #expect(answer.status == attempt.status, "\(answer.body)")
    #expect(bus.sent.map(\.sender.rawValue) == (attempt.code == nil ? ["CIS"] : []))
    if let code = attempt.code { #expect(answer.headers["busbar-code"] == code, "\(answer.body)") }
    #expect((answer.headers["www-authenticate"] != nil) == (attempt.status == 401))
  }

  @Test("passwords may hold colons; wrong ones and unknown users are answered alike")
  func passwords() async throws {
    let bus = StubBus()
    try await withGuarded(bus) { port in
      let right = try await exchange(port, "POST", "/messages", plain.merging(basic("cis", "p:ss")) { $1 }, get())
      #expect(right.status == 200, "\(right.body)")
      let wrong = try await exchange(port, "POST", "/messages", plain.merging(basic("cis", "wrong")) { $1 }, get())
      let nobody = try await exchange(port, "POST", "/messages", plain.merging(basic("nobody", "p:ss")) { $1 }, get())
      #expect(wrong.status == 401)
      #expect((wrong.status, wrong.body) == (nobody.status, nobody.body))
    }
    #expect(bus.sent.count == 1)
  }

  @Test("a verb and noun that may-send does not list is refused with 7.5, and journaled")
  func verb() async throws {
    let bus = StubBus()
    try await withGuarded(bus) { port in
      let headers = plain.merging(Self.bearer("cis-token")) { $1 }
      let answer = try await exchange(port, "POST", "/messages", headers, event(source: "CIS"))
      #expect(answer.status == 403)
      #expect(answer.body.contains("may not send created EndDeviceEvents"))
      #expect(answer.body.contains(">c-1<"))
      let overSOAP = try await exchange(
        port, "POST", "/soap", soap11.merging(Self.bearer("cis-token")) { $1 }, soap(event(source: "CIS")))
      #expect(overSOAP.status == 200)
      #expect(overSOAP.headers["busbar-code"] == "7.5")
    }
    #expect(bus.refused.map(\.code) == ["7.5", "7.5"])
    #expect(bus.refused.allSatisfy { $0.sender == "CIS" })
  }

  @Test("without credentials over SOAP the answer is 401 and a fault")
  func soapFault() async throws {
    let answer = try await withGuarded(StubBus()) { try await exchange($0, "POST", "/soap", soap11, soap(get())) }
    #expect(answer.status == 401)
    #expect(answer.body.contains("Fault"))
    #expect(answer.headers["busbar-code"] == "7.2")
  }

  @Test("on trusted loopback strangers are anonymous, and a partner with credentials still needs them")
  func loopback() async throws {
    let bus = StubBus()
    try await withServer(bus, partners: [Self.cis]) { port in
      #expect(try await exchange(port, "POST", "/messages", plain, get(source: "XYZ")).status == 200)
      let pretended = try await exchange(port, "POST", "/messages", plain, get(source: "CIS"))
      #expect(pretended.status == 401)
      #expect(pretended.headers["busbar-code"] == "7.2")
      #expect(pretended.headers["www-authenticate"] != nil)
      #expect(try await exchange(port, "GET", "/dead-letters").status == 200)
    }
    #expect(bus.sent.map(\.sender.rawValue) == ["anonymous"])
  }

  @Test("told to be insecure, a partner without credentials is believed, and one with them is not")
  func insecure() async throws {
    let bus = StubBus()
    try await withGuarded(bus, partners: [Self.cis, Self.open], insecure: true) { port async throws in
      #expect(try await exchange(port, "POST", "/messages", plain, get(source: "OPEN")).status == 200)
      #expect(try await exchange(port, "POST", "/messages", plain, get(source: "CIS")).status == 401)
      #expect(try await exchange(port, "POST", "/messages", plain, get(source: "XYZ")).status == 403)
    }
    #expect(bus.sent.map(\.sender.rawValue) == ["OPEN"])
  }

  @Test("an address that fails again and again waits, even with the right token")
  func failures() async throws {
    try await withGuarded(StubBus()) { port in
      for _ in 0..<5 {
        let wrong = try await exchange(port, "POST", "/messages", plain.merging(Self.bearer("x")) { $1 }, get())
        #expect(wrong.status == 401)
      }
      let right = try await exchange(port, "POST", "/messages", plain.merging(Self.bearer("cis-token")) { $1 }, get())
      #expect(right.status == 429)
      #expect(right.headers["busbar-code"] == "7.1")
      #expect(right.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0)
    }
  }

  @Test("a partner's own limits: bytes of a message, messages in a second")
  func limits() async throws {
    try await withGuarded(StubBus()) { port in
      let headers = plain.merging(Self.bearer("oms-token")) { $1 }
      let large = get(source: "OMS") + String(repeating: " ", count: 1200)
      #expect(try await exchange(port, "POST", "/messages", headers, large).status == 413)
      var statuses: Set<Int> = []
      for _ in 0..<20 { statuses.insert(try await exchange(port, "POST", "/messages", headers, get()).status) }
      #expect(statuses.contains(429))
    }
  }

  struct Reading: Sendable {
    var path: String
    var token: String?
    var status: Int
  }

  @Test(
    "what operators read is theirs; WSDLs are the partners' too; health is everybody's",
    arguments: [
      Reading(path: "/dead-letters", status: 401), Reading(path: "/dead-letters", token: "cis-token", status: 403),
      Reading(path: "/dead-letters", token: "control-token", status: 200),
      Reading(path: "/messages?messageID=m-1", status: 401),
      Reading(path: "/messages?messageID=m-1", token: "control-token", status: 200),
      Reading(path: "/activity", token: "cis-token", status: 403), Reading(path: "/activity", status: 401),
      Reading(path: "/services", status: 401), Reading(path: "/services", token: "cis-token", status: 200),
      Reading(path: "/soap?wsdl", status: 401), Reading(path: "/soap?wsdl", token: "control-token", status: 200),
      Reading(path: "/services/GetMeterReadings?wsdl", status: 401), Reading(path: "/health", status: 200),
    ])
  func reading(_ attempt: Reading) async throws {
    let headers = attempt.token.map(Self.bearer) ?? [:]
    let answer = try await withGuarded(StubBus()) { try await exchange($0, "GET", attempt.path, headers) }
    #expect(answer.status == attempt.status, "\(attempt): \(answer.body)")
  }

  @Test("beyond this machine the server needs TLS and everybody's credentials, or to be told otherwise")
  func exposure() {
    var configuration = HTTPConfiguration()
    #expect(configuration.exposure(of: [Self.open]) == nil)
    configuration.host = "0.0.0.0"
    #expect(configuration.exposure(of: [])?.contains("no TLS") == true)
    configuration.tls = ServerTLS(certificate: "a", key: "b")
    #expect(configuration.exposure(of: [Self.cis]) == nil)
    let open = configuration.exposure(of: [Self.cis, Self.open])
    #expect(open?.contains("partner OPEN does not authenticate") == true)
    #expect(open?.contains("--insecure-without-tls") == true && open?.contains("insecure: true") == true)
    configuration.isInsecure = true
    #expect(configuration.exposure(of: [Self.open]) == nil)
  }
}
