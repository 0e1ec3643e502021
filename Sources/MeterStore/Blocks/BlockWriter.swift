// Readings into the bytes of a block; see BlockFormat.

/// Packs runs of readings into blocks, one after another into the same memory.
public struct BlockWriter: ~Copyable {
  private var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Bytes of the block that was packed last.
  private var count = 0

  public init() {
    capacity = 1 << 12
    buffer = .allocate(capacity: capacity)
  }

  deinit { buffer.deallocate() }

  /// The block that was packed last; valid until the next is.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer, count: count) }

  /// Readings as they lie in somebody's columns, without a copy.
  public struct Source {
    /// Ascending microseconds, values and scales as in `ReadingRun`; texts have their place in `texts`.
    public var stamps: UnsafeBufferPointer<Int64>
    public var mantissas: UnsafeBufferPointer<Int64>
    public var scales: UnsafeBufferPointer<UInt8>
    public var texts: [String]
    /// In order of rows, which count from `firstRow`.
    public var qualities: ArraySlice<ReadingRun.Quality>
    public var firstRow: Int

    public init(
      stamps: UnsafeBufferPointer<Int64>, mantissas: UnsafeBufferPointer<Int64>, scales: UnsafeBufferPointer<UInt8>,
      texts: [String], qualities: ArraySlice<ReadingRun.Quality>, firstRow: Int = 0
    ) {
      self.stamps = stamps
      self.mantissas = mantissas
      self.scales = scales
      self.texts = texts
      self.qualities = qualities
      self.firstRow = firstRow
    }
  }

  /// Packs a run of one day.
  public mutating func pack(_ run: ReadingRun, day: Int32, created: Int64, changed: Int64? = nil) {
    run.stamps.withUnsafeBufferPointer { stamps in
      run.mantissas.withUnsafeBufferPointer { mantissas in
        run.scales.withUnsafeBufferPointer { scales in
          pack(
            Source(
              stamps: stamps, mantissas: mantissas, scales: scales, texts: run.texts, qualities: run.qualities[...]),
            day: day, created: created, changed: changed)
        }
      }
    }
  }

  /// Packs what lies in columns, one reading at least and `BlockLimits.readings` at most.
  ///
  /// Values of mixed scales get that of the finest; one that does not fit its 64 bits then is kept as text.
  public mutating func pack(_ source: Source, day: Int32, created: Int64, changed: Int64? = nil) {
    let rows = source.stamps.count
    precondition(rows > 0 && source.mantissas.count == rows && source.scales.count == rows)
    let shape = BlockShape(source)
    reserve(rows * (shape.isRegular ? 10 : 20) + source.qualities.count * 20 + 64)
    var p = buffer
    var flags: BlockFlags = shape.isRegular ? [] : .irregular
    if !shape.isSeconds { flags.insert(.microseconds) }
    if !source.qualities.isEmpty { flags.insert(.qualities) }
    if changed != nil { flags.insert(.changed) }
    p += 1
    p.put(UInt64(bitPattern: created))
    if let changed { p.put(UInt64(bitPattern: changed)) }
    p.put(UInt64(rows))
    let unit: Int64 = shape.isSeconds ? 1_000_000 : 1
    p.put(zigzag((source.stamps[0] &- Int64(day) &* 86_400_000_000) / unit))
    if !shape.isRegular {
      for i in 1..<rows { p.put(UInt64(bitPattern: (source.stamps[i] &- source.stamps[i - 1]) / unit)) }
    } else if rows > 1 {
      p.put(UInt64(bitPattern: (source.stamps[1] &- source.stamps[0]) / unit))
    }
    p.pointee = shape.scale
    p += 1
    if shape.isPlain {
      var last: Int64 = 0
      for mantissa in source.mantissas {
        p.put(zigzag(mantissa &- last))
        last = mantissa
      }
    } else {
      let exceptions = packMixed(source, shape.scale, &p)
      if !exceptions.isEmpty {
        flags.insert(.exceptions)
        pack(exceptions, roomBehind: source.qualities.count * 20 + 64, &p)
      }
    }
    if !source.qualities.isEmpty { Self.pack(source.qualities, firstRow: source.firstRow, &p) }
    buffer.pointee = flags.rawValue
    count = p - buffer
  }

