// Both ends of TLS and of credentials: a partner's client calls a server that asks who it is.
import CIMModel
import HTTPTransport
import IECMessage
import Logging
import MessageBus
import Secrets
import Testing

@Suite("Calls to partners, with certificates and credentials", .timeLimit(.minutes(1)))
struct CallsWithCredentials {
  private static let event = Message.event(
    .created, "EndDeviceEvents", [Element("EndDeviceEvents", in: "http://iec.ch/TC57/2011/EndDeviceEvents#")],
    source: "BUS")

  /// Sends an event to a server that knows BUS by these credentials; returns the sender as the server saw it.
  private func call(
    _ credentials: [Credential], tls: ServerTLS? = nil, _ access: OutgoingAccess
  ) async throws -> ParticipantID? {
    let bus = StubBus()
    var caller = Partner(id: "BUS")
    caller.credentials = credentials
    try await withServer(
      bus, partners: [caller],
      configure: {
        $0.trustsLoopback = false
        $0.unknownSenders = .refuse
        $0.tls = tls
      }
    ) { port in
      var partner = Partner(
        id: "OMS", endpoint: "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)/messages", soap: nil)
      partner.outgoing = access
      let client = PartnerClient(logger: Logger(label: "test"))
      do {
        let participants = try PartnerDirectory([partner])
          .participants(client: client, reader: MessageReader(), writer: MessageWriter())
        try await participants.first?.receive(Self.event, from: "BUS")
        try await client.shutdown()
      } catch {
        try await client.shutdown()
        throw error
      }
    }
    return bus.sent.first?.sender
  }

  private func access(_ authorization: OutgoingAccess.Authorization?, ca: String? = nil) -> OutgoingAccess {
    var access = OutgoingAccess()
    access.authorization = authorization
    access.ca = ca
    return access
  }

  @Test("a password and a token are sent as the other side wants them")
  func headers() async throws {
    let hash = try PasswordHash(of: "pass:wörd", rounds: 210_000)
    let basic = access(.basic(user: "bus", password: SecretText("pass:wörd")))
    #expect(try await call([.basic(user: "bus", password: .hash(hash))], basic) == "BUS")
    let bearer = access(.bearer(SecretText("t0ken")))
    #expect(try await call([.bearer(SecretDigest(of: "t0ken"))], bearer) == "BUS")
  }

  @Test("what is refused for want of credentials is an error, and nothing is delivered")
  func refused() async throws {
    let error = await #expect(throws: TransportError.self) {
      try await call([.bearer(SecretDigest(of: "t0ken"))], access(.bearer(SecretText("other"))))
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("401: 7.4") == true, "\(error?.message ?? "")")
  }

  @Test("mutual TLS: by subject and by fingerprint, with client certificates optional or required")
  func mutual() async throws {
    let authority = try TestAuthority()
    try authority.issue("server")
    try authority.issue("bus")
    var access = access(nil, ca: authority.root)
    access.certificate = (authority.path("bus.pem"), authority.path("bus.key"))
    for requires in [false, true] {
      let tls = ServerTLS(
        certificate: authority.path("server.pem"), key: authority.path("server.key"), clientCA: authority.root,
        requiresClientCertificate: requires, needsVersion1_3: requires)
      let right = try #require(SubjectName("CN=bus, O=Utility"))
      #expect(try await call([.certificateSubject(right)], tls: tls, access) == "BUS")
      let other = try #require(SubjectName("CN=bus,O=Other"))
      let wrong = await #expect(throws: TransportError.self) {
        try await call([.certificateSubject(other)], tls: tls, access)
      }
      #expect(wrong?.message.contains("7.4") == true, "\(wrong?.message ?? "")")
      let none = await #expect(throws: TransportError.self) {
        try await call([.certificateSubject(right)], tls: tls, self.access(nil, ca: authority.root))
      }
      // Without a certificate it is either told so or not let in at all.
      #expect(none?.code == (requires ? .unreachable : .unavailable), "\(none.map { "\($0)" } ?? "")")
    }
  }

  @Test("a server of another authority, and one whose certificate has expired, are not believed")
  func disbelieved() async throws {
    let authority = try TestAuthority()
    let other = try TestAuthority("Other CA")
    try authority.issue("server")
    try authority.issue("old", days: -10 ... -5)
    for (name, root) in [("server", other.root), ("old", authority.root)] {
      let tls = ServerTLS(certificate: authority.path(name + ".pem"), key: authority.path(name + ".key"))
      let error = await #expect(throws: TransportError.self) {
        try await call([.bearer(SecretDigest(of: "t"))], tls: tls, access(.bearer(SecretText("t")), ca: root))
      }
      #expect(error?.code == .unreachable, "\(name)")
    }
  }

  @Test("TLS files that are not there, hold nothing or do not belong together are named")
  func files() async throws {
    let authority = try TestAuthority()
    try authority.issue("a")
    try authority.issue("b")
    for (certificate, key, words) in [
      ("gone.pem", "a.key", "gone.pem"), ("a.key", "a.key", "a.key"), ("a.pem", "a.pem", "a.pem"),
      ("a.pem", "b.key", "do not belong together"),
    ] {
      let tls = ServerTLS(certificate: authority.path(certificate), key: authority.path(key))
      let error = await #expect(throws: TransportError.self) { try await call([], tls: tls, OutgoingAccess()) }
      #expect(error?.code == .badConfiguration)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
  }
}
