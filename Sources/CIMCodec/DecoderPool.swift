// Decoders for many short documents: each new document finds one that knows its kind already.
import Synchronization

/// Decodes documents, on as many threads as ask for it, with decoders that keep what they have learnt.
public final class DecoderPool: Sendable {
  private let resolver: any SchemaResolver
  private let limits: DecodingLimits
  private let capacity: Int
  private let idle = Mutex<[Idle]>([])

  /// A decoder nobody uses. It goes from one thread to another, but is never in the hands of two.
  private struct Idle: @unchecked Sendable {
    var core: DecoderCore<TreeSink>
  }

  /// - Parameter capacity: decoders kept while they have nothing to do; each holds some 100 KiB to 1 MiB.
  public init(resolver: any SchemaResolver, limits: DecodingLimits = DecodingLimits(), capacity: Int = 8) {
    self.resolver = resolver
    self.limits = limits
    self.capacity = capacity
  }

  /// Decodes a document that is in memory whole.
  public func decode(_ bytes: [UInt8]) -> DecodedDocument {
    let known = idle.withLock { $0.popLast() }?.core
    known?.restart()
    let core = known ?? DecoderCore(resolver: resolver, limits: limits, buildsTree: true, sink: TreeSink())
    let document = core.decode(bytes)
    // A decoder that a huge tag has made huge is let go.
    if core.isOrdinarySize {
      core.forgetDocument()
      let back = Idle(core: core)
      idle.withLock { if $0.count < capacity { $0.append(back) } }
    }
    return document
  }
}
