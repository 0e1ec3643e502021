// The server's certificate, and whom it believes clients' certificates from.
import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// TLS of the server. Paths are those of PEM files, read once when the server starts.
public struct ServerTLS: Sendable, Equatable {
  /// The server's certificate, and behind it those between it and its root.
  public var certificate: String
  public var key: String
  /// Roots that clients' certificates are verified against; nil: clients are asked for none.
  public var clientCA: String?
  /// Whether a client without a certificate is turned away in the handshake.
  public var requiresClientCertificate: Bool
  /// TLS 1.3 at least, in place of 1.2.
  public var needsVersion1_3: Bool

  public init(
    certificate: String, key: String, clientCA: String? = nil, requiresClientCertificate: Bool = false,
    needsVersion1_3: Bool = false
  ) {
    self.certificate = certificate
    self.key = key
    self.clientCA = clientCA
    self.requiresClientCertificate = requiresClientCertificate
    self.needsVersion1_3 = needsVersion1_3
  }

  /// Whole days until the server's certificate expires; negative once it has.
  ///
  /// - Throws: `TransportError` `.badConfiguration`.
  func daysLeft() throws -> Int {
    let end = try PEMFiles.certificates(certificate).first?.notValidAfter ?? 0
    return Int((Double(end - time(nil)) / 86_400).rounded(.down))
  }

  /// - Throws: `TransportError` `.badConfiguration` that names the file at fault.
  func configuration() throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try PEMFiles.certificates(certificate).map { .certificate($0) },
      privateKey: .privateKey(try PEMFiles.key(key)))
    tls.minimumTLSVersion = needsVersion1_3 ? .tlsv13 : .tlsv12
    if let clientCA {
      tls.trustRoots = .certificates(try PEMFiles.certificates(clientCA))
      tls.certificateVerification = requiresClientCertificate ? .noHostnameVerification : .optionalVerification
      tls.sendCANameList = true
    }
    // Only to see whether it holds together: the framework makes its own.
    do {
      _ = try NIOSSLContext(configuration: tls)
    } catch {
      throw TransportError(
        .badConfiguration,
        "certificate \(certificate) and key \(key) do not belong together: name the key it was made for",
        cause: error)
    }
    return tls
  }
}
