// What the rules may ask the built-in tables.
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
    // What was XML has been unpacked and judged by the reader; what is left may be anything that Format names.
    context.isValidCompressed = { (try? GzipPayload(limits: expansion).unpack($0)) != nil }
    return context
  }
}
