// Foreign envelopes and habits put right before the message is judged.
public import CIMProfiles
public import IECMessage

/// Rewrites a partner's messages in the standard's form, as far as the partner's dialect allows.
///
/// A repair changes the document and never the judge: what comes out is read by the strict reader like any other message.
/// Generic, wrapped and strongly typed messages stay what they are, so that they are answered in kind; every other shape
/// becomes a generic message. A SOAP envelope is kept. Comments and prefixes are not kept: check signatures before.
///
/// Call it where the strict verdict is not `valid` or the envelope's rules reject, and always where
/// `Dialect.concernsValidMessages`. In strict mode it returns the bytes as they are.
public struct MessageRepair: Sendable {
  public let dialect: Dialect
  public let schemas: SchemaLibrary
  public let limits: ReadLimits

  /// - Parameter limits: of the document, as for the reader; besides at most 1,000,000 elements.
  public init(dialect: Dialect, schemas: SchemaLibrary = .standard, limits: ReadLimits = ReadLimits()) {
    self.dialect = dialect
    self.schemas = schemas
    self.limits = limits
  }

  /// - Parameters:
  ///   - bytes: one document, SOAP or bare.
  ///   - facts: what the transport knows of it.
  /// - Throws: `RepairError` where the document is not well-formed, too large, or mixes text and elements.
  public func repair(_ bytes: [UInt8], facts: CallFacts = CallFacts()) throws(RepairError) -> Repaired {
    if dialect.mode == .strict { return Repaired(bytes: bytes, repairs: []) }
    let root = try NodeReader.read(bytes, limits: limits)
    var run = RepairRun(dialect: dialect, schemas: schemas, limits: limits, facts: facts)
    let document = run.repair(root)
    if run.log.isEmpty { return Repaired(bytes: bytes, repairs: []) }
    return Repaired(bytes: NodeWriter.write(document), repairs: run.log.repairs)
  }
}
