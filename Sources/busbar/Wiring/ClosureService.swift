// What a group of services is made of, besides servers and clients.
import ServiceLifecycle

/// A service out of a closure, cancelled when the group shuts down.
struct ClosureService: Service {
  let body: @Sendable () async throws -> Void

  init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await body() }
    } catch is CancellationError {
      // Ending was asked for.
    }
  }
}
