/// What an end device shall do: type.domain.subDomain.eventOrAction, e.g. 3.31.0.23 open the remote switch of a meter.
///
/// - SeeAlso: IEC 61968-9, Annex F
public struct EndDeviceControlType: EndDeviceCode {
  private let parts: SIMD4<Int32>

  public init(type: Int, domain: Int, subDomain: Int, eventOrAction: Int) {
    parts = SIMD4(
      clamping: SIMD4(type, domain, subDomain, eventOrAction).clamped(
        lowerBound: .zero, upperBound: SIMD4(repeating: .max)))
  }

  public var type: Int { Int(parts.x) }
  public var domain: Int { Int(parts.y) }
  public var subDomain: Int { Int(parts.z) }
  public var eventOrAction: Int { Int(parts.w) }

  public static var title: String { "an end device control" }
}
