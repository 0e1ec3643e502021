// Seeded randomness: a generator for callers, and a stateless hash for values that must be found again without replay.

/// The SplitMix64 generator: small, fast, and the same on every machine. Not for secrets.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return SplitMix64.mix(state)
  }

  /// A bijection that spreads every bit of `value` over all 64.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// What the noise of `key` is at a point, e.g. of a meter on a day.
  static func hash(_ key: UInt64, _ point: Int, _ purpose: Purpose) -> UInt64 {
    let stream = mix(key &+ purpose.rawValue &* 0x9E37_79B9_7F4A_7C15)
    return mix(stream ^ mix(UInt64(bitPattern: Int64(point)) &+ 0xD1B5_4A32_D192_ED03))
  }

  /// The same as a fraction: 0 up to, not including, 1.
  static func fraction(_ key: UInt64, _ point: Int, _ purpose: Purpose) -> Double {
    Double(hash(key, point, purpose) >> 11) * 0x1p-53
  }

  /// Keeps the streams of random values apart; a new purpose changes no value of the others.
  enum Purpose: UInt64 {
    case weather = 1
    case cloud, meter, kind, scale, shift, installation, forwardDay, reverseDay, forwardSlot, reverseSlot
    case second, voltage, lineDrop, lastGasp, restoration, signalDelay, transformer, identityKey, identityCheck
    case firmware, battery, clock, randomisation, clockSet, controllable
  }
}
