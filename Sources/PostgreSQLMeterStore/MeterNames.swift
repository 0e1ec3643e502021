// Which meter a name means: millions of names, without a string for each.
#if PostgreSQL
  import MeterStore

  /// Meters by their names.
  struct MeterNames {
    private struct Entry {
      var offset: Int
      var count: Int
      var meter: KnownMeter
    }

    /// By hash.
    private var entries: [Int64: Entry] = [:]
    private var bytes: [UInt8] = []
    /// Names whose hash another name has, too.
    private var others: [String: KnownMeter] = [:]

    mutating func removeAll() { self = MeterNames() }

    mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

    private func isName(_ name: UnsafeBufferPointer<UInt8>, of entry: Entry) -> Bool {
      guard entry.count == name.count else { return false }
      return bytes.withUnsafeBufferPointer { bytes in
        for i in 0..<entry.count where bytes[entry.offset + i] != name[i] { return false }
        return true
      }
    }

    subscript(name: UnsafeBufferPointer<UInt8>) -> KnownMeter? {
      guard let entry = entries[MeterKeyHash.hash(name)] else { return nil }
      return isName(name, of: entry) ? entry.meter : others[String(decoding: name, as: UTF8.self)]
    }

    subscript(name: String) -> KnownMeter? {
      var name = name
      return name.withUTF8 { self[$0] }
    }

    /// Adds a name, or says anew what it means.
    mutating func set(_ name: UnsafeBufferPointer<UInt8>, _ meter: KnownMeter) {
      let hash = MeterKeyHash.hash(name)
      guard let entry = entries[hash] else {
        entries[hash] = Entry(offset: bytes.count, count: name.count, meter: meter)
        bytes.append(contentsOf: name)
        return
      }
      if isName(name, of: entry) {
        entries[hash]?.meter = meter
      } else {
        others[String(decoding: name, as: UTF8.self)] = meter
      }
    }

    mutating func set(_ name: String, _ meter: KnownMeter) {
      var name = name
      name.withUTF8 { set($0, meter) }
    }
  }
#endif
