// Meter readings by the million: one array per property, no object per value.

/// The readings of MeterReadings messages, in columns.
///
/// A row is one value of an IntervalReading or Reading. Rows stand in blocks of one reading type, blocks in meter
/// readings. What has no column of its own is in `details`, so that nothing is lost.
///
/// The memory belongs to the decoder: pointers and what is read through them are valid until its next call.
///
/// - SeeAlso: IEC 61968-9, 5.3.3
public final class ReadingColumns {
  /// Stands in `timeStamps` where an element has no timeStamp.
  public static let absent = Int64.min
  /// Stands in `scales` where an element has no value.
  public static let noValue: UInt8 = 0xFF
  /// Stands in `scales` where a value is no decimal of up to 18 digits; `mantissas` then has the number of its text.
  public static let textValue: UInt8 = 0xFE

  /// Characters of a document, kept here.
  public struct Text: Sendable, Hashable {
    var offset: Int32
    /// Bytes; -1 where the element was absent.
    var count: Int32

    static let absent = Text(offset: 0, count: -1)
    public var isAbsent: Bool { count < 0 }
  }

  /// The values of one reading type: an IntervalBlock, or a Reading alone.
  public struct Block: Sendable {
    public var firstRow: Int
    public var rowCount: Int
    /// Number of the ReadingType's ref among `codes`; -1 where there is none.
    public var readingType: Int32
    public var isInterval: Bool
  }

  /// The values of one meter or usage point.
  public struct MeterReading: Sendable {
    public var firstBlock: Int
    public var blockCount: Int
    public var meterMRID = Text.absent
    /// The first of the meter's names.
    public var meterName = Text.absent
    public var usagePointMRID = Text.absent
    public var usagePointName = Text.absent
    /// valuesInterval, in microseconds since 1970-01-01T00:00:00Z.
    public var start = ReadingColumns.absent
    public var end = ReadingColumns.absent
  }

  /// A quality code of a row; a row may have several.
  public struct Quality: Sendable {
    public var row: Int
    /// Number of the ReadingQualityType's ref among `codes`.
    public var code: Int32
  }

  /// A value without a column of its own.
  public struct Detail: Sendable {
    /// Number of the meter reading in this batch; -1 for what stands outside of them.
    public var meterReading: Int
    /// The row it belongs to; -1 where it belongs to none.
    public var row: Int
    /// Number of its path; see `pathName`.
    public var path: UInt16
    /// Which of its like-named siblings the nearest repeated element around it is, from 1.
    public var occurrence: Int32
    public var text: Text
  }

  /// All that changes while a document passes. It lies behind a pointer: of an object's own properties the runtime would
  /// check each access.
  struct Head {
    var rows = 0
    var rowCapacity = 0
    var timeStamps: UnsafeMutablePointer<Int64>
    var mantissas: UnsafeMutablePointer<Int64>
    var scales: UnsafeMutablePointer<UInt8>
    var bytes: UnsafeMutablePointer<UInt8>
    var byteCount = 0
    var byteCapacity = 0

    var blocks: [Block] = []
    var meterReadings: [MeterReading] = []
    var qualities: [Quality] = []
    var details: [Detail] = []
    var texts: [Text] = []
    var codes = CodeDictionary()
    // The meter reading and block at hand.
    var isOpen = false
    var current = MeterReading(firstBlock: 0, blockCount: 0)
    var blockStart = 0
    var blockType: Int32 = -1
    /// What of the lists belongs to complete meter readings.
    var closed = Marks()
  }

  let head: UnsafeMutablePointer<Head>
  var paths = [Path.none]

  /// What a detail's path stands for.
  struct Path {
    var name: String
    /// Whether occurrences are counted through the whole document, and not anew in each meter reading.
    var isCountedThroughout: Bool

    /// Slot 0, which stands for no value.
    static var none: Path { Path(name: "", isCountedThroughout: false) }
  }

  struct Marks {
    var rows = 0
    var blocks = 0
    var qualities = 0
    var details = 0
  }

  init(capacity: Int = 1 << 14) {
    head = .allocate(capacity: 1)
    head.initialize(
      to: Head(
        rowCapacity: capacity, timeStamps: .allocate(capacity: capacity), mantissas: .allocate(capacity: capacity),
        scales: .allocate(capacity: capacity), bytes: .allocate(capacity: 1 << 14), byteCapacity: 1 << 14))
    clearRow()
  }

  deinit {
    head.pointee.timeStamps.deallocate()
    head.pointee.mantissas.deallocate()
    head.pointee.scales.deallocate()
    head.pointee.bytes.deallocate()
    head.deinitialize(count: 1)
    head.deallocate()
  }

  // MARK: What the caller reads

