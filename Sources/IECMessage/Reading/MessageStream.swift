// A message of any size, judged as its bytes come in.
import CIMCodec
import CIMModel
import XMLPull

/// Judges a message in bounded memory: the same verdicts and violations as `MessageReader.read`, but no tree.
///
/// Memory does not grow with the message, only with its largest single value (64 MiB at most) and its violations. The
/// result's `message` is nil, for its payload is not kept.
public struct MessageStream: ~Copyable {
  private let reader: MessageReader
  private var decoder: DocumentDecoder
  private var skeleton: MessageSkeleton

  init(_ reader: MessageReader) {
    self.reader = reader
    decoder = DocumentDecoder(resolver: reader.schemas, limits: reader.limits.decoding, buildsTree: false)
    skeleton = MessageSkeleton(schemas: reader.schemas, limits: reader.limits.decoding.xml)
  }

  /// Takes the next bytes; pieces of 64 to 256 KiB are best.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    decoder.feed(bytes)
    skeleton.feed(bytes)
  }

  public mutating func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes { feed($0) } }

  /// Says that nothing follows, and judges.
  public mutating func finish() -> Inspection {
    var inspection = judge()
    inspection.message = nil
    return inspection
  }

  /// The same, with the message as far as it can be had without its objects, which `source` has.
  mutating func finish(keeping source: any DocumentSource) -> Inspection {
    var inspection = judge()
    guard !skeleton.isCut, !skeleton.hasCompressed, let path = skeleton.payloadPath,
      case .objects(let roots)? = inspection.message?.payload?.content
    else {
      inspection.message = nil
      return inspection
    }
    inspection.message?.payload?.content = .detached(
      DetachedObjects(source: source, roots: roots, path: path, limits: reader.limits.decoding.xml))
    return inspection
  }

  private mutating func judge() -> Inspection {
    let document = decoder.finish()
    guard document.isWellFormed, let root = skeleton.finish() else {
      var result = Inspection(verdict: .unreadable)
      result.violations = document.findings.map(\.violation)
      return result
    }
    var judge = MessageJudge(reader, document: document)
    judge.run(root)
    return judge.result
  }
}
