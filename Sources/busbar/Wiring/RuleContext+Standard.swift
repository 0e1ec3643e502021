// What the rules may ask the built-in tables.
import CIMCodes
import CIMProfiles
import IECMessage

extension RuleContext {
  /// Knows the namespaces of the built-in schemas and the reply codes of the tables; nothing of partners and time.
  static var standard: RuleContext {
    var context = RuleContext()
    context.namespaces = { noun, _ in SchemaLibrary.standard.profile(noun).map { [$0.namespace] } }
    context.replyCodes = (try? CodeTables.standard.table(named: "replyCode")).map { Set($0.rows.map(\.code)) }
    return context
  }
}
