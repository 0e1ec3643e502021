// The endpoints for operators and scripts: health, and what happens now.
import HTTPTypes
import Hummingbird
import HummingbirdCore
import MessageBus
import NIOCore
import ServiceLifecycle

/// `GET /health` and `/activity`.
struct StatusRoutes: Sendable {
  let bus: any BusPort
  let access: AccessControl
  let configuration: HTTPConfiguration
  let observers: LoadLimiter
  let isReady: @Sendable () async -> Bool

  func add(to router: RouterGroup<ConnectionContext>) {
    router.get("health") { _, _ in await health() }
    router.get("activity") { request, context in
      if let refusal = await access.refusalForOperators(request, context) { return Response.refusal(refusal) }
      return await activity()
    }
  }

  /// Live as long as it answers at all; ready, with 200 in place of 503, once messages are taken.
  private func health() async -> Response {
    let ready = await isReady()
    return .json("{\"live\":true,\"ready\":\(ready)}", ready ? .ok : .serviceUnavailable)
  }

  /// Server-sent events, one JSON object per step. An observer that lags loses the oldest of 1,000 steps; a comment
  /// line every 15 seconds keeps the connection alive and finds out when the observer has gone.
  private func activity() async -> Response {
    guard let place = observers.enter() else {
      return .text("\(configuration.observerLimit) observers are watching already\n", .serviceUnavailable)
    }
    let steps = await bus.activity(bufferingNewest: 1000)
    let body = ResponseBody { writer in
      // The observer's place is given back with this closure, whether it ran or not.
      defer { withExtendedLifetime(place) {} }
      let (frames, feed) = AsyncStream.makeStream(of: ByteBuffer.self, bufferingPolicy: .bufferingNewest(1000))
      feed.yield(ByteBuffer(string: ": watching\n\n"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await step in steps { feed.yield(ByteBuffer(string: "id: \(step.entry)\ndata: \(step.json)\n\n")) }
          feed.finish()
        }
        group.addTask {
          while true {
            try await Task.sleep(for: .seconds(15))
            feed.yield(ByteBuffer(string: ": alive\n\n"))
          }
        }
        defer { group.cancelAll() }
        for await frame in frames.cancelOnGracefulShutdown() { try await writer.write(frame) }
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-cache"], body: body)
  }
}
