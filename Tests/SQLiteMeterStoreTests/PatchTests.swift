// Corrections of a few readings, batch upon batch, against what a dictionary makes of them.
import Foundation
import MeterStore
import Testing

@Suite("Corrections that lie beside their day")
struct PatchTests {
  private struct Reading: Hashable {
    var value: Int64
    var codes: [Int32]
  }

  private typealias Day = [Int64: Reading]

  private static let hour: Int64 = 3_600_000_000
  private static let midnight = ReadingStoreContract.midnight
  private static let day = ReadingStoreContract.day

  @Test(
    "days, counts, versions and batches are those of a dictionary, however often a day is corrected",
    arguments: StoreKind.allCases, [1, 2, 3, 4] as [UInt64])
  func corrected(_ kind: StoreKind, _ seed: UInt64) throws {
    let store = try kind.make(TestClock())
    var chance = Chance(seed: seed)
    let (numbers, own) = try store.write(Batch(kind: "ingest", source: "0", author: "t")) { writer in
      for code in ["3.8.0", "3.5.258", "1.0.1"] { _ = try writer.quality(code) }
      let numbers = try (0..<80).map { number in
        let meter = try #require(try writer.meter(MeterRecord(mRID: "M\(number)", name: nil, usagePoint: nil)))
        return try writer.series(
          meter: meter.number, readingType: ReadingStoreContract.type, isInterval: number % 2 == 0)
      }
      return (numbers, try writer.quality("1.0.1"))
    }
    // By batch, the first of which has no readings.
    var states = [[Day](repeating: [:], count: numbers.count)]
    var changedBy = [[Int64]](repeating: [], count: numbers.count)
    for round in 1...14 {
      var state = states[round - 1]
      var expected = MergeOutcome()
      var found = MergeOutcome()
      let batch = try store.write(Batch(kind: "ingest", source: "\(round)", author: "t")) { writer in
        writer.own = [own]
        var packer = BlockWriter()
        for _ in 0..<(round == 1 ? numbers.count : 90) {
          // At first whole days; then a few readings, seldom many, some of them of hours that were empty.
          let index = round == 1 ? changedBy.filter { !$0.isEmpty }.count : chance.next(numbers.count)
          let count = round == 1 ? 60 : chance.next(12) == 0 ? 50 : 1 + chance.next(4)
          var run = ReadingRun()
          var changes = false
          for quarter in chance.quarters(count) {
            let stamp = Self.midnight + Int64(quarter + 1) * Self.hour / 4
            let codes = (1...3).filter { _ in chance.next(5) == 0 }.map { Int32($0) }
            let reading = Reading(value: Int64(chance.next(3)), codes: codes)
            run.append(stamp, mantissa: reading.value, scale: 1)
            for code in codes { run.qualities.append(.init(row: run.count - 1, code: code)) }
            guard let known = state[index][stamp] else {
              expected.added += 1
              state[index][stamp] = reading
              changes = true
              continue
            }
            // What says the same, but for what the store has added itself, changes nothing.
            if known.value == reading.value,
              known.codes == codes || known.codes.filter({ $0 != own }) == codes
            {
              expected.same += 1
            } else {
              expected.changed += 1
              state[index][stamp] = reading
              changes = true
            }
          }
          if changes, changedBy[index].last != writer.batch { changedBy[index].append(writer.batch) }
          packer.pack(run, day: Self.day, created: writer.batch)
          if chance.next(5) == 0 {
            found += try writer.put(packer.bytes, series: numbers[index], day: Self.day, own: [own])
          } else {
            try writer.queue(packer.bytes, series: numbers[index], day: Self.day)
          }
          if chance.next(40) == 0 { try writer.commit() }
        }
        found += try writer.flush()
        for index in numbers.indices {
          try #require(try Self.read(writer, numbers[index]) == state[index], "seen by the batch itself, \(index)")
        }
        return writer.batch
      }
      #expect(batch == Int64(round + 1))
      #expect(found == expected)
      states.append(state)
    }
    try store.read { reader in
      for index in numbers.indices {
        try #require(try Self.read(reader, numbers[index]) == states[14][index])
        for (round, state) in states.enumerated() {
          let known = try Self.read(reader, numbers[index], upTo: Int64(round + 1))
          try #require(known == state[index], "series \(index) as known at batch \(round + 1)")
        }
        #expect(try reader.batches(numbers[index], day: Self.day).map(\.number) == changedBy[index])
      }
    }
  }

  private static func read(_ reader: any StoreReader, _ series: Int64, upTo batch: Int64? = nil) throws -> Day {
    let run = try reader.readings(series, days: day...day, upTo: batch)
    try #require(run.stamps == run.stamps.sorted())
    var codes = [[Int32]](repeating: [], count: run.count)
    for quality in run.qualities { codes[quality.row].append(quality.code) }
    var found: Day = [:]
    for row in 0..<run.count {
      #expect(run.scales[row] == 1)
      found[run.stamps[row]] = Reading(value: run.mantissas[row], codes: codes[row])
    }
    try #require(found.count == run.count)
    return found
  }
}