  /// Rows of complete meter readings.
  public var rowCount: Int { head.pointee.closed.rows }
  /// Microseconds since 1970-01-01T00:00:00Z: the end of each interval, the instant of each reading.
  public var timeStamps: UnsafeBufferPointer<Int64> {
    UnsafeBufferPointer(start: head.pointee.timeStamps, count: rowCount)
  }
  /// The values' digits as integers; see `scales`.
  public var mantissas: UnsafeBufferPointer<Int64> {
    UnsafeBufferPointer(start: head.pointee.mantissas, count: rowCount)
  }
  /// Digits behind the decimal point, or `noValue`, or `textValue`.
  public var scales: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: head.pointee.scales, count: rowCount) }
  public var meterReadings: [MeterReading] { head.pointee.meterReadings }
  public var qualities: ArraySlice<Quality> { head.pointee.qualities[..<head.pointee.closed.qualities] }
  public var details: ArraySlice<Detail> {
    head.pointee.details[..<(head.pointee.isOpen ? head.pointee.closed.details : head.pointee.details.count)]
  }

  public func block(_ index: Int) -> Block { head.pointee.blocks[index] }

  /// The rows of a block.
  public func rows(_ block: Block) -> Range<Int> { block.firstRow..<block.firstRow + block.rowCount }

  /// A code as the document has it, e.g. "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0". Numbers stay the same for one decoder
  /// on one thread; on several they hold for these columns only.
  public func code(_ number: Int32) -> String { number < 0 ? "" : head.pointee.codes.text(number) }

  /// "Meter/Names/name" and the like, seen from MeterReadings.
  public func pathName(_ detail: Detail) -> String { paths[Int(detail.path)].name }

  public func string(_ text: Text) -> String? {
    text.isAbsent ? nil : String(decoding: bytes(text), as: UTF8.self)
  }

  public func bytes(_ text: Text) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: head.pointee.bytes + Int(text.offset), count: max(0, Int(text.count)))
  }

  /// The value of a row as the document has it, but for a plus sign and leading zeros; nil where it has none.
  public func value(_ row: Int) -> String? {
    switch head.pointee.scales[row] {
    case Self.noValue: return nil
    case Self.textValue: return string(head.pointee.texts[Int(head.pointee.mantissas[row])])
    case let scale:
      let number = head.pointee.mantissas[row]
      var digits = String(number.magnitude)
      if scale > 0 {
        if digits.utf8.count <= Int(scale) {
          digits = String(repeating: "0", count: Int(scale) + 1 - digits.utf8.count) + digits
        }
        digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -Int(scale)))
      }
      return number < 0 ? "-" + digits : digits
    }
  }

  // MARK: Rows

  @inline(__always)
  func commitRow() {
    let rows = head.pointee.rows &+ 1
    head.pointee.rows = rows
    if rows == head.pointee.rowCapacity { growRows() }
    clearRow()
  }

  /// The next row has nothing yet.
  @inline(__always)
  private func clearRow() {
    head.pointee.timeStamps[head.pointee.rows] = Self.absent
    head.pointee.scales[head.pointee.rows] = Self.noValue
  }

  @inline(never)
  private func growRows() {
    let count = head.pointee.rowCapacity
    head.pointee.timeStamps = Self.grown(head.pointee.timeStamps, count)
    head.pointee.mantissas = Self.grown(head.pointee.mantissas, count)
    head.pointee.scales = Self.grown(head.pointee.scales, count)
    head.pointee.rowCapacity = count * 2
  }

  private static func grown<T>(_ old: UnsafeMutablePointer<T>, _ count: Int) -> UnsafeMutablePointer<T> {
    let fresh = UnsafeMutablePointer<T>.allocate(capacity: count * 2)
    fresh.moveInitialize(from: old, count: count)
    old.deallocate()
    return fresh
  }

  /// Keeps characters.
  func keep(_ bytes: UnsafeBufferPointer<UInt8>) -> Text {
    while head.pointee.byteCount + bytes.count > head.pointee.byteCapacity {
      head.pointee.bytes = Self.grown(head.pointee.bytes, head.pointee.byteCapacity)
      head.pointee.byteCapacity *= 2
    }
    let offset = head.pointee.byteCount
    if let start = bytes.baseAddress { (head.pointee.bytes + offset).update(from: start, count: bytes.count) }
    head.pointee.byteCount += bytes.count
    return Text(offset: Int32(truncatingIfNeeded: offset), count: Int32(truncatingIfNeeded: bytes.count))
  }

  func setText(_ bytes: UnsafeBufferPointer<UInt8>) {
    head.pointee.texts.append(keep(bytes))
    head.pointee.mantissas[head.pointee.rows] = Int64(head.pointee.texts.count - 1)
    head.pointee.scales[head.pointee.rows] = Self.textValue
  }

  // MARK: Blocks and meter readings

  func beginMeterReading() {
    head.pointee.isOpen = true
    head.pointee.current = MeterReading(firstBlock: head.pointee.blocks.count, blockCount: 0)
  }

  func beginBlock() {
    head.pointee.blockStart = head.pointee.rows
    head.pointee.blockType = -1
  }

  func endBlock(isInterval: Bool) {
    head.pointee.blocks.append(
      Block(
        firstRow: head.pointee.blockStart, rowCount: head.pointee.rows - head.pointee.blockStart,
        readingType: head.pointee.blockType, isInterval: isInterval))
  }

  func endMeterReading() {
    head.pointee.current.blockCount = head.pointee.blocks.count - head.pointee.current.firstBlock
    head.pointee.meterReadings.append(head.pointee.current)
    head.pointee.isOpen = false
    head.pointee.closed = Marks(
      rows: head.pointee.rows, blocks: head.pointee.blocks.count, qualities: head.pointee.qualities.count,
      details: head.pointee.details.count)
  }

  /// Makes room: forgets the complete meter readings and keeps what there is of an open one.
  func removeComplete() {
    guard head.pointee.isOpen else { return restart() }
    let rows = head.pointee.closed.rows
    let kept = head.pointee.rows - rows
    // The row at hand may have its time already.
    head.pointee.timeStamps.update(from: head.pointee.timeStamps + rows, count: kept + 1)
    head.pointee.mantissas.update(from: head.pointee.mantissas + rows, count: kept + 1)
    head.pointee.scales.update(from: head.pointee.scales + rows, count: kept + 1)
    head.pointee.rows = kept
    head.pointee.blocks.removeFirst(head.pointee.closed.blocks)
    for i in head.pointee.blocks.indices { head.pointee.blocks[i].firstRow -= rows }
    head.pointee.blockStart = max(0, head.pointee.blockStart - rows)
    head.pointee.current.firstBlock = 0
    head.pointee.qualities.removeFirst(head.pointee.closed.qualities)
    for i in head.pointee.qualities.indices { head.pointee.qualities[i].row -= rows }
    head.pointee.details.removeFirst(head.pointee.closed.details)
    for i in head.pointee.details.indices {
      if head.pointee.details[i].meterReading >= 0 { head.pointee.details[i].meterReading = 0 }
      if head.pointee.details[i].row >= 0 { head.pointee.details[i].row -= rows }
    }
    head.pointee.meterReadings.removeAll(keepingCapacity: true)
    compactTexts()
    head.pointee.closed = Marks()
  }

  /// Keeps the texts of the open meter reading only.
  private func compactTexts() {
    let old = Array(UnsafeBufferPointer(start: head.pointee.bytes, count: head.pointee.byteCount))
    head.pointee.byteCount = 0
    func move(_ text: Text) -> Text {
      if text.isAbsent { return text }
      return old.withUnsafeBufferPointer {
        keep(UnsafeBufferPointer(rebasing: $0[Int(text.offset)..<Int(text.offset + text.count)]))
      }
    }
    head.pointee.current.meterMRID = move(head.pointee.current.meterMRID)
    head.pointee.current.meterName = move(head.pointee.current.meterName)
    head.pointee.current.usagePointMRID = move(head.pointee.current.usagePointMRID)
    head.pointee.current.usagePointName = move(head.pointee.current.usagePointName)
    for i in head.pointee.details.indices { head.pointee.details[i].text = move(head.pointee.details[i].text) }
    let values = head.pointee.texts
    head.pointee.texts.removeAll(keepingCapacity: true)
    for row in 0...head.pointee.rows where head.pointee.scales[row] == Self.textValue {
      head.pointee.texts.append(move(values[Int(head.pointee.mantissas[row])]))
      head.pointee.mantissas[row] = Int64(head.pointee.texts.count - 1)
    }
  }

  /// Tells which meter reading of the document each is, where counting began anew in the middle of it.
  ///
  /// - Parameter count: meter readings before it that were not counted.
  func addOccurrences(_ count: Int32) {
    for i in head.pointee.details.indices where paths[Int(head.pointee.details[i].path)].isCountedThroughout {
      head.pointee.details[i].occurrence &+= count
    }
  }

  func forgetPaths() { paths = [Path.none] }

  func restart() {
    head.pointee.rows = 0
    head.pointee.byteCount = 0
    head.pointee.blocks.removeAll(keepingCapacity: true)
    head.pointee.meterReadings.removeAll(keepingCapacity: true)
    head.pointee.qualities.removeAll(keepingCapacity: true)
    head.pointee.details.removeAll(keepingCapacity: true)
    head.pointee.texts.removeAll(keepingCapacity: true)
    head.pointee.isOpen = false
    head.pointee.closed = Marks()
    clearRow()
  }
}
