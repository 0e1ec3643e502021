/// The bits of the phases part: the first letter of a pair such as AB from the upper half, the second from the lower.
///
/// - SeeAlso: IEC 61968-9, Table C.17
public struct PhaseSet: OptionSet, Sendable, Hashable, CustomStringConvertible {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Neutral as the second of a pair: "to neutral".
  public static let n2 = PhaseSet(rawValue: 1)
  public static let c2 = PhaseSet(rawValue: 2)
  public static let b2 = PhaseSet(rawValue: 4)
  public static let a2 = PhaseSet(rawValue: 8)
  /// Neutral itself.
  public static let n1 = PhaseSet(rawValue: 16)
  public static let c1 = PhaseSet(rawValue: 32)
  public static let b1 = PhaseSet(rawValue: 64)
  public static let a1 = PhaseSet(rawValue: 128)
  /// Split phase 2.
  public static let s2 = PhaseSet(rawValue: 256)
  /// Split phase 1.
  public static let s1 = PhaseSet(rawValue: 512)
  public static let wye = PhaseSet(rawValue: 1024)
  public static let delta = PhaseSet(rawValue: 2048)
  public static let highLeg = PhaseSet(rawValue: 4096)
  public static let open = PhaseSet(rawValue: 8192)
  public static let networked = PhaseSet(rawValue: 16384)

  private static let names = [
    "N2", "C2", "B2", "A2", "N1", "C1", "B1", "A1", "S2", "S1", "wye", "delta", "highLeg", "open", "networked",
  ]

  /// The bits by name from the lowest, e.g. "N2+A1"; a bit without a name by its number.
  public var description: String {
    if rawValue == 0 { return "none" }
    return (0..<32).filter { rawValue & (1 << $0) != 0 }
      .map { $0 < Self.names.count ? Self.names[$0] : "?\(1 << $0)" }
      .joined(separator: "+")
  }

  /// Whether exactly one of A, B, C, S1 and S2 is measured.
  public var isSinglePhase: Bool {
    let live = intersection([.a1, .b1, .c1, .s1, .s2])
    return live.rawValue.nonzeroBitCount == 1 && isDisjoint(with: [.wye, .delta])
  }
}
