import Dispatch
import HTTPTransport
import NIOCore
import Testing

@Suite("Bodies on their way to a thread that blocks")
struct PieceQueueTests {
  private func taken(_ queue: PieceQueue) async -> Result<[String], any Error> {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          returning: Result {
            var texts: [String] = []
            while let piece = try queue.next() { texts.append(String(buffer: piece)) }
            return texts
          })
      }
    }
  }

  @Test("pieces come in their order, whatever is faster")
  func order() async throws {
    let queue = PieceQueue(capacity: 2, deadline: .seconds(10))
    async let texts = taken(queue)
    for number in 1...200 { await queue.put(ByteBuffer(string: "\(number)")) }
    queue.end()
    #expect(try await texts.get() == (1...200).map(String.init))
  }

  @Test("a sender waits while the queue is full, and goes on when nobody takes any more")
  func closing() async {
    let queue = PieceQueue(capacity: 1, deadline: .seconds(10))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for _ in 1...3 { await queue.put(ByteBuffer(string: "x")) } }
      group.addTask {
        try? await Task.sleep(for: .milliseconds(20))
        queue.close()
      }
    }
  }

  @Test("who waits for a piece too long is told so, as is who waits for one that never comes")
  func failures() async {
    let slow = await taken(PieceQueue(deadline: .milliseconds(20)))
    #expect(throws: TransportError.self) { try slow.get() }
    let queue = PieceQueue(deadline: .seconds(10))
    await queue.put(ByteBuffer(string: "a"))
    queue.end(TransportError(.bodyTruncated, "gone"))
    let cut = await taken(queue)
    #expect(throws: TransportError.self) { try cut.get() }
  }
}
