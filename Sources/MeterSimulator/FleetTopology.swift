// Which meter hangs on which transformer, and which transformer on which feeder.

/// The radial network above the meters: feeder, transformer, meter.
///
/// Transformers and feeders are numbered from 0; each feeds meters of consecutive indices, so membership is a range and
/// nothing is stored.
public struct FleetTopology: Sendable, Hashable {
  /// Number of meters.
  public let meters: Int
  /// Meters on an average transformer; the real number differs from it by up to 40 percent.
  public let metersPerTransformer: Int
  /// Transformers on every feeder but the last.
  public let transformersPerFeeder: Int
  private let seed: UInt64

  init(meters: Int, metersPerTransformer: Int, transformersPerFeeder: Int, seed: UInt64) {
    self.meters = meters
    self.metersPerTransformer = min(max(1, metersPerTransformer), 10_000)
    self.transformersPerFeeder = min(max(1, transformersPerFeeder), 10_000)
    self.seed = seed
  }

  public var transformers: Int { meters == 0 ? 0 : transformer(of: meters - 1) + 1 }

  public var feeders: Int { meters == 0 ? 0 : feeder(of: meters - 1) + 1 }

  /// The transformer that feeds a meter.
  public func transformer(of meter: Int) -> Int {
    let middle = meter / metersPerTransformer
    if meter < firstMeter(middle) { return middle - 1 }
    return meter >= firstMeter(middle + 1) ? middle + 1 : middle
  }

  /// The feeder that feeds a meter.
  public func feeder(of meter: Int) -> Int { feeder(ofTransformer: transformer(of: meter)) }

  public func feeder(ofTransformer transformer: Int) -> Int { transformer / transformersPerFeeder }

  /// Transformers of a section of a feeder, the part behind one switch or fuse.
  public static let transformersPerSection = 8

  /// Sections of one feeder.
  public var sectionsPerFeeder: Int { (transformersPerFeeder - 1) / Self.transformersPerSection + 1 }

  public var sections: Int { transformers == 0 ? 0 : section(ofTransformer: transformers - 1) + 1 }

  /// The section that feeds a transformer; sections are numbered through all feeders.
  public func section(ofTransformer transformer: Int) -> Int {
    feeder(ofTransformer: transformer) * sectionsPerFeeder
      + transformer % transformersPerFeeder / Self.transformersPerSection
  }

  public func feeder(ofSection section: Int) -> Int { section / sectionsPerFeeder }

  /// Transformers in a section; empty for a section that does not exist.
  public func transformers(inSection section: Int) -> Range<Int> {
    guard section >= 0, section < sections else { return 0..<0 }
    let feeder = section / sectionsPerFeeder
    let first = feeder * transformersPerFeeder + section % sectionsPerFeeder * Self.transformersPerSection
    return first..<min(first + Self.transformersPerSection, (feeder + 1) * transformersPerFeeder, transformers)
  }

  /// Indices of the meters behind a section; empty for a section that does not exist.
  public func meters(inSection section: Int) -> Range<Int> {
    let transformers = transformers(inSection: section)
    guard let last = transformers.last else { return 0..<0 }
    return firstMeter(transformers.lowerBound)..<min(firstMeter(last + 1), meters)
  }

  /// Indices of the meters on a transformer; empty for a transformer that does not exist.
  public func meters(onTransformer transformer: Int) -> Range<Int> {
    guard (0..<transformers).contains(transformer) else { return 0..<0 }
    return firstMeter(transformer)..<min(firstMeter(transformer + 1), meters)
  }

  /// Indices of the meters on a feeder; empty for a feeder that does not exist.
  public func meters(onFeeder feeder: Int) -> Range<Int> {
    guard (0..<feeders).contains(feeder) else { return 0..<0 }
    return firstMeter(feeder * transformersPerFeeder)..<min(firstMeter((feeder + 1) * transformersPerFeeder), meters)
  }

  private func firstMeter(_ transformer: Int) -> Int {
    let spread = metersPerTransformer / 5
    guard transformer > 0, spread > 0 else { return transformer * metersPerTransformer }
    let draw = Int(SplitMix64.hash(seed, transformer, .transformer) % UInt64(2 * spread + 1))
    return transformer * metersPerTransformer + draw - spread
  }
}
