// Bytes that nobody can guess.

/// Random bytes from the operating system.
public enum RandomBytes {
  public static func make(_ count: Int) -> [UInt8] {
    var source = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &source) }
  }

  /// A new bearer token: 256 bits as 64 hexadecimal digits.
  public static func token() -> String { Hex.text(make(32)) }
}
