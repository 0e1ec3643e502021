// Whose certificate is at the other end of a connection.
import NIOCore
import NIOSSL
import Secrets
import SwiftASN1
import Synchronization
import X509

/// A client certificate that the TLS layer has verified.
struct PeerCertificate: Sendable {
  var digest: SecretDigest
  /// As RFC 4514 writes it.
  var subject: String
}

/// Looks up the client certificates of connections, and remembers what 1,000 of them say.
final class PeerCertificates: Sendable {
  private let known = Mutex<[NIOSSLCertificate: PeerCertificate]>([:])
  private static let memory = 1000

  /// Nil where the client has shown none; it has been verified otherwise.
  func certificate(of channel: any Channel) async -> PeerCertificate? {
    guard let certificate = try? await channel.nioSSL_peerCertificate().get() else { return nil }
    if let seen = known.withLock({ $0[certificate] }) { return seen }
    guard let der = try? certificate.toDERBytes() else { return nil }
    let subject = (try? Certificate(derEncoded: der))?.subject.description ?? ""
    let peer = PeerCertificate(digest: SecretDigest(of: der), subject: subject)
    known.withLock { known in
      if known.count >= Self.memory { known.removeAll() }
      known[certificate] = peer
    }
    return peer
  }
}
