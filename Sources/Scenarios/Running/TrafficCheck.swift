// Whether the messages of a run are valid and their codes known.
import CIMCodec
import IECMessage
import SemanticRules

/// Judges messages as a partner at the far end would.
struct TrafficCheck: Sendable {
  private let reader = MessageReader()
  private let writer = MessageWriter()
  private let rules = CodeRules()

  /// What is wrong with the first message that is not valid against its profile or has a code nobody knows; nil: nothing.
  func trouble(in messages: [Message]) -> String? {
    for message in messages {
      let name = "\(message.header?.source ?? "?"): \(message.verb?.rawValue ?? "?") \(message.noun ?? "?")"
      do {
        let inspection = reader.read(try writer.write(message))
        if inspection.verdict != .valid {
          let violation = inspection.violations.first
          return "\(name) is not valid: \(violation?.message ?? "unreadable") (\(violation?.path ?? "/"))"
        }
      } catch {
        return "\(name) cannot be written: \(error.message)"
      }
      if let finding = rules.check(message).findings.first(where: { $0.severity > .note }) {
        return "\(name) has a code that is not in order: \(finding.message) (\(finding.path))"
      }
    }
    return nil
  }
}
