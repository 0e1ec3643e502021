// Which meter a name means: millions of names, without a string for each.

/// Meters by their names.
package struct MeterNames {
  private struct Entry {
    var offset: Int
    var count: Int
    var meter: KnownMeter
  }

  private var entries: [Entry] = []
  /// Places in `entries`, by hash.
  private var places = NumberTable()
  private var next = NumberTable.Guess()
  private var bytes: [UInt8] = []
  /// Names whose hash another name has, too.
  private var others: [String: KnownMeter] = [:]

  package init() {}

  package var count: Int { entries.count + others.count }

  package mutating func removeAll() { self = MeterNames() }

  package mutating func reserve(_ count: Int) { places.reserve(count) }

  private func isName(_ name: UnsafeBufferPointer<UInt8>, of entry: Entry) -> Bool {
    guard entry.count == name.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for i in 0..<entry.count where bytes[entry.offset + i] != name[i] { return false }
      return true
    }
  }

  /// - Parameter hash: the name's, of `MeterKeyHash`.
  package mutating func meter(_ name: UnsafeBufferPointer<UInt8>, hash: Int64) -> KnownMeter? {
    guard let place = places.value(hash, &next) else { return nil }
    let entry = entries[Int(place)]
    if isName(name, of: entry) { return entry.meter }
    return others.isEmpty ? nil : others[String(decoding: name, as: UTF8.self)]
  }

  package mutating func meter(_ name: String) -> KnownMeter? {
    var name = name
    return name.withUTF8 { meter($0, hash: MeterKeyHash.hash($0)) }
  }

  /// Adds a name, or says anew what it means.
  package mutating func set(_ name: UnsafeBufferPointer<UInt8>, hash: Int64, _ meter: KnownMeter) {
    guard let place = places[hash].map({ Int($0) }) else {
      places[hash] = Int64(entries.count)
      entries.append(Entry(offset: bytes.count, count: name.count, meter: meter))
      bytes.append(contentsOf: name)
      return
    }
    if isName(name, of: entries[place]) {
      entries[place].meter = meter
    } else {
      others[String(decoding: name, as: UTF8.self)] = meter
    }
  }

  package mutating func set(_ name: String, _ meter: KnownMeter) {
    var name = name
    name.withUTF8 { set($0, hash: MeterKeyHash.hash($0), meter) }
  }
}
