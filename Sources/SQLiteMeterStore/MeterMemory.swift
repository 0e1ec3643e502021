// What the writer has looked up already, in little memory: a utility has millions of meters.
import MeterStore

/// Meters by names, series by meter, type and kind, reading types and qualities by code. It outlives batches, not their
/// failure.
final class MeterMemory {
  private var names = MeterNames()
  private var series = SeriesNumbers()
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
    names.removeAll()
    isWhole = false
  }

  func meter(_ hash: Int64, _ key: UnsafeBufferPointer<UInt8>) -> KnownMeter? { names.meter(key, hash: hash) }

  func remember(_ hash: Int64, _ key: UnsafeBufferPointer<UInt8>, _ meter: KnownMeter) {
    if names.count >= Self.most { forgetMeters() }
    names.set(key, hash: hash, meter)
  }

  /// A meter was added: it has no series yet.
  func added(_ meter: Int64) { wholeFrom = min(wholeFrom, meter) }

  func series(_ meter: Int64, _ type: Int64, isInterval: Bool) -> Int64? {
    series.number(meter, type, isInterval: isInterval)
  }

  func remember(_ meter: Int64, _ type: Int64, isInterval: Bool, series number: Int64) {
    if series.count >= Self.most {
      series.removeAll()
      wholeFrom = .max
    }
    series.set(meter, type, isInterval: isInterval, to: number)
  }
}
