// How we show who we are to a partner, and whom we believe to be it.
package import AsyncHTTPClient
import NIOHTTP1
package import NIOSSL
public import Secrets

/// Credentials and trust for calls to one partner.
public struct OutgoingAccess: Sendable, Equatable {
  /// The Authorization header.
  public enum Authorization: Sendable, Equatable {
    case basic(user: String, password: SecretText)
    case bearer(SecretText)
  }

  public var authorization: Authorization?
  /// PEM files of our client certificate and its key.
  public var certificate: (chain: String, key: String)? {
    get { chain.flatMap { chain in key.map { (chain, $0) } } }
    set { (chain, key) = (newValue?.chain, newValue?.key) }
  }
  /// PEM file of the roots the partner's certificate is verified against; nil: those of the system.
  public var ca: String?
  private var chain: String?
  private var key: String?

  public init() {}

  /// Nil where the client's own TLS will do.
  ///
  /// - Throws: `TransportError` `.badConfiguration` that names the file at fault.
  package func tls() throws -> TLSConfiguration? {
    guard certificate != nil || ca != nil else { return nil }
    var tls = TLSConfiguration.makeClientConfiguration()
    if let ca { tls.trustRoots = .certificates(try PEMFiles.certificates(ca)) }
    if let certificate {
      tls.certificateChain = try PEMFiles.certificates(certificate.chain).map { .certificate($0) }
      tls.privateKey = .privateKey(try PEMFiles.key(certificate.key))
    }
    do {
      _ = try NIOSSLContext(configuration: tls)
    } catch {
      let files = certificate.map { "certificate \($0.chain) and key \($0.key)" } ?? "the roots in \(ca ?? "")"
      throw TransportError(.badConfiguration, "\(files) cannot be used together for calls", cause: error)
    }
    return tls
  }

  /// Puts the Authorization header into a request.
  package func authorize(_ request: inout HTTPClientRequest) {
    switch authorization {
    case .basic(let user, let password): request.setBasicAuth(username: user, password: password.value)
    case .bearer(let token): request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token.value)")
    case nil: break
    }
  }
}
