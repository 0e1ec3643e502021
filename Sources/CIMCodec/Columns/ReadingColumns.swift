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
  var pathNames: [String] = [""]

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
  public var rowCount: Int { closed.rows }
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
  public var meterReadings: [MeterReading] { meterReadingList }
  public var qualities: ArraySlice<Quality> { qualityList[..<closed.qualities] }
  public var details: ArraySlice<Detail> { detailList[..<(isOpen ? closed.details : detailList.count)] }

  public func block(_ index: Int) -> Block { blocks[index] }

  /// The rows of a block.
  public func rows(_ block: Block) -> Range<Int> { block.firstRow..<block.firstRow + block.rowCount }

  /// A code as the document has it, e.g. "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"; numbers stay the same for one decoder.
  public func code(_ number: Int32) -> String { number < 0 ? "" : codes.text(number) }

  /// "Meter/Names/name" and the like, seen from MeterReadings.
  public func pathName(_ detail: Detail) -> String { pathNames[Int(detail.path)] }

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
    case Self.textValue: return string(texts[Int(head.pointee.mantissas[row])])
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
    texts.append(keep(bytes))
    head.pointee.mantissas[head.pointee.rows] = Int64(texts.count - 1)
    head.pointee.scales[head.pointee.rows] = Self.textValue
  }

  // MARK: Blocks and meter readings

  func beginMeterReading() {
    isOpen = true
    current = MeterReading(firstBlock: blocks.count, blockCount: 0)
  }

  func beginBlock() {
    blockStart = head.pointee.rows
    blockType = -1
  }

  func endBlock(isInterval: Bool) {
    blocks.append(
      Block(
        firstRow: blockStart, rowCount: head.pointee.rows - blockStart, readingType: blockType, isInterval: isInterval))
  }

  func endMeterReading() {
    current.blockCount = blocks.count - current.firstBlock
    meterReadingList.append(current)
    isOpen = false
    closed = Marks(
      rows: head.pointee.rows, blocks: blocks.count, qualities: qualityList.count, details: detailList.count)
  }

  /// Makes room: forgets the complete meter readings and keeps what there is of an open one.
  func removeComplete() {
    guard isOpen else { return restart() }
    let rows = closed.rows
    let kept = head.pointee.rows - rows
    // The row at hand may have its time already.
    head.pointee.timeStamps.update(from: head.pointee.timeStamps + rows, count: kept + 1)
    head.pointee.mantissas.update(from: head.pointee.mantissas + rows, count: kept + 1)
    head.pointee.scales.update(from: head.pointee.scales + rows, count: kept + 1)
    head.pointee.rows = kept
    blocks.removeFirst(closed.blocks)
    for i in blocks.indices { blocks[i].firstRow -= rows }
    blockStart = max(0, blockStart - rows)
    current.firstBlock = 0
    qualityList.removeFirst(closed.qualities)
    for i in qualityList.indices { qualityList[i].row -= rows }
    detailList.removeFirst(closed.details)
    for i in detailList.indices {
      if detailList[i].meterReading >= 0 { detailList[i].meterReading = 0 }
      if detailList[i].row >= 0 { detailList[i].row -= rows }
    }
    meterReadingList.removeAll(keepingCapacity: true)
    compactTexts()
    closed = Marks()
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
    current.meterMRID = move(current.meterMRID)
    current.meterName = move(current.meterName)
    current.usagePointMRID = move(current.usagePointMRID)
    current.usagePointName = move(current.usagePointName)
    for i in detailList.indices { detailList[i].text = move(detailList[i].text) }
    let values = texts
    texts.removeAll(keepingCapacity: true)
    for row in 0...head.pointee.rows where head.pointee.scales[row] == Self.textValue {
      texts.append(move(values[Int(head.pointee.mantissas[row])]))
      head.pointee.mantissas[row] = Int64(texts.count - 1)
    }
  }

  func restart() {
    head.pointee.rows = 0
    head.pointee.byteCount = 0
    blocks.removeAll(keepingCapacity: true)
    meterReadingList.removeAll(keepingCapacity: true)
    qualityList.removeAll(keepingCapacity: true)
    detailList.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    isOpen = false
    closed = Marks()
    clearRow()
  }
}
