// What the generated copies stand on.
import CIMCodec
import TypedViews

/// A view that can be copied by way of its accessors, the last property first.
protocol RoundTrip: CIMClass {
  func copied() -> Self
}

extension RoundTrip where Self: Noun {
  /// Reads a document that must be valid, and hands out its view, the copy, and the copy's breaches of the profile.
  static func roundTrip(_ xml: [UInt8]) throws -> (copy: [UInt8], isEqual: Bool, violations: [String]) {
    let view = try Self(xml: xml)
    let copy = view.copied()
    let violations = copy.violations().map { "\($0.path): \($0.message)" }
    return (copy.unvalidatedXML(), copy == view && copy.hashValue == view.hashValue, violations)
  }
}
