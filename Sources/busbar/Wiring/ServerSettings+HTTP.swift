// The server's section of the configuration file in the transport's terms.
import ConfigurationFile
import HTTPTransport

extension HTTPConfiguration {
  /// What the file says, over the defaults.
  ///
  /// - Throws: `ConfigurationError` `.unreadable` for an operator's secret that is not there.
  init(_ file: Configuration) throws(ConfigurationError) {
    self.init()
    port = 8480
    let server = file.server
    if let host = server.host { self.host = host }
    if let port = server.port { self.port = port }
    if let basePath = server.basePath { self.basePath = basePath }
    publicURL = server.publicURL
    if let name = server.name { self.name = name }
    tls = server.tls.map {
      ServerTLS(
        certificate: $0.certificate, key: $0.key, clientCA: $0.clientCA,
        requiresClientCertificate: $0.requiresClientCertificate, needsVersion1_3: $0.needsVersion1_3)
    }
    isInsecure = server.isInsecure
    trustsLoopback = server.trustsLoopback
    if !server.trustsLoopback { unknownSenders = .refuse }
    let limits = server.limits
    if let bytes = limits.maxBytes { bodyLimit = bytes }
    if let bytes = limits.holdBytes { spoolOver = bytes }
    if let bytes = limits.totalBytes { bodyBudget = bytes }
    if let bytes = limits.readingsBytes { readingsLimit = bytes }
    if let count = limits.requests { requestLimit = count }
    if let count = limits.connections { connectionLimit = count }
    if let count = limits.failedAttempts { failedAttempts = count }
    var operators: [Operator] = []
    for one in file.operators { operators.append(Operator(name: one.name, credentials: try Credential.all(one.auth))) }
    self.operators = operators
  }
}
