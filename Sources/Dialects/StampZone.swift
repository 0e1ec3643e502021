// The zone of stamps that have none.
public import LocalTime

/// A partner's local time: a fixed offset ("+03:30", "Z"), or a zone with summer time by its name ("Asia/Amman") or as a
/// POSIX TZ string.
///
/// An hour that comes twice, when clocks are put back, is taken for its first; one that does not come, when they are put
/// forward, for what clocks would show had they not been.
public struct StampZone: Sendable, Hashable, Codable, CustomStringConvertible {
  public let rules: ZoneRules

  /// - Returns: nil where the system knows no such zone.
  public init?(_ text: String) {
    guard let rules = UTCOffset(text).map({ ZoneRules(name: text, offset: $0.minutes * 60) }) ?? ZoneRules.named(text)
    else { return nil }
    self.rules = rules
  }

  public var description: String { rules.name }

  /// The offset at a local time, e.g. "+02:00" or "Z".
  ///
  /// - Parameter local: seconds from 1970-01-01T00:00:00 by the clock on the wall.
  func suffix(atLocal local: Int64) -> String {
    // No offset is more than a day, nor does one last for less than two.
    let before = rules.offset(at: local - 86_400)
    let after = rules.offset(at: local + 86_400)
    let isBefore = rules.offset(at: local - Int64(before)) == before
    let isAfter = rules.offset(at: local - Int64(after)) == after
    let offset = isBefore || !isAfter ? before : after
    return UTCOffset(minutes: offset / 60)?.description ?? "Z"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = StampZone(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no zone: write it like +03:30, Z or Europe/Berlin")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
