// Readings of one series in columns: what goes into blocks and comes out of them.
public import CIMModel

/// Readings of one meter and reading type, oldest first, one array per property.
///
/// Every instant stands once. Appending many is cheap; nothing is allocated per reading once the arrays have grown.
public struct ReadingRun: Sendable {
  /// Stands in `scales` where a reading has no value, only qualities.
  public static let noValue: UInt8 = 0xFF
  /// Stands in `scales` where a value is a text or a number of more than 18 digits; `mantissas` then has its place in `texts`.
  public static let textValue: UInt8 = 0xFE
  /// Stands in `scales` where there was no reading at all: only in what a correction keeps of the state before it.
  static let absent: UInt8 = 0xFD
  /// Most digits behind the point that are kept as a number.
  public static let mostDigits: UInt8 = 18

  /// A quality code of a reading; a reading may have several.
  public struct Quality: Sendable, Hashable {
    /// Number of the reading in the run.
    public var row: Int
    /// Number of the code in the store's catalogue.
    public var code: Int32

    public init(row: Int, code: Int32) {
      self.row = row
      self.code = code
    }
  }

  /// Microseconds since 1970-01-01T00:00:00Z: the end of an interval, the instant of a reading. Ascending.
  public var stamps: [Int64] = []
  /// The values' digits as integers.
  public var mantissas: [Int64] = []
  /// Digits behind the decimal point, or one of the marks above.
  public var scales: [UInt8] = []
  public var texts: [String] = []
  /// In order of rows.
  public var qualities: [Quality] = []

  public init() {}

  public var count: Int { stamps.count }

  public mutating func removeAll() {
    // To empty what is empty is not free.
    if !stamps.isEmpty {
      stamps.removeAll(keepingCapacity: true)
      mantissas.removeAll(keepingCapacity: true)
      scales.removeAll(keepingCapacity: true)
    }
    if !texts.isEmpty { texts.removeAll(keepingCapacity: true) }
    if !qualities.isEmpty { qualities.removeAll(keepingCapacity: true) }
  }

  /// Makes room in an empty run.
  mutating func reserve(_ count: Int) {
    stamps.reserveCapacity(count)
    mantissas.reserveCapacity(count)
    scales.reserveCapacity(count)
  }

  /// Appends a number.
  public mutating func append(_ stamp: Int64, mantissa: Int64, scale: UInt8) {
    stamps.append(stamp)
    mantissas.append(mantissa)
    scales.append(scale)
  }

  /// Appends a text, or a number that is too long for the columns.
  public mutating func append(_ stamp: Int64, text: String) {
    append(stamp, mantissa: Int64(texts.count), scale: Self.textValue)
    texts.append(text)
  }

  /// Appends the reading of another run, with the qualities that stand there in these places.
  mutating func append(_ row: Int, of other: ReadingRun, codes: Range<Int>) {
    if other.scales[row] == Self.textValue {
      append(other.stamps[row], text: other.texts[Int(other.mantissas[row])])
    } else {
      append(other.stamps[row], mantissa: other.mantissas[row], scale: other.scales[row])
    }
    for place in codes { qualities.append(Quality(row: count - 1, code: other.qualities[place].code)) }
  }

  /// Appends readings of another run with their qualities.
  ///
  /// - Parameter place: where in the other's qualities to look; then behind the last that was looked at.
  mutating func append(_ rows: Range<Int>, of other: ReadingRun, qualitiesFrom place: inout Int) {
    let shift = count - rows.lowerBound
    stamps.append(contentsOf: other.stamps[rows])
    mantissas.append(contentsOf: other.mantissas[rows])
    scales.append(contentsOf: other.scales[rows])
    if !other.texts.isEmpty {
      for row in rows where other.scales[row] == Self.textValue {
        texts.append(other.texts[Int(other.mantissas[row])])
        mantissas[row + shift] = Int64(texts.count - 1)
      }
    }
    while place < other.qualities.count, other.qualities[place].row < rows.lowerBound { place += 1 }
    while place < other.qualities.count, other.qualities[place].row < rows.upperBound {
      let quality = other.qualities[place]
      qualities.append(Quality(row: quality.row + shift, code: quality.code))
      place += 1
    }
  }

