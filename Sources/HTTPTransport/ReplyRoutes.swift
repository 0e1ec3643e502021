// Where late replies go.
import Synchronization

/// The last reply addresses that requests have named, by CorrelationID: 10,000 of them, in memory. What has been
/// forgotten, by age or by a restart, goes to the partner's first registered address.
final class ReplyRoutes: Sendable {
  private let routes = Mutex(Routes())
  private static let limit = 10_000

  private struct Routes {
    var addresses: [String: String] = [:]
    var order: [String] = []
    var oldest = 0
  }

  func address(of correlationID: String) -> String? { routes.withLock { $0.addresses[correlationID] } }

  func remember(_ address: String, for correlationID: String) {
    routes.withLock { routes in
      guard routes.addresses.updateValue(address, forKey: correlationID) == nil else { return }
      guard routes.order.count == Self.limit else {
        routes.order.append(correlationID)
        return
      }
      routes.addresses[routes.order[routes.oldest]] = nil
      routes.order[routes.oldest] = correlationID
      routes.oldest = (routes.oldest + 1) % Self.limit
    }
  }
}
