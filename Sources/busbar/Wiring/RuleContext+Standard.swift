// What the rules may ask the built-in tables.
import CIMCodec
import CIMCodes
import CIMProfiles
import Compression
import IECMessage

extension RuleContext {
  /// Knows the namespaces of the schemas and the reply codes of the tables, and looks into compressed payloads; nothing
  /// of partners and time.
  ///
  /// - Parameter expansion: how far a compressed payload may grow.
  static func standard(
    _ schemas: SchemaLibrary = .standard, expansion: ExpansionLimits = ExpansionLimits(totalBytes: 64 << 20)
  ) -> RuleContext {
    var context = RuleContext()
    context.namespaces = { noun, _ in
      let known = schemas.profiles(noun).map(\.namespace)
      return known.isEmpty ? nil : Set(known)
    }
    context.replyCodes = (try? CodeTables.standard.table(named: "replyCode")).map { Set($0.rows.map(\.code)) }
    context.isValidCompressed = { text in
      guard let bytes = try? GzipPayload(limits: expansion).unpack(text) else { return false }
      return isValid(bytes, schemas)
    }
    return context
  }

  /// Whether what was unpacked is valid where it is XML: Format may name anything.
  private static func isValid(_ bytes: [UInt8], _ schemas: SchemaLibrary) -> Bool {
    guard bytes.first == UInt8(ascii: "<") || bytes.first == 0xEF else { return !bytes.isEmpty }
    var decoder = DocumentDecoder(resolver: schemas, buildsTree: false)
    decoder.feed(bytes)
    let document = decoder.finish()
    return document.isWellFormed && document.findings.isEmpty
  }
}
