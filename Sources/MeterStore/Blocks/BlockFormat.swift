// What a block looks like in bytes.
//
//   flags       1 byte, see below
//   created     varint: number of the batch that made the block
//   changed     varint, with flag `changed`: number of the last batch that changed it
//   count       varint: readings, at least 1
//   first       zigzag varint: first stamp behind 00:00 UTC of the day, in the unit
//   step        regular, two readings or more: varint, in the unit
//   gaps        irregular: count - 1 varints, each from the stamp before it
//   scale       1 byte: digits behind the point of all numbers
//   values      count zigzag varints, each the difference from the one before; 0 for an exception
//   exceptions  with the flag: varint count, then (varint rows since the one before, varint tag, text of tag - 2 bytes)
//   qualities   with the flag, to the end: (varint rows since the one before, doubled, odd for several rows; then varint
//               rows beyond the second; varint code)
//
// Tag 0: no reading, only in records of what was before a correction; 1: no value; from 2 on a text.

/// Flags of a block. A format to come takes a bit that is 0 today: readers refuse what they do not know.
struct BlockFlags: OptionSet {
  let rawValue: UInt8

  static let irregular = BlockFlags(rawValue: 1)
  /// Stamps in microseconds; otherwise in seconds.
  static let microseconds = BlockFlags(rawValue: 2)
  static let qualities = BlockFlags(rawValue: 4)
  static let exceptions = BlockFlags(rawValue: 8)
  static let changed = BlockFlags(rawValue: 16)
  static let known: BlockFlags = [.irregular, .microseconds, .qualities, .exceptions, .changed]
}

/// What a block says of itself before its readings.
public struct BlockHeader: Sendable, Hashable {
  /// Number of the batch that made the block.
  public var created: Int64
  /// Number of the batch that changed it last; the same as `created` where none did.
  public var changed: Int64
  public var count: Int
}

enum BlockLimits {
  /// Readings of one series and day: four a second would be too many for any meter.
  static let readings = 1 << 18
  /// Bytes of a text value.
  static let text = 1 << 16
}

@inline(__always)
func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value &<< 1 ^ value &>> 63) }

@inline(__always)
func unzigzag(_ value: UInt64) -> Int64 { Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1) }

extension UnsafeMutablePointer<UInt8> {
  /// Writes a varint and moves on; there must be room for ten bytes.
  @inline(__always)
  mutating func put(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      pointee = UInt8(truncatingIfNeeded: rest) | 0x80
      self += 1
      rest &>>= 7
    }
    pointee = UInt8(truncatingIfNeeded: rest)
    self += 1
  }
}
