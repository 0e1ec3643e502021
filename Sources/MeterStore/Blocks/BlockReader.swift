// The bytes of a block into readings; see BlockFormat.

/// Reads blocks. Bytes are checked as they are read: damaged ones are an error, never a crash.
public enum BlockReader {
  /// - Throws: `StoreError` with code `.damaged`.
  public static func header(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> BlockHeader {
    var scanner = BlockScanner(bytes)
    return try scanner.header().header
  }

  /// Appends a block's readings to a run.
  ///
  /// - Throws: `StoreError` with code `.damaged`; the run is then not to be used.
  @discardableResult
  public static func append(
    _ bytes: UnsafeRawBufferPointer, day: Int32, to run: inout ReadingRun
  ) throws(StoreError) -> BlockHeader {
    var scanner = BlockScanner(bytes)
    let (header, flags) = try scanner.header()
    let rows = header.count
    let firstRow = run.count
    // Of a run that grows the arrays see to themselves.
    if firstRow == 0 { run.reserve(min(rows, 1024)) }
    let unit: Int64 = flags.contains(.microseconds) ? 1 : 1_000_000
    var stamp = Int64(day) &* 86_400_000_000 &+ unzigzag(try scanner.varint()) &* unit
    run.stamps.append(stamp)
    if flags.contains(.irregular) {
      for _ in 1..<rows {
        stamp = stamp &+ Int64(bitPattern: try scanner.varint()) &* unit
        run.stamps.append(stamp)
      }
    } else if rows > 1 {
      let step = Int64(bitPattern: try scanner.varint()) &* unit
      for _ in 1..<rows {
        stamp = stamp &+ step
        run.stamps.append(stamp)
      }
    }
    let scale = try scanner.byte()
    guard scale <= ReadingRun.mostDigits else { throw BlockScanner.damaged("scale \(scale)") }
    var value: Int64 = 0
    for _ in 0..<rows {
      value = value &+ unzigzag(try scanner.varint())
      run.mantissas.append(value)
    }
    run.scales.append(contentsOf: repeatElement(scale, count: rows))
    if flags.contains(.exceptions) { try scanner.exceptions(firstRow, rows, &run) }
    if flags.contains(.qualities) { try scanner.qualities(firstRow, rows, &run) }
    return header
  }
}

extension BlockReader {
  /// Looks a few readings up in a block, without unpacking it.
  ///
  /// - Parameters:
  ///   - new: none of them absent.
  ///   - isSame: of each reading whether the block has the same; nil for those it has not, which alone are looked up.
  /// - Returns: false where some of them take more than a look; others may have been found.
  static func compare(
    _ bytes: UnsafeRawBufferPointer, day: Int32, with new: ReadingRun, into isSame: inout [Bool?]
  ) throws(StoreError) -> Bool {
    var scanner = BlockScanner(bytes)
    let (header, flags) = try scanner.header()
    guard flags.isDisjoint(with: [.irregular, .exceptions]) else { return false }
    let unit: Int64 = flags.contains(.microseconds) ? 1 : 1_000_000
    let first = Int64(day) &* 86_400_000_000 &+ unzigzag(try scanner.varint()) &* unit
    let step = header.count > 1 ? Int64(bitPattern: try scanner.varint()) &* unit : 1
    let scale = try scanner.byte()
    guard step > 0, scale <= ReadingRun.mostDigits else { return false }
    var value: Int64 = 0
    var read = 0
    for row in 0..<new.count where isSame[row] == nil {
      let (distance, overflow) = new.stamps[row].subtractingReportingOverflow(first)
      guard !overflow, distance >= 0, distance % step == 0, distance / step < header.count else { continue }
      let place = Int(distance / step)
      while read <= place {
        value = value &+ unzigzag(try scanner.varint())
        read += 1
      }
      if new.scales[row] != scale { return false }
      let hasSameValue = new.mantissas[row] == value
      // Then qualities decide.
      if hasSameValue, flags.contains(.qualities) || !new.qualities.isEmpty { return false }
      isSame[row] = hasSameValue
    }
    return true
  }
}

private struct BlockScanner {
  private var place: UnsafeRawPointer
  private let end: UnsafeRawPointer

  init(_ bytes: UnsafeRawBufferPointer) {
    // An empty buffer has no address; any will do where nothing is read.
    place = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    end = place + bytes.count
  }

  static func damaged(_ what: String) -> StoreError {
    StoreError(
      .damaged, "a block of readings is damaged: \(what); restore the store from a copy, or take the file in again")
  }

  @inline(__always)
  mutating func byte() throws(StoreError) -> UInt8 {
    guard place < end else { throw Self.damaged("it ends too early") }
    let byte = place.load(as: UInt8.self)
    place += 1
    return byte
  }

  @inline(__always)
  mutating func varint() throws(StoreError) -> UInt64 {
    let first = try byte()
    if first < 0x80 { return UInt64(first) }
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while true {
      let next = try byte()
      guard shift < 64 else { throw Self.damaged("a number is too long") }
      value |= UInt64(next & 0x7F) &<< shift
      if next < 0x80 { return value }
      shift &+= 7
    }
  }

  mutating func header() throws(StoreError) -> (header: BlockHeader, flags: BlockFlags) {
    let flags = BlockFlags(rawValue: try byte())
    guard flags.isSubset(of: .known) else { throw Self.damaged("it has flags \(flags.rawValue), of a newer Busbar") }
    let created = Int64(bitPattern: try varint())
    let changed = flags.contains(.changed) ? Int64(bitPattern: try varint()) : created
    let count = try varint()
    guard count > 0, count <= BlockLimits.readings else { throw Self.damaged("\(count) readings") }
    return (BlockHeader(created: created, changed: changed, count: Int(count)), flags)
  }

  mutating func exceptions(_ firstRow: Int, _ rows: Int, _ run: inout ReadingRun) throws(StoreError) {
    let count = try varint()
    guard count <= rows else { throw Self.damaged("\(count) exceptions of \(rows) readings") }
    var row = 0
    for _ in 0..<count {
      let gap = try varint()
      guard gap < UInt64(rows - row) else { throw Self.damaged("an exception behind the last reading") }
      row += Int(gap)
      let tag = try varint()
      switch tag {
      case 0: run.scales[firstRow + row] = ReadingRun.absent
      case 1: run.scales[firstRow + row] = ReadingRun.noValue
      default:
        guard tag - 2 <= UInt64(end - place) else { throw Self.damaged("a text ends too early") }
        let text = UnsafeRawBufferPointer(start: place, count: Int(tag - 2))
        place += text.count
        run.scales[firstRow + row] = ReadingRun.textValue
        run.mantissas[firstRow + row] = Int64(run.texts.count)
        run.texts.append(String(decoding: text, as: UTF8.self))
      }
    }
  }

  mutating func qualities(_ firstRow: Int, _ rows: Int, _ run: inout ReadingRun) throws(StoreError) {
    var row = 0
    while place < end {
      let head = try varint()
      let several: UInt64 = head & 1 == 1 ? try varint() : 0
      let code = try varint()
      let gap = head >> 1
      guard gap < UInt64(rows - row), code <= UInt64(UInt32.max) else {
        throw Self.damaged("a quality behind the last reading")
      }
      row += Int(gap)
      let length = head & 1 == 1 ? several + 2 : 1
      guard several < UInt64(rows), length <= UInt64(rows - row) else {
        throw Self.damaged("a quality behind the last reading")
      }
      for i in 0..<Int(length) {
        run.qualities.append(
          ReadingRun.Quality(row: firstRow + row + i, code: Int32(truncatingIfNeeded: code)))
      }
    }
  }
}
