// Why a part refuses a request, and where the cause stands in it.
import IECMessage

/// A reason for FAILED: reply code, words, and the place in the message.
struct Refusal: Error {
  var code: String
  var reason: String
  /// Below the Payload, e.g. "ServiceOrders/ServiceOrder/Work/statusKind".
  var path: String

  init(_ code: String, _ reason: String, at path: String) {
    self.code = code
    self.reason = reason
    self.path = path
  }

  /// The step to the n-th child of a name, counted from 0: "Work" or "Work[2]".
  static func step(_ name: String, _ index: Int) -> String { index == 0 ? name : "\(name)[\(index + 1)]" }
}

extension Message {
  /// FAILED for a reason; `details` has the path.
  func refused(_ refusal: Refusal, source: String) -> Message {
    failure(
      refusal.code, reason: refusal.reason, details: "/RequestMessage/Payload/\(refusal.path)", source: source)
  }
}
