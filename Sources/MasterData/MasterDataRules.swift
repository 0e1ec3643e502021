// The numbers that master data is bounded by.
public import CIMModel

/// What is taken, and how much of it.
public struct MasterDataRules: Sendable {
  /// Operations in one set; reply code 3.1 beyond.
  public var operationLimit = 20_000
  /// Objects in one operation or request; reply code 3.1 beyond.
  public var objectLimit = 20_000
  /// Objects in one reply; reply code 3.1 beyond, unless the request asks for a page.
  public var replyLimit = 10_000
  /// Objects looked at for a query by attributes alone; reply code 3.1 beyond.
  public var scanLimit = 2_000_000
  /// Effective dates before this are taken for mistakes: reply code 6.1.
  public var earliest = Timestamp(seconds: -2_208_988_800)
  /// Effective dates that lie further ahead of now are taken for mistakes: reply code 6.1. Seconds; 50 years.
  public var furthestAhead: Int64 = 50 * 365 * 86_400
  /// Whether a set in sequence goes on after an operation that failed; false: the rest is not attempted (5.2).
  public var continuesAfterFailure = false

  /// Sources that get a message for each operation of an asynchronous set, whether they ask for it or not.
  public var separateReplies: Set<String> = []

  public init() {}
}