  /// The row of an instant; nil where there is none.
  func row(at stamp: Int64) -> Int? {
    var (low, high) = (0, stamps.count)
    while low < high {
      let middle = (low + high) / 2
      if stamps[middle] < stamp { low = middle + 1 } else { high = middle }
    }
    return low < stamps.count && stamps[low] == stamp ? low : nil
  }

  /// Where the qualities of a row stand; rows are asked for in ascending order.
  func qualityRange(of row: Int, from place: inout Int) -> Range<Int> {
    while place < qualities.count, qualities[place].row < row { place += 1 }
    let start = place
    while place < qualities.count, qualities[place].row == row { place += 1 }
    return start..<place
  }

  /// Appends a number of any length, exactly.
  public mutating func append(_ stamp: Int64, number: ExactDecimal) {
    let text = number.description
    let point = text.utf8.firstIndex(of: UInt8(ascii: "."))
    let digits = text.filter { $0 != "." }
    let scale = point.map { text.utf8.distance(from: $0, to: text.utf8.endIndex) - 1 } ?? 0
    if digits.utf8.count <= Int(Self.mostDigits), let mantissa = Int64(digits) {
      append(stamp, mantissa: mantissa, scale: UInt8(scale))
    } else {
      append(stamp, text: text)
    }
  }

  /// Appends the value of another run's row, without its qualities.
  public mutating func append(copying other: ReadingRun, _ row: Int) { append(row, of: other, codes: 0..<0) }

  /// Appends a run that begins behind the end of this one.
  public mutating func append(_ other: ReadingRun) {
    var place = 0
    append(0..<other.count, of: other, qualitiesFrom: &place)
  }

  /// The value of a row as a number; nil where it has none or is a text.
  public func number(_ row: Int) -> ExactDecimal? {
    switch scales[row] {
    case Self.noValue, Self.absent: nil
    case Self.textValue: ExactDecimal(texts[Int(mantissas[row])])
    case let scale: ExactDecimal(mantissas[row], scale: scale)
    }
  }

  /// The value of a row as text; nil where it has none.
  public func text(_ row: Int) -> String? {
    switch scales[row] {
    case Self.noValue, Self.absent: nil
    case Self.textValue: texts[Int(mantissas[row])]
    case let scale: decimalText(mantissas[row], scale)
    }
  }

  /// Whether a value is the same as another's: numbers by value, so that "1.50" is "1.5".
  func hasSameValue(_ row: Int, as other: ReadingRun, _ otherRow: Int) -> Bool {
    let scale = scales[row]
    let otherScale = other.scales[otherRow]
    if scale == otherScale, scale != Self.textValue {
      return scale >= Self.absent || mantissas[row] == other.mantissas[otherRow]
    }
    if scale <= Self.mostDigits, otherScale <= Self.mostDigits {
      // What overflows is larger than any mantissa.
      let isFiner = scale < otherScale
      let power = powersOfTen[Int(isFiner ? otherScale - scale : scale - otherScale)]
      let coarse = isFiner ? mantissas[row] : other.mantissas[otherRow]
      let fine = isFiner ? other.mantissas[otherRow] : mantissas[row]
      let (product, overflow) = coarse.multipliedReportingOverflow(by: power)
      return !overflow && product == fine
    }
    if let number = number(row), let other = other.number(otherRow) { return number == other }
    return scale == otherScale && text(row) == other.text(otherRow)
  }
}

extension ExactDecimal {
  /// The number of so many digits behind the point.
  public init(_ mantissa: Int64, scale: UInt8) {
    // Its own text is always one.
    self = ExactDecimal(decimalText(mantissa, scale)) ?? 0
  }
}

/// A mantissa with its point: "12.50" for 1250 and 2.
func decimalText(_ mantissa: Int64, _ scale: UInt8) -> String {
  var digits = String(mantissa.magnitude)
  if scale > 0 {
    if digits.utf8.count <= Int(scale) {
      digits = String(repeating: "0", count: Int(scale) + 1 - digits.utf8.count) + digits
    }
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -Int(scale)))
  }
  return mantissa < 0 ? "-" + digits : digits
}
