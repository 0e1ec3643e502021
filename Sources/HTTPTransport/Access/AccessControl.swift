// Who calls, and whether that is enough for what is asked.
import Compression
import HTTPTypes
import Hummingbird
import HummingbirdCore
import IECMessage
import Logging
import NIOCore
import Secrets

/// Authenticates requests, before their bodies are read.
///
/// A partner or operator is known by HTTP Basic, by a bearer token or by its client certificate. What is wrong is
/// answered 401 with 7.4, what is missing 401 with 7.2; an address that fails too often waits (`AttemptLimiter`) and is
/// told so by 429 with 7.1.
struct AccessControl: Sendable {
  let principals: Principals
  let configuration: HTTPConfiguration
  let logger: Logger
  private let attempts: AttemptLimiter
  private let passwords: PasswordVerifier
  private let rates = RateLimiter()
  private let certificates = PeerCertificates()

  init(_ partners: PartnerDirectory, _ configuration: HTTPConfiguration, _ logger: Logger) {
    principals = Principals(partners.partners, configuration.operators)
    self.configuration = configuration
    self.logger = logger
    attempts = AttemptLimiter(limit: configuration.failedAttempts)
    passwords = PasswordVerifier(isSlow: principals.isSlow)
  }

  /// Whether the sender is on this machine and that counts for something.
  func isTrusted(_ peer: Peer) -> Bool { peer.isLoopback && configuration.trustsLoopback }

  // MARK: What is asked

  /// Who sends a message.
  ///
  /// - Parameter authorization: the field of this name, if there is one.
  func sender(_ authorization: String?, _ peer: Peer) async -> Result<Caller, Refusal> {
    await caller(authorization, peer).flatMap { admitted($0, peer) }
  }

  /// Who sends a message, where that is known without waiting; nil where it is not.
  func senderNow(_ authorization: String?, _ peer: Peer) -> Result<Caller, Refusal>? {
    guard authorization == nil, configuration.tls?.clientCA == nil else { return nil }
    return admitted(.unknown, peer)
  }

  private func admitted(_ caller: Caller, _ peer: Peer) -> Result<Caller, Refusal> {
    switch caller {
    case .partner(let partner):
      if let rate = partner.requestsPerSecond, !rates.take(partner.id, rate: rate) {
        return .failure(.tooFast(partner, rate: rate))
      }
    case .unknown where needsSender(peer):
      return .failure(.unauthenticated("send credentials of a partner", principals.challenges))
    case .unknown, .operator: break
    }
    return .success(caller)
  }

  /// Why somebody may not read what only operators may; nil where it may.
  func refusalForOperators(_ request: HummingbirdCore.Request, _ context: ConnectionContext) async -> Refusal? {
    let peer = context.peer
    if isTrusted(peer) || (configuration.isInsecure && configuration.operators.isEmpty) { return nil }
    switch await caller(request.headers[.authorization], peer) {
    case .failure(let refusal): return refusal
    case .success(.operator): return nil
    case .success(.unknown):
      return .unauthenticated("this is for operators: send an operator's credentials", principals.challenges)
    case .success(.partner(let partner)):
      return .unauthorized("this is for operators, not for partner \(partner.id)")
    }
  }

  /// Why somebody may not read what partners and operators may; nil where it may.
  func refusalForStrangers(_ request: HummingbirdCore.Request, _ context: ConnectionContext) async -> Refusal? {
    let peer = context.peer
    if isTrusted(peer) || (configuration.isInsecure && !principals.hasAllPartners) { return nil }
    switch await caller(request.headers[.authorization], peer) {
    case .failure(let refusal): return refusal
    case .success(.operator), .success(.partner): return nil
    case .success(.unknown):
      return .unauthenticated("send credentials of a partner or an operator", principals.challenges)
    }
  }

  /// Whether nothing at all is taken here from somebody who has not authenticated.
  private func needsSender(_ peer: Peer) -> Bool {
    principals.hasPartners && !isTrusted(peer) && !(configuration.isInsecure && !principals.hasAllPartners)
  }

  // MARK: Who calls

  private func caller(_ authorization: String?, _ peer: Peer) async -> Result<Caller, Refusal> {
    let certificate = configuration.tls?.clientCA == nil ? nil : await certificates.certificate(of: peer.channel)
    let byCertificate = certificate.flatMap(principals.caller)
    guard let field = authorization else {
      if let certificate, byCertificate == nil {
        return .failure(wrong("the client certificate \(certificate.subject) belongs to nobody here", peer))
      }
      return .success(byCertificate ?? .unknown)
    }
    let address = peer.address ?? "local"
    if let seconds = attempts.wait(address) { return .failure(.tooManyFailures(retryAfter: seconds)) }
    switch await self.caller(authorization: field) {
    case nil: return .failure(.tooManyFailures(retryAfter: 1))
    case .some(nil):
      attempts.failed(address)
      return .failure(wrong("the credentials are wrong", peer))
    case .some(.some(let caller)):
      attempts.succeeded(address)
      if let byCertificate, !byCertificate.isSame(as: caller) {
        return .failure(
          wrong("the client certificate and the Authorization header belong to two different callers", peer))
      }
      return .success(caller)
    }
  }

  /// - Returns: nil where too many passwords are being checked; an inner nil where the credentials are wrong.
  private func caller(authorization field: String) async -> Caller?? {
    // No credentials of ours are longer, and what is not read cannot be slow.
    guard field.utf8.count <= 4096, let space = field.firstIndex(of: " ") else { return .some(nil) }
    let scheme = field[..<space].lowercased()
    let rest = field[space...].drop { $0 == " " }
    switch scheme {
    case "bearer": return .some(principals.caller(token: String(rest)))
    case "basic":
      guard let bytes = Base64Text.bytes(String(rest)), let text = String(validating: bytes, as: UTF8.self),
        let colon = text.firstIndex(of: ":")
      else { return .some(nil) }
      let user = String(text[..<colon])
      let entries = principals.users[user] ?? []
      let password = String(text[text.index(after: colon)...])
      guard let isRight = await passwords.matches(password, of: user, entries.map(\.check)) else { return nil }
      return .some(isRight ? entries.first?.caller : nil)
    default: return .some(nil)
    }
  }

  private func wrong(_ reason: String, _ peer: Peer) -> Refusal {
    logger.notice(
      "not authenticated",
      metadata: ["address": "\(peer.address ?? "local")", "reason": "\(reason)"])
    return .unauthenticated(reason, principals.challenges, code: "7.4")
  }
}
