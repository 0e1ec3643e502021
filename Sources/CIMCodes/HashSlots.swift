// An open-addressed table of small numbers, for the interner: the owner keeps and compares the keys.

struct HashSlots: Sendable {
  /// Upper half of the hash and number plus one; 0 is an empty slot. A power of two, at most half full.
  private var slots: [(tag: UInt32, id: UInt32)] = Array(repeating: (0, 0), count: 64)
  private var hashes: [UInt64] = []
  // Chosen per table so that a sender cannot choose codes that collide.
  private let seed = UInt64.random(in: .min ... .max) | 1

  /// The hash of at least eight bytes.
  @inline(__always)
  func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    // Sixteen bytes a step; the steps do not wait for each other, the offset keeps their order.
    var hash = UInt64(truncatingIfNeeded: bytes.count)
    var offset = 0
    while offset &+ 16 <= bytes.count {
      let left = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let right = bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
      hash ^= Self.mix(left ^ (seed &+ UInt64(truncatingIfNeeded: offset)), right ^ 0x9E37_79B9_7F4A_7C15)
      offset &+= 16
    }
    let last = bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self)
    return Self.mix(hash ^ seed, last ^ 0xD1B5_4A32_D192_ED03)
  }

  /// The slot where the search for a hash begins.
  @inline(__always)
  func first(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (slots.count &- 1) }

  /// The next number whose hash has the same upper half, from a slot on; moves the slot past it.
  @inline(__always)
  func candidate(at slot: inout Int, _ hash: UInt64) -> Int? {
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    while true {
      let entry = slots[slot]
      if entry.id == 0 { return nil }
      slot = (slot &+ 1) & (slots.count &- 1)
      if entry.tag == tag { return Int(entry.id) &- 1 }
    }
  }

  /// Adds the next number, which is the count of those before it.
  mutating func insert(_ id: Int, _ hash: UInt64) {
    hashes.append(hash)
    if hashes.count * 2 > slots.count {
      slots = Array(repeating: (0, 0), count: slots.count * 4)
      for id in hashes.indices { place(id) }
    } else {
      place(id)
    }
  }

  private mutating func place(_ id: Int) {
    var slot = first(hashes[id])
    while slots[slot].id != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = (UInt32(truncatingIfNeeded: hashes[id] >> 32), UInt32(id + 1))
  }

  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
