// Names and mRIDs that carry the index of what they name, so that a fleet needs no dictionary to find a meter.

/// What a simulated object is; each kind has its own range of mRIDs.
enum IdentityKind: Int {
  case meter = 1
  case usagePoint, serialNumber, transformer, feeder, loadControlDevice, panDevice, inverter
}

/// Makes and reads the identifiers of one fleet.
///
/// An mRID is a UUID whose first 48 bits are the index under a seeded permutation; the rest is a hash of it, with the
/// version and variant bits of a name-based UUID (RFC 9562, 5.5). Reading undoes the permutation and makes the
/// identifier again: what differs in one digit is not found.
struct Identity: Sendable {
  let seed: UInt64

  func mRID(_ kind: IdentityKind, _ index: Int) -> String {
    let lead = permuted(index, kind)
    let check = SplitMix64.hash(SplitMix64.hash(seed, kind.rawValue, .identityCheck), index, .identityCheck)
    let digits = [
      hex(lead >> 16, 8), hex(lead & 0xFFFF, 4), hex(0x5000 | check >> 52, 4), hex(0x8000 | check >> 38 & 0x3FFF, 4),
      hex(SplitMix64.mix(check) & 0xFFFF_FFFF_FFFF, 12),
    ]
    return digits.joined(separator: "-")
  }

  /// The index an mRID was made from; nil when this fleet did not make it. Capital letters are read too.
  func index(ofMRID text: String, _ kind: IdentityKind) -> Int? {
    guard text.utf8.count == 36, let high = UInt64(text.prefix(8), radix: 16),
      let low = UInt64(text.dropFirst(9).prefix(4), radix: 16)
    else { return nil }
    let index = original(high << 16 | low, kind)
    return mRID(kind, index) == text.lowercased() ? index : nil
  }

  /// "SN-" and twelve hexadecimal digits.
  func serialNumber(_ index: Int) -> String { "SN-" + hex(permuted(index, .serialNumber), 12).uppercased() }

  func index(ofSerialNumber text: String) -> Int? {
    guard text.hasPrefix("SN-"), let value = UInt64(text.dropFirst(3), radix: 16), value < 1 << 48 else { return nil }
    let index = original(value, .serialNumber)
    return serialNumber(index) == text ? index : nil
  }

  static func name(_ prefix: String, _ index: Int, digits: Int = 8) -> String {
    let number = String(index)
    return prefix + String(repeating: "0", count: max(0, digits - number.utf8.count)) + number
  }

  static func index(ofName text: String, _ prefix: String, digits: Int = 8) -> Int? {
    guard text.hasPrefix(prefix), let index = Int(text.dropFirst(prefix.count)), index >= 0 else { return nil }
    return name(prefix, index, digits: digits) == text ? index : nil
  }

  /// Four rounds of a Feistel network over two halves of 24 bits: without a key to undo it, the indices look random.
  private func permuted(_ index: Int, _ kind: IdentityKind) -> UInt64 {
    var left = UInt64(index) >> 24 & 0xFF_FFFF
    var right = UInt64(index) & 0xFF_FFFF
    for round in 0..<4 { (left, right) = (right, left ^ roundValue(right, round, kind)) }
    return left << 24 | right
  }

  private func original(_ value: UInt64, _ kind: IdentityKind) -> Int {
    var left = value >> 24 & 0xFF_FFFF
    var right = value & 0xFF_FFFF
    for round in (0..<4).reversed() { (left, right) = (right ^ roundValue(left, round, kind), left) }
    return Int(left << 24 | right)
  }

  private func roundValue(_ half: UInt64, _ round: Int, _ kind: IdentityKind) -> UInt64 {
    SplitMix64.hash(seed &+ half, kind.rawValue * 4 + round, .identityKey) & 0xFF_FFFF
  }

  private func hex(_ value: UInt64, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
