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
      guard let packed = Base64Text.bytes(text) else { return false }
      return isValid(packed, schemas, expansion)
    }
    return context
  }

  /// Whether packed bytes unpack, and are valid where they are XML.
  private static func isValid(_ packed: [UInt8], _ schemas: SchemaLibrary, _ expansion: ExpansionLimits) -> Bool {
    var unpacker = GzipReader(limits: expansion)
    var decoder = DocumentDecoder(resolver: schemas, buildsTree: false)
    var isXML: Bool?
    do throws(CompressionError) {
      try unpacker.feed(packed) { piece in
        if isXML == nil { isXML = piece.first == UInt8(ascii: "<") || piece.first == 0xEF }
        if isXML == true { decoder.feed(piece) }
      }
      try unpacker.finish()
    } catch {
      return false
    }
    // The Format may name anything; what is XML has to be in order.
    guard isXML == true else { return isXML == false }
    let document = decoder.finish()
    return document.isWellFormed && document.findings.isEmpty
  }
}
