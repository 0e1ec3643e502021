// What the writer has looked up already, in little memory: a utility has millions of meters.
import MeterStore

/// Meters by names, series by meter, type and kind, reading types and qualities by code. It outlives batches, not their
/// failure.
final class MeterMemory {
  private struct Known {
    var offset: Int
    var count: Int
    var meter: KnownMeter
  }

  /// By hash, places in `known`; of names with the same hash only the last is remembered.
  private var meters = NumberTable()
  private var known: [Known] = []
  private var names: [UInt8] = []
  private var nextMeter = NumberTable.Guess()
  private var series = NumberTable()
  /// By the last bits of keys, which are type and kind: those of a meter do not lie side by side.
  private var nextSeries = [NumberTable.Guess](repeating: .init(), count: 16)
  var readingTypes: [String: Int64] = [:]
  var qualities: [String: Int32] = [:]
  /// All series of meters from this number on are remembered.
  private(set) var wholeFrom = Int64.max

  /// Meters and series that are remembered at most; others are looked up in the file.
  private static let most = 4_000_000

  // Meters that were looked up in the file, and whether all are here already.
  private var lookups: Int64 = 0
  private var isWhole = false

  /// Whether to ask if all meters should be read; now and then.
  func wantsAll() -> Bool {
    lookups += 1
    return !isWhole && lookups % 1024 == 0
  }

  /// A meter costs some ten times less in a row than by itself.
  func isWorthAll(_ count: Int64) -> Bool { count <= lookups * 10 && count * 4 <= Self.most }

  func beginAll() {
    forgetMeters()
    series.removeAll()
  }

  func endAll() {
    isWhole = true
    wholeFrom = 0
  }

  private var version: Int64 = 0

  /// Forgets all where another connection has written meanwhile.
  func keep(ifVersion other: Int64) {
    if other != version { forget() }
    version = other
  }

  func forget() {
    forgetMeters()
    series.removeAll()
    readingTypes.removeAll()
    qualities.removeAll()
    wholeFrom = .max
  }

  func forgetMeters() {
    meters.removeAll()
    known.removeAll()
    names.removeAll()
    isWhole = false
  }

  func meter(_ hash: Int64, _ key: UnsafeBufferPointer<UInt8>) -> KnownMeter? {
    guard let place = meters.value(hash, &nextMeter) else { return nil }
    let known = known[Int(place)]
    guard known.count == key.count else { return nil }
    return names.withUnsafeBufferPointer { names in
      for i in 0..<known.count where names[known.offset + i] != key[i] { return nil }
      return known.meter
    }
  }

  func remember(_ hash: Int64, _ key: UnsafeBufferPointer<UInt8>, _ meter: KnownMeter) {
    if known.count >= Self.most { forgetMeters() }
    meters[hash] = Int64(known.count)
    known.append(Known(offset: names.count, count: key.count, meter: meter))
    names.append(contentsOf: key)
  }

  /// A meter was added: it has no series yet.
  func added(_ meter: Int64) { wholeFrom = min(wholeFrom, meter) }

  func series(_ key: Int64) -> Int64? { series.value(key, &nextSeries[Int(key & 15)]) }

  func remember(_ key: Int64, series number: Int64) {
    if series.count >= Self.most {
      series.removeAll()
      wholeFrom = .max
    }
    series[key] = number
  }
}
