// Values that documents repeat, such as the stamps of a day and the codes of reading types: made once, then shared.
import XMLPull

/// The values that were last made of bytes, of up to 48 of them. It only ever saves work: what is not found is made anew.
final class RepeatedValues<Value> {
  private struct Entry {
    // The bytes as words, zeros behind the last.
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
    var count = -1
    var kind: UInt = 0
    var value: Value?
  }

  private static var bits: Int { 9 }
  private var entries: UnsafeMutablePointer<Entry>?

  deinit {
    entries?.deinitialize(count: 1 << Self.bits)
    entries?.deallocate()
  }

  /// - Parameters:
  ///   - bytes: with 8 readable bytes behind them, as all that the reader hands out.
  ///   - kind: tells values apart that are made of the same bytes.
  func value(_ bytes: XMLBytes, kind: UInt, make: () -> Value) -> Value {
    guard let start = bytes.baseAddress, bytes.count <= 48 else { return make() }
    let all = UnsafeRawPointer(start)
    let full = bytes.count >> 3
    let rest = UInt64(bytes.count & 7) << 3
    func word(_ i: Int) -> UInt64 {
      if i > full { return 0 }
      let word = all.loadUnaligned(fromByteOffset: i << 3, as: UInt64.self)
      return i < full ? word : word & (1 &<< rest &- 1)
    }
    let words = (word(0), word(1), word(2), word(3), word(4), word(5))
    var hash = (words.0 ^ UInt64(kind)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 32 ^ words.1) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 32 ^ words.2) &* 0xFF51_AFD7_ED55_8CCD
    if full > 2 {
      hash = (hash ^ hash >> 32 ^ words.3) &* 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ hash >> 32 ^ words.4) &* 0xFF51_AFD7_ED55_8CCD
      hash = (hash ^ hash >> 32 ^ words.5) &* 0x9E37_79B9_7F4A_7C15
    }
    let entry = (entries ?? room()) + Int(truncatingIfNeeded: hash >> UInt64(64 - Self.bits))
    if entry.pointee.count == bytes.count, entry.pointee.kind == kind, entry.pointee.words == words,
      let value = entry.pointee.value
    {
      return value
    }
    let value = make()
    entry.pointee = Entry(words: words, count: bytes.count, kind: kind, value: value)
    return value
  }

  private func room() -> UnsafeMutablePointer<Entry> {
    let fresh = UnsafeMutablePointer<Entry>.allocate(capacity: 1 << Self.bits)
    fresh.initialize(repeating: Entry(), count: 1 << Self.bits)
    entries = fresh
    return fresh
  }
}
