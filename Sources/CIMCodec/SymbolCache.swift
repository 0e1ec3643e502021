// From the bytes of a name to a schema's symbol, without making a String for names that were seen before.
import CIMSchema
import XMLPull

/// Open addressing over (schema, namespace, local name).
struct SymbolCache {
  private struct Entry {
    var hash: UInt64
    var schema: Int32
    var namespace: Int32
    var nameStart: Int32
    var nameLength: Int32
    /// -1: the schema has no such symbol.
    var symbol: Schema.Symbol
    var name: String
  }

  private var slots = [Int32](repeating: -1, count: 256)
  private var entries: [Entry] = []
  private var bytes: [UInt8] = []
  /// Names beyond this many are looked up anew each time: a hostile document must not fill memory.
  private let capacity = 4096

  struct Result {
    var symbol: Schema.Symbol
    var name: String
  }

  mutating func lookUp(
    _ local: XMLBytes, namespace: NamespaceTable.ID, schema index: Int, in schema: Schema?,
    namespaceName: () -> String
  ) -> Result {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: index &* 0x9E37_79B9)
    hash = (hash ^ UInt64(truncatingIfNeeded: namespace)) &* 0x100_0000_01B3
    for b in local { hash = (hash ^ UInt64(b)) &* 0x100_0000_01B3 }
    hash ^= hash >> 29
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.hash == hash, entry.schema == index, entry.namespace == namespace, Int(entry.nameLength) == local.count,
        matches(entry, local)
      {
        return Result(symbol: entry.symbol, name: entry.name)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let name = String(decoding: local, as: UTF8.self)
    let known = schema?.symbolIDs[SchemaName(namespaceName(), name)]
    let result = Result(symbol: known ?? -1, name: known.flatMap { schema?.symbols[Int($0)].local } ?? name)
    guard entries.count < capacity else { return result }
    entries.append(
      Entry(
        hash: hash, schema: Int32(index), namespace: namespace, nameStart: Int32(bytes.count),
        nameLength: Int32(local.count), symbol: result.symbol, name: result.name))
    bytes.append(contentsOf: local)
    slots[slot] = Int32(entries.count - 1)
    if entries.count * 2 > slots.count { grow() }
    return result
  }

  private func matches(_ entry: Entry, _ local: XMLBytes) -> Bool {
    let start = Int(entry.nameStart)
    for k in 0..<local.count where bytes[start + k] != local[k] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }
}