  private struct Exception {
    var row: Int
    var tag: UInt64
    var text: String
  }

  private func packMixed(_ source: Source, _ scale: UInt8, _ p: inout UnsafeMutablePointer<UInt8>) -> [Exception] {
    var exceptions: [Exception] = []
    var last: Int64 = 0
    for row in source.stamps.indices {
      let own = source.scales[row]
      switch own {
      case ReadingRun.absent: exceptions.append(Exception(row: row, tag: 0, text: ""))
      case ReadingRun.noValue: exceptions.append(Exception(row: row, tag: 1, text: ""))
      case ReadingRun.textValue:
        let text = source.texts[Int(source.mantissas[row])]
        exceptions.append(Exception(row: row, tag: UInt64(text.utf8.count) + 2, text: text))
      default:
        let (value, overflow) = source.mantissas[row].multipliedReportingOverflow(by: powersOfTen[Int(scale - own)])
        // A difference of two such still fits 64 bits, which wrap.
        if !overflow {
          p.put(zigzag(value &- last))
          last = value
          continue
        }
        let text = decimalText(source.mantissas[row], own)
        exceptions.append(Exception(row: row, tag: UInt64(text.utf8.count) + 2, text: text))
      }
      p.put(0)
    }
    return exceptions
  }

  private mutating func pack(
    _ exceptions: [Exception], roomBehind: Int, _ p: inout UnsafeMutablePointer<UInt8>
  ) {
    let place = p - buffer
    reserve(place + exceptions.reduce(10) { $0 + 20 + $1.text.utf8.count } + roomBehind)
    p = buffer + place
    p.put(UInt64(exceptions.count))
    var row = 0
    for exception in exceptions {
      p.put(UInt64(exception.row - row))
      row = exception.row
      p.put(exception.tag)
      for byte in exception.text.utf8 {
        p.pointee = byte
        p += 1
      }
    }
  }

  private static func pack(
    _ qualities: ArraySlice<ReadingRun.Quality>, firstRow: Int, _ p: inout UnsafeMutablePointer<UInt8>
  ) {
    var row = firstRow
    var i = qualities.startIndex
    while i < qualities.endIndex {
      let first = qualities[i]
      var run = 1
      while i + run < qualities.endIndex, qualities[i + run].row == first.row + run,
        qualities[i + run].code == first.code
      {
        run += 1
      }
      let gap = UInt64(first.row - row) << 1
      p.put(run > 1 ? gap | 1 : gap)
      if run > 1 { p.put(UInt64(run - 2)) }
      p.put(UInt64(UInt32(bitPattern: first.code)))
      row = first.row
      i += run
    }
  }

  private mutating func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: needed * 2)
    larger.update(from: buffer, count: capacity)
    buffer.deallocate()
    buffer = larger
    capacity = needed * 2
  }
}

/// What can be said of all readings of a block at once.
private struct BlockShape {
  var isRegular = true
  var isSeconds = true
  /// All values are numbers of one scale.
  var isPlain = true
  var scale: UInt8 = 0

  init(_ source: BlockWriter.Source) {
    let stamps = source.stamps
    let rows = stamps.count
    let step = rows > 1 ? stamps[1] &- stamps[0] : 0
    var differences: Int64 = 0
    for i in 1..<max(rows, 1) { differences |= (stamps[i] &- stamps[i - 1]) ^ step }
    isRegular = differences == 0
    isSeconds = stamps[0] % 1_000_000 == 0 && step % 1_000_000 == 0
    if !isRegular, isSeconds { isSeconds = stamps.allSatisfy { $0 % 1_000_000 == 0 } }
    let first = source.scales[0]
    var others: UInt8 = 0
    for own in source.scales { others |= own ^ first }
    isPlain = others == 0 && first < ReadingRun.absent
    scale = first
    if !isPlain { scale = source.scales.reduce(0) { $1 < ReadingRun.absent ? max($0, $1) : $0 } }
  }
}

/// 1 to 10^18.
let powersOfTen: [Int64] = (0...18).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
