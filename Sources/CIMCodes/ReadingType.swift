/// What a value measures: the eighteen numbers of a reading type, e.g. "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0".
///
/// Any number a part can hold is kept, known to the tables or not. Comparison and equality go by the numbers, never by
/// the text. 72 bytes, no allocation.
///
/// - SeeAlso: IEC 61968-9, Annex C
public struct ReadingType: Sendable, Hashable {
  // Eighteen Int32 side by side; words, so that equality and hashing take nine steps.
  typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  var words: Words = (0, 0, 0, 0, 0, 0, 0, 0, 0)

  /// How many parts a code has.
  public static let partCount = 18

  /// A reading type with every part 0.
  public init() {}

  /// A part by name, at most 2,147,483,647; only the multiplier may be negative.
  ///
  /// Setting a number outside of that range clamps it.
  public subscript(_ field: ReadingTypeField) -> Int {
    get {
      withUnsafeBytes(of: words) { Int($0.load(fromByteOffset: field.rawValue &* 4, as: Int32.self)) }
    }
    set {
      let low = field == .multiplier ? Int(Int32.min) + 1 : 0
      let number = Int32(min(max(newValue, low), Int(Int32.max)))
      withUnsafeMutableBytes(of: &words) {
        $0.storeBytes(of: number, toByteOffset: field.rawValue &* 4, as: Int32.self)
      }
    }
  }

  /// The same reading type with one part changed.
  public func with(_ field: ReadingTypeField, _ number: Int) -> ReadingType {
    var copy = self
    copy[field] = number
    return copy
  }

  /// The eighteen numbers in the order of the code.
  public var numbers: [Int] { ReadingTypeField.allCases.map { self[$0] } }

  public static func == (left: ReadingType, right: ReadingType) -> Bool {
    let a = left.words
    let b = right.words
    return a.0 == b.0 && a.1 == b.1 && a.2 == b.2 && a.3 == b.3 && a.4 == b.4 && a.5 == b.5 && a.6 == b.6
      && a.7 == b.7 && a.8 == b.8
  }

  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes(of: words) { hasher.combine(bytes: $0) }
  }

  /// The long span over which the value is viewed, Table C.1.
  public var macroPeriod: Int { self[.macroPeriod] }
  /// The operation over the macro period, Table C.2.
  public var aggregate: Int { self[.aggregate] }
  /// The length inherent in the measurement, Table C.3.
  public var measuringPeriod: Int { self[.measuringPeriod] }
  /// How the value relates to earlier ones, Table C.5.
  public var accumulation: Int { self[.accumulation] }
  /// Forward, reverse, quadrants, Table C.7.
  public var flowDirection: Int { self[.flowDirection] }
  /// What flows, Table C.9.
  public var commodity: Int { self[.commodity] }
  /// What is measured, Table C.10.
  public var measurementKind: Int { self[.measurementKind] }
  /// Harmonic or interharmonic as numerator and denominator, both 0 for none, Table C.11.
  public var interharmonic: (numerator: Int, denominator: Int) {
    (self[.interharmonicNumerator], self[.interharmonicDenominator])
  }
  /// Argument as numerator and denominator, both 0 for none, Table C.12.
  public var argument: (numerator: Int, denominator: Int) { (self[.argumentNumerator], self[.argumentDenominator]) }
  /// Time of use bucket, 1 is A, Table C.13.
  public var tou: Int { self[.tou] }
  /// Critical peak bucket, 1 is A, Table C.14.
  public var cpp: Int { self[.cpp] }
  /// Consumption tier, Table C.15.
  public var consumptionTier: Int { self[.consumptionTier] }
  /// Phases as a bit set, Table C.17; see `phaseSet`.
  public var phases: Int { self[.phases] }
  /// Power of ten, Table C.18.
  public var multiplier: Int { self[.multiplier] }
  /// Unit of measure, Tables C.20 to C.27.
  public var unit: Int { self[.unit] }
  /// ISO 4217 number, Table C.28.
  public var currency: Int { self[.currency] }
}

extension ReadingType: Comparable {
  /// Compares the numbers from the first part to the last.
  public static func < (left: ReadingType, right: ReadingType) -> Bool {
    for field in ReadingTypeField.allCases {
      let a = left[field]
      let b = right[field]
      if a != b { return a < b }
    }
    return false
  }
}
