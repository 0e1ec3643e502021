// One pass from bytes to a judged message: SOAP or bare, generic, wrapped, strongly typed, or a profile alone.
public import CIMCodec
public import CIMProfiles

/// Reads messages and says what is wrong with them.
public struct MessageReader: Sendable {
  public let schemas: SchemaLibrary
  public let limits: ReadLimits
  /// Looks into compressed payloads; nil: they are refused.
  public let unpacker: (any PayloadUnpacker)?
  let decoders: DecoderPool

  public init(
    schemas: SchemaLibrary = .standard, limits: ReadLimits = ReadLimits(), unpacker: (any PayloadUnpacker)? = nil
  ) {
    self.unpacker = unpacker
    self.schemas = schemas
    self.limits = limits
    decoders = DecoderPool(resolver: schemas, limits: limits.decoding)
  }

  /// Judges a document: well-formedness, SOAP, envelope, profile. What is wrong is in the result; nothing is thrown.
  public func read(_ bytes: [UInt8]) -> Inspection {
    inspect(decode(bytes))
  }

  /// Decodes a document, for callers that want its tree beside the judgement: hand it to `inspect`.
  public func decode(_ bytes: [UInt8]) -> DecodedDocument { decoders.decode(bytes) }

  /// A decoder for a message whose bytes come in pieces; hand what it made to `inspect`.
  public func decoder() -> DocumentDecoder { DocumentDecoder(resolver: schemas, limits: limits.decoding) }

  /// Takes a message of any size in pieces, in bounded memory: judged as `read` does, without its tree.
  public func stream() -> MessageStream { MessageStream(self) }

  /// Judges a document that was decoded, for callers that feed the decoder as bytes come in.
  public func inspect(_ document: DecodedDocument) -> Inspection {
    guard document.isWellFormed, let root = document.root else {
      var result = Inspection(verdict: .unreadable)
      result.violations = document.findings.map(\.violation)
      return result
    }
    var judge = MessageJudge(self, document: document)
    judge.run(root)
    return judge.result
  }
}
