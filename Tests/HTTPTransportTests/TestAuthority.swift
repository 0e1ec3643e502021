// A certificate authority for one test.
import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes certificates as PEM files in a folder of its own, which goes with it.
final class TestAuthority {
  let folder: URL
  private let key = P256.Signing.PrivateKey()
  private let name: DistinguishedName

  init(_ name: String = "Test CA") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "busbar-ca-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.name = try DistinguishedName {
      OrganizationName("Utility")
      CommonName(name)
    }
    let root = try certificate(
      self.name, key.publicKey, days: -1...1,
      Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) })
    try root.serializeAsPEM().pemString.write(to: folder.appending(path: "ca.pem"), atomically: true, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var root: String { path("ca.pem") }
  func path(_ file: String) -> String { folder.appending(path: file).path }

  /// Writes NAME.pem and NAME.key, of the subject CN=NAME,O=Utility and for the address 127.0.0.1.
  func issue(_ name: String, days: ClosedRange<Int> = -1...1) throws {
    let own = P256.Signing.PrivateKey()
    let subject = try DistinguishedName {
      OrganizationName("Utility")
      CommonName(name)
    }
    let address = GeneralName.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))
    let certificate = try certificate(
      subject, own.publicKey, days: days, Certificate.Extensions { SubjectAlternativeNames([address]) })
    try certificate.serializeAsPEM().pemString
      .write(to: folder.appending(path: name + ".pem"), atomically: true, encoding: .utf8)
    try own.pemRepresentation.write(to: folder.appending(path: name + ".key"), atomically: true, encoding: .utf8)
  }

  private func certificate(
    _ subject: DistinguishedName, _ publicKey: P256.Signing.PublicKey, days: ClosedRange<Int>,
    _ extensions: Certificate.Extensions
  ) throws -> Certificate {
    func date(_ days: Int) -> Date { Date(timeIntervalSinceNow: Double(days) * 86_400) }
    return try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(publicKey), notValidBefore: date(days.lowerBound),
      notValidAfter: date(days.upperBound), issuer: name, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: extensions, issuerPrivateKey: .init(key))
  }
}
