// Certificates and keys out of files, with errors that name the file.
import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum PEMFiles {
  /// - Throws: `TransportError` `.badConfiguration`.
  static func certificates(_ path: String) throws -> [NIOSSLCertificate] {
    let found: [NIOSSLCertificate]
    do {
      found = try NIOSSLCertificate.fromPEMFile(path)
    } catch {
      throw unreadable(path, "certificates", error)
    }
    guard !found.isEmpty else {
      throw TransportError(.badConfiguration, "\(path) holds no certificate: give a file with BEGIN CERTIFICATE in it")
    }
    return found
  }

  /// - Throws: `TransportError` `.badConfiguration`; keys under a passphrase are not taken.
  static func key(_ path: String) throws -> NIOSSLPrivateKey {
    do {
      // No passphrase: without this the library would ask for one on the terminal.
      return try NIOSSLPrivateKey(file: path, format: .pem, passphraseCallback: { $0("".utf8) })
    } catch {
      throw unreadable(path, "a private key without a passphrase", error)
    }
  }

  private static func unreadable(_ path: String, _ what: String, _ error: any Error) -> TransportError {
    // The library does not tell a file that is not there from one that makes no sense.
    let reason = access(path, R_OK) == 0 ? "it holds no PEM text of that kind" : String(cString: strerror(errno))
    return TransportError(.badConfiguration, "\(path) cannot be read as \(what): \(reason)", cause: error)
  }
}
