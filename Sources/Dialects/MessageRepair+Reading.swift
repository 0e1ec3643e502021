// Strict first, repaired where that is needed: the two readings in their order.
import CIMCodec
public import IECMessage

extension MessageRepair {
  /// What the strict reader says of a message, after repair where the message needs one.
  public struct Reading: Sendable {
    /// With `repairs`; its lines fit the original, or nearly so where elements were moved.
    public var inspection: Inspection
    /// What `inspection` is about: the original bytes, or the repaired ones.
    public var bytes: [UInt8]
    /// Why a repair was needed and impossible.
    public var obstacle: RepairError?
  }

  /// Reads a message as a partner of this dialect sends it.
  ///
  /// The strict reader has the first and the last word. In between the message is repaired, unless it is valid, passes the
  /// envelope's rules, and the dialect does not concern valid messages.
  ///
  /// - Parameter rules: of which a finding that rejects calls for a repair too, e.g. a verb in the wrong tense.
  public func read(
    _ bytes: [UInt8], with reader: MessageReader, facts: CallFacts = CallFacts(), rules: EnvelopeRules = EnvelopeRules()
  ) -> Reading {
    read(bytes, judged: reader.read(bytes), with: reader, facts: facts, rules: rules)
  }

  /// The same for a message that the strict reader has judged already.
  public func read(
    _ bytes: [UInt8], judged strict: Inspection, with reader: MessageReader, facts: CallFacts = CallFacts(),
    rules: EnvelopeRules = EnvelopeRules()
  ) -> Reading {
    let original = Reading(inspection: strict, bytes: bytes)
    guard dialect.mode != .strict, needsRepair(strict, rules) else { return original }
    do throws(RepairError) {
      let repaired = try repair(bytes, facts: facts)
      if repaired.repairs.isEmpty { return original }
      var inspection = reader.read(repaired.bytes)
      inspection.repairs = repaired.repairs
      return Reading(inspection: inspection, bytes: repaired.bytes)
    } catch {
      return Reading(inspection: strict, bytes: bytes, obstacle: error)
    }
  }

  private func needsRepair(_ strict: Inspection, _ rules: EnvelopeRules) -> Bool {
    guard strict.verdict == .valid else { return strict.verdict == .invalid }
    if dialect.concernsValidMessages || strict.form == .profile { return true }
    return strict.message.map { rules.check($0).contains { $0.severity == .reject } } ?? false
  }
}
