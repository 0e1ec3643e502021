// ${…} in scenario files: what each name stands for in one run.
import CIMModel
import Components
import IECMessage
import MeterSimulator

/// Puts values in the place of placeholders.
struct Placeholders: Sendable {
  private let values: [String: String]
  private let counts: [String: Int]
  private let now: @Sendable () -> Timestamp
  private let run: UInt64

  /// Names that stand for one value.
  static let texts = [
    "meter", "meterName", "serialNumber", "usagePoint", "usagePointName", "meter2", "meter2Name", "usagePoint2",
    "meter3", "loadControl", "loadControl2", "loadControl3", "panDevice", "installCode", "transformer",
    "transformerMeter", "feeder",
  ]
  /// Names that stand for a number, which may be multiplied: ${meters*4}.
  static let numbers = ["meters", "metersOnTransformer"]

  /// - Parameter run: what sets the mRIDs of this run apart from those of others.
  init(utility: Utility, subject: Subject, run: UInt64) {
    let fleet = utility.fleet
    let meter = fleet[subject.meter]
    let neighbour = fleet[(subject.meter + 1) % max(fleet.count, 1)]
    let third = fleet[(subject.meter + 2) % max(fleet.count, 1)]
    let onTransformer = fleet.topology.meters(onTransformer: subject.transformer)
    let first = onTransformer.first.map { fleet[$0] } ?? meter
    values = [
      "meter": meter.mRID, "meterName": meter.name, "serialNumber": meter.serialNumber,
      "usagePoint": meter.usagePointMRID, "usagePointName": meter.usagePointName, "meter2": neighbour.mRID,
      "meter3": third.mRID, "loadControl": meter.loadControlMRID, "loadControl2": neighbour.loadControlMRID,
      "loadControl3": third.loadControlMRID, "panDevice": meter.panDeviceMRID, "installCode": meter.installCode,
      "meter2Name": neighbour.name, "usagePoint2": neighbour.usagePointMRID, "transformer": first.transformerName,
      "transformerMeter": first.mRID,
      "feeder": first.feederName,
    ]
    counts = ["meters": fleet.count, "metersOnTransformer": onTransformer.count]
    now = { [clock = utility.clock] in clock.now() }
    self.run = run
  }

  /// Whether a placeholder of this name, without "${" and "}", can be filled.
  static func knows(_ name: String) -> Bool {
    if texts.contains(name) { return true }
    if name.hasPrefix("uuid:") { return name.utf8.count > 5 }
    if name.hasPrefix("now") { return offset(name.dropFirst(3)) != nil }
    return product(name) != nil
  }

  /// What to tell somebody who used a name that is not known.
  static var advice: String {
    "known are " + (texts + numbers).joined(separator: ", ") + ", meters*4, now, now+1h, now-15m, uuid:name"
  }

  /// The names of all placeholders in a text, in order; one that is not closed has the rest of the text as its name.
  static func names(in text: String) -> [String] {
    var names: [String] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      let end = rest[start.upperBound...].firstIndex(of: "}") ?? rest.endIndex
      names.append(String(rest[start.upperBound..<end]))
      rest = rest[end...]
    }
    return names
  }

  /// The text with every placeholder filled; one that is not known stays.
  func fill(_ text: String) -> String {
    var filled = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
      filled += rest[..<start.lowerBound]
      filled += value(String(rest[start.upperBound..<end])) ?? String(rest[start.lowerBound...end])
      rest = rest[rest.index(after: end)...]
    }
    return filled + rest
  }

  private func value(_ name: String) -> String? {
    if let value = values[name] { return value }
    if name.hasPrefix("uuid:") { return uuid(String(name.dropFirst(5))) }
    if name.hasPrefix("now") {
      // To the second: what a person would write.
      return Self.offset(name.dropFirst(3)).map { offset in
        Timestamp(microseconds: now().microseconds / 1_000_000 * 1_000_000).adding(seconds: offset).xmlText
      }
    }
    return Self.product(name).flatMap { product in counts[product.name].map { String($0 * product.factor) } }
  }

  /// The same for a name within a run, another in the next run.
  private func uuid(_ name: String) -> String {
    var state = run
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    var generator = SplitMix64(seed: state)
    return UUIDText.random(using: &generator)
  }

  /// "", "+1h", "-15m", "+30s", "+2d" in seconds.
  private static func offset(_ text: Substring) -> Int64? {
    if text.isEmpty { return 0 }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let sign = text.first, "+-".contains(sign), let unit = text.last.flatMap({ units[$0] }),
      let count = Int64(text.dropFirst().dropLast()), (0...100_000).contains(count)
    else { return nil }
    return (sign == "-" ? -1 : 1) * count * unit
  }

  private static func product(_ name: String) -> (name: String, factor: Int)? {
    let parts = name.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, numbers.contains(first), parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return (first, 1) }
    return Int(parts[1]).flatMap { (0...1_000).contains($0) ? (first, $0) : nil }
  }
}
