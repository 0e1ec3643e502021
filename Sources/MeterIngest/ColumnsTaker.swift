// The hot path: decoded columns straight into blocks.
import LocalTime
import CIMCodec
import CIMModel
import MeterStore

/// Takes the columns of a MeterReadings document in, as they come.
struct ColumnsTaker {
  private let taker: ReadingTaker
  /// Meter readings that an earlier run has stored.
  private var skip: Int64
  /// By the decoder's numbers of codes.
  private var types: [KnownType?] = []
  private var qualityNumbers: [Int32] = []
  private var qualities: [ReadingRun.Quality] = []

  init(_ taker: ReadingTaker) {
    self.taker = taker
    skip = taker.progress.done
  }

  mutating func take(_ columns: ReadingColumns) throws {
    let codes = columns.qualities
    var place = codes.startIndex
    taker.report.details += columns.details.count
    for meterReading in columns.meterReadings {
      if skip > 0 {
        skip -= 1
        taker.report.resumed += 1
        continue
      }
      let meter = try self.meter(of: meterReading, columns)
      var count = 0
      for index in meterReading.firstBlock..<meterReading.firstBlock + meterReading.blockCount {
        let block = columns.block(index)
        if block.rowCount == 0 { continue }
        count += block.rowCount
        let rows = columns.rows(block)
        while place < codes.endIndex, codes[place].row < rows.lowerBound { place += 1 }
        qualities.removeAll(keepingCapacity: true)
        while place < codes.endIndex, codes[place].row < rows.upperBound {
          qualities.append(.init(row: codes[place].row, code: try quality(codes[place].code, columns)))
          place += 1
        }
        let type = self.type(block.readingType, columns)
        guard let meter else {
          try refuse(rows, columns, meterReading, type)
          continue
        }
        if meter.state == .active, type.isSound, type.isUnitFit, isPlain(rows, columns),
          let series = try taker.series(meter, type, isInterval: block.isInterval)
        {
          try takePlain(rows, columns, series, isInterval: block.isInterval)
        } else {
          try taker.take(
            candidates(rows, columns), meter: meter, key: Self.record(meterReading, columns).key, type: type,
            isInterval: block.isInterval)
        }
      }
      try taker.advance(by: 1, readings: count)
    }
  }

  // MARK: Plain rows

  /// Whether rows need no decision: ascending stamps in the time that is taken in, numbers all of them.
  private func isPlain(_ rows: Range<Int>, _ columns: ReadingColumns) -> Bool {
    let stamps = columns.timeStamps
    let scales = columns.scales
    // What is absent is less than anything.
    guard stamps[rows.lowerBound] > ReadingColumns.absent, stamps[rows.lowerBound] >= taker.oldest,
      stamps[rows.upperBound - 1] <= taker.newest
    else { return false }
    var isAscending = true
    var largest = scales[rows.lowerBound]
    for row in rows.lowerBound + 1..<max(rows.upperBound, rows.lowerBound + 1) {
      isAscending = isAscending && stamps[row - 1] < stamps[row]
      largest = max(largest, scales[row])
    }
    return isAscending && largest <= ReadingRun.mostDigits
  }

  private func takePlain(
    _ rows: Range<Int>, _ columns: ReadingColumns, _ series: Int64, isInterval: Bool
  ) throws {
    let stamps = columns.timeStamps
    // An interval that ends at midnight belongs to the day that ends there.
    let shift: Int64 = isInterval ? 1 : 0
    taker.report.readings += rows.count
    var start = rows.lowerBound
    var place = qualities.startIndex
    while start < rows.upperBound {
      let day = taker.days.day(of: stamps[start] &- shift)
      let endOfDay = taker.days.endOfDay
      var end = rows.upperBound
      if stamps[end - 1] &- shift >= endOfDay {
        end = start + 1
        while stamps[end] &- shift < endOfDay { end += 1 }
      }
      let first = place
      while place < qualities.endIndex, qualities[place].row < end { place += 1 }
      taker.packer.pack(
        BlockWriter.Source(
          stamps: UnsafeBufferPointer(rebasing: stamps[start..<end]),
          mantissas: UnsafeBufferPointer(rebasing: columns.mantissas[start..<end]),
          scales: UnsafeBufferPointer(rebasing: columns.scales[start..<end]), texts: [],
          qualities: qualities[first..<place], firstRow: start),
        day: day, created: taker.writer.batch)
      try taker.writer.queue(taker.packer.bytes, series: series, day: day)
      start = end
    }
  }

  // MARK: Others

  private func candidates(_ rows: Range<Int>, _ columns: ReadingColumns) -> [Candidate] {
    var place = 0
    return rows.map { row in
      let stamp = columns.timeStamps[row]
      let scale = columns.scales[row]
      var candidate = Candidate(stamp: stamp == ReadingColumns.absent ? nil : stamp)
      if scale <= ReadingRun.mostDigits {
        candidate.mantissa = columns.mantissas[row]
        candidate.scale = scale
      } else if scale != ReadingColumns.noValue {
        candidate.scale = ReadingRun.textValue
        candidate.text = columns.value(row)
      }
      while place < qualities.count, qualities[place].row == row {
        candidate.codes.append(qualities[place].code)
        place += 1
      }
      return candidate
    }
  }

  private mutating func refuse(
    _ rows: Range<Int>, _ columns: ReadingColumns, _ meterReading: ReadingColumns.MeterReading, _ type: KnownType
  ) throws {
    let key = Self.record(meterReading, columns).key
    taker.report.readings += rows.count
    for candidate in candidates(rows, columns) {
      try taker.refuse(candidate, key, type, key.isEmpty ? "noMeter" : "unknownMeter", "2.4")
    }
  }

  private func meter(of meterReading: ReadingColumns.MeterReading, _ columns: ReadingColumns) throws -> KnownMeter? {
    let names = [
      meterReading.meterMRID, meterReading.meterName, meterReading.usagePointMRID, meterReading.usagePointName,
    ]
    for name in names where !name.isAbsent {
      let key = columns.bytes(name)
      if !key.isEmpty { return try taker.meter(Self.record(meterReading, columns), key: key) }
    }
    return nil
  }

  private static func record(_ meterReading: ReadingColumns.MeterReading, _ columns: ReadingColumns) -> MeterRecord {
    func text(_ text: ReadingColumns.Text) -> String? { columns.string(text).flatMap { $0.isEmpty ? nil : $0 } }
    return MeterRecord(
      mRID: text(meterReading.meterMRID), name: text(meterReading.meterName),
      usagePoint: text(meterReading.usagePointMRID) ?? text(meterReading.usagePointName))
  }

  private mutating func type(_ number: Int32, _ columns: ReadingColumns) -> KnownType {
    guard number >= 0, number < 65_536 else { return taker.type(columns.code(number)) }
    let index = Int(number)
    if index < types.count, let known = types[index] { return known }
    while types.count <= index { types.append(nil) }
    let fresh = taker.type(columns.code(number))
    types[index] = fresh
    return fresh
  }

  private mutating func quality(_ number: Int32, _ columns: ReadingColumns) throws -> Int32 {
    guard number >= 0, number < 65_536 else { return try taker.writer.quality(columns.code(number)) }
    let index = Int(number)
    if index < qualityNumbers.count, qualityNumbers[index] != 0 { return qualityNumbers[index] }
    while qualityNumbers.count <= index { qualityNumbers.append(0) }
    qualityNumbers[index] = try taker.writer.quality(columns.code(number))
    return qualityNumbers[index]
  }
}
