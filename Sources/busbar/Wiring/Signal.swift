// Something that happens once.

/// Fires once; whoever waits goes on then.
final class Signal: Sendable {
  private let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  func fire() {
    continuation.yield()
    continuation.finish()
  }

  func wait() async {
    for await _ in stream { return }
  }
}
