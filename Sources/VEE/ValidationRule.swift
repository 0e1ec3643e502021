// The rules by name, and what a reading that fails one is said to be.
import MeterStore

/// A rule that readings of a day are held against.
public enum ValidationRule: String, Sendable, Hashable, CaseIterable {
  /// A slot of the day has no reading, or one without a number.
  case missing
  /// Two readings of one slot.
  case duplicate
  /// An interval begins before the one before it has ended.
  case overlap
  /// Below `minimum` or above `maximum`.
  case outOfRange
  /// Over `spikeFactor` times the third largest value of the day.
  case spike
  /// Below zero where nothing can be.
  case negative
  /// `zeroRun` zeros or more in a row.
  case zeroRun
  /// `constantRun` equal values, not zero, in a row.
  case constantRun
  /// The day's sum differs from that of its register by over `sumTolerance`.
  case sumCheck
  /// More energy than the connection can carry.
  case capacity
  /// Energy that flows back where none can be made.
  case reverseEnergy
  /// Less active than reactive energy would allow.
  case powerFactor
  /// A stamp that is off its slot's end by over `timeTolerance`.
  case timeTolerance
  /// A counter has run over.
  case pulseOverflow
  /// A day of 23 or 25 hours given as one of 24, or the other way round.
  case dayLength
  /// A distance between two readings that is no number of whole intervals.
  case intervalLength

  /// The code of Annex D that failing puts on a reading; nil where another rule's estimate takes its place.
  public var quality: String {
    switch self {
    case .missing: OwnQuality.missing
    case .duplicate, .overlap, .timeTolerance: OwnQuality.suspect
    case .outOfRange: OwnQuality.outsideRange
    case .spike, .capacity: OwnQuality.usageAbove
    case .negative: OwnQuality.usageBelow
    case .zeroRun: OwnQuality.zeroUsage
    case .constantRun: OwnQuality.unchanging
    case .sumCheck, .powerFactor: OwnQuality.failed
    case .reverseEnergy: OwnQuality.reverseRotation
    case .pulseOverflow: OwnQuality.overflow
    case .dayLength: OwnQuality.clockChange
    case .intervalLength: OwnQuality.longInterval
    }
  }

  /// Whether the value is not to be used, so that it is estimated; otherwise it is only marked.
  public var wantsEstimate: Bool {
    switch self {
    case .missing, .outOfRange, .spike, .negative, .capacity, .pulseOverflow: true
    default: false
    }
  }
}

/// A reading, or a place without one, that fails a rule.
public struct Finding: Sendable, Hashable {
  public var rule: ValidationRule
  /// The end of the interval.
  public var stamp: Int64
  /// What was found, e.g. the value; its unit is the rule's.
  public var found: Int64
  /// What it was held against.
  public var limit: Int64

  /// In words with numbers, for whoever asks why.
  public func inputs(scale: UInt8) -> String {
    func number(_ value: Int64) -> String {
      var run = ReadingRun()
      run.append(0, mantissa: value, scale: scale)
      return run.text(0) ?? ""
    }
    switch rule {
    case .missing: return "no number for this interval"
    case .duplicate: return "\(found) readings of one interval"
    case .overlap: return "begins \(found) s before the interval before it ends"
    case .outOfRange: return "\(number(found)) is beyond \(number(limit))"
    case .spike: return "\(number(found)), and the third largest value of the day is \(number(limit))"
    case .negative: return "\(number(found)) is below zero"
    case .zeroRun: return "\(found) zeros in a row, of \(limit) that count as too many"
    case .constantRun: return "\(found) equal values in a row, of \(limit) that count as too many"
    case .sumCheck: return "the intervals sum to \(number(found)), the register says \(number(limit))"
    case .capacity: return "\(number(found)), and the connection carries \(number(limit)) in an interval"
    case .reverseEnergy: return "\(number(found)) flows back, \(number(limit)) may"
    case .powerFactor: return "power factor 0.\(pad(found)) is below 0.\(pad(limit))"
    case .timeTolerance: return "stamped \(found) s off the interval's end, of \(limit) s that may be"
    case .pulseOverflow: return "\(number(found)) at a counter's end, \(number(limit))"
    case .dayLength: return "\(found) intervals on a day of \(limit)"
    case .intervalLength: return "\(found) s behind the reading before it, in steps of \(limit) s"
    }
  }

  private func pad(_ thousandths: Int64) -> String {
    let digits = String(thousandths)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
