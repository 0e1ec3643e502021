// What a store's own validation and intake state about readings.

/// Quality codes of Annex D that Busbar itself puts on readings, as a meter data management system (system 3).
///
/// - SeeAlso: IEC 61968-9, Annex D
public enum OwnQuality {
  /// Validation was done and passed.
  public static let validated = "3.0.1"
  /// The value lies outside of what is expected.
  public static let outsideRange = "3.5.256"
  /// The value is no number where one is due.
  public static let errorCode = "3.5.257"
  /// The value is doubtful.
  public static let suspect = "3.5.258"
  /// It is known that a reading is missing.
  public static let missing = "3.5.259"
  public static let failed = "3.6.0"
  public static let zeroUsage = "3.6.1"
  public static let usageAbove = "3.6.3"
  public static let usageBelow = "3.6.4"
  public static let sumCheck = "3.6.9"
  public static let reverseRotation = "3.3.4"
  public static let unchanging = "3.3.5"
  public static let overflow = "3.4.1"
  public static let partialInterval = "3.4.2"
  public static let longInterval = "3.4.3"
  public static let skippedInterval = "3.4.4"
  public static let clockChange = "3.4.259"
  public static let edited = "3.7.0"
  public static let added = "3.7.1"
  public static let rejected = "3.7.3"
  public static let estimated = "3.8.0"
  public static let derived = "3.11.0"

  /// Those that say something of a value which is true as long as the value stays: a reading that comes once more with
  /// the same value keeps them.
  public static let kept = [
    validated, outsideRange, errorCode, suspect, failed, zeroUsage, usageAbove, usageBelow, sumCheck, reverseRotation,
    unchanging, overflow, partialInterval, longInterval, clockChange,
  ]
}
