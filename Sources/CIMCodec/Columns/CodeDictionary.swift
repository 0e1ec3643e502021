// Codes by number: a document repeats a handful of them a million times.

/// Numbers texts in the order in which they first come.
struct CodeDictionary {
  private var texts: [[UInt8]] = []
  private var slots = [Int32](repeating: -1, count: 64)
  /// The code that came last in each role: the next is mostly the same.
  private var recent: (Int32, Int32) = (-1, -1)

  func text(_ number: Int32) -> String { String(decoding: texts[Int(number)], as: UTF8.self) }

  mutating func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    if recent.0 >= 0, matches(recent.0, bytes) { return recent.0 }
    if recent.1 >= 0, matches(recent.1, bytes) {
      recent = (recent.1, recent.0)
      return recent.0
    }
    let number = find(bytes)
    recent = (number, recent.0)
    return number
  }

  private func matches(_ number: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    texts[Int(number)].withUnsafeBufferPointer { known in
      guard known.count == bytes.count else { return false }
      for i in 0..<bytes.count where known[i] != bytes[i] { return false }
      return true
    }
  }

  private mutating func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    var slot = Self.hash(bytes) & (slots.count - 1)
    while slots[slot] >= 0 {
      if matches(slots[slot], bytes) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    texts.append(Array(bytes))
    slots[slot] = Int32(texts.count - 1)
    if texts.count * 2 > slots.count { grow() }
    return Int32(texts.count - 1)
  }

  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 29) >> 1)
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for number in texts.indices {
      var slot = texts[number].withUnsafeBufferPointer { Self.hash($0) } & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }
}
