// The resources of a Green Button feed, as its entries hold them.

/// An entry of an Atom feed with one resource of ESPI in it.
struct ESPIEntry {
  struct Reading {
    /// Seconds since 1970.
    var start: Int64?
    var duration: Int64 = 0
    var value = ""
    var qualities: [String] = []
  }

  /// "UsagePoint", "MeterReading", "ReadingType", "IntervalBlock" and others.
  var resource = ""
  var id = ""
  /// Where it lies, and the list it lies in.
  var selfLink = ""
  var upLink = ""
  var related: [String] = []
  /// Values of the resource by element names; of a ReadingType inside of a MeterReading too.
  var fields: [String: String] = [:]
  var readings: [Reading] = []
  var hasReadingType = false

  /// Whether one link lies at or below another.
  static func isBelow(_ link: String, _ other: String) -> Bool {
    !other.isEmpty && (link == other || link.hasPrefix(other + "/"))
  }
}
