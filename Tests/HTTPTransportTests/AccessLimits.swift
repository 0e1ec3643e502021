// Waiting after failures and the rate of a partner, on a clock of our own.
@testable import HTTPTransport
import MessageBus
import Synchronization
import Testing

@Suite("Limits of attempts and rates")
struct AccessLimits {
  final class Clock: Sendable {
    private let time = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
  }

  @Test("the wait doubles with every failure past the limit, up to a minute")
  func doubling() {
    let clock = Clock()
    let limiter = AttemptLimiter(limit: 3) { clock.now }
    var waits: [Int] = []
    for _ in 0..<12 {
      limiter.failed("a")
      let wait = limiter.wait("a")
      waits.append(wait ?? 0)
      clock.advance(.seconds(wait ?? 0))
      #expect(limiter.wait("a") == nil)
    }
    #expect(waits.prefix(5) == [0, 0, 1, 2, 4])
    #expect(waits.max() == 60)
    #expect(limiter.wait("b") == nil)
  }

  @Test("a success or ten quiet minutes clear the count")
  func cleared() {
    let clock = Clock()
    let limiter = AttemptLimiter(limit: 2) { clock.now }
    limiter.failed("a")
    limiter.succeeded("a")
    limiter.failed("a")
    #expect(limiter.wait("a") == nil)
    clock.advance(.seconds(601))
    limiter.failed("a")
    #expect(limiter.wait("a") == nil)
    limiter.failed("a")
    #expect(limiter.wait("a") != nil)
  }

  @Test("many addresses do not make it forget to count, nor grow without end")
  func many() {
    let limiter = AttemptLimiter(limit: 1)
    for i in 0..<20_000 { limiter.failed("address \(i)") }
    #expect(limiter.wait("address 19999") != nil)
  }

  @Test("a rate is kept on the average, with one second's worth at once")
  func rate() {
    let clock = Clock()
    let limiter = RateLimiter { clock.now }
    #expect(
      (0..<10).map { _ in limiter.take("A", rate: 5) } == [true, true, true, true, true]
        + Array(repeating: false, count: 5))
    clock.advance(.milliseconds(400))
    #expect((0..<3).map { _ in limiter.take("A", rate: 5) } == [true, true, false])
    clock.advance(.seconds(60))
    #expect((0..<6).filter { _ in limiter.take("A", rate: 5) }.count == 5)
    #expect(limiter.take("B", rate: 1))
  }
}
