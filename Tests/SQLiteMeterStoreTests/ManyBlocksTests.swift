// Hundreds of blocks in a batch, new and known ones mixed, against a plain dictionary.
import Foundation
import MeterStore
import Testing

@Suite("Stores of readings with many blocks in a batch")
struct ManyBlocksTests {
  private struct Place: Hashable {
    var series: Int
    var day: Int32
  }

  @Test(
    "readings, counts and what was known before are those of a dictionary",
    arguments: StoreKind.allCases, [1, 2, 3] as [UInt64])
  func many(_ kind: StoreKind, _ seed: UInt64) throws {
    let store = try kind.make(TestClock())
    var chance = Chance(seed: seed)
    var series: [Int64] = []
    var states: [[Place: [Int64: Int64]]] = [[:]]
    for round in 0..<4 {
      var state = states[round]
      var expected = MergeOutcome()
      let outcome = try store.write(Batch(kind: "ingest", source: "\(round)", author: "t")) { writer in
        // Series of instants and of intervals, some of them added later.
        while series.count < 150 + round * 50 {
          let meter = try #require(
            try writer.meter(MeterRecord(mRID: "M\(series.count)", name: nil, usagePoint: "U\(series.count / 2)")))
          series.append(
            try writer.series(
              meter: meter.number, readingType: ReadingStoreContract.type, isInterval: series.count % 3 != 0))
        }
        var packer = BlockWriter()
        for _ in 0..<700 {
          // From day to day, so that most blocks of the later rounds meet others, and some lie behind all.
          let place = Place(series: chance.next(series.count), day: Int32(20_000 + chance.next(2 + round)))
          var run = ReadingRun()
          for hour in 0..<24 where chance.next(6) == 0 {
            let stamp = Int64(place.day) * 86_400_000_000 + Int64(hour) * 3_600_000_000 + 1_000_000
            let value = Int64(chance.next(4))
            run.append(stamp, mantissa: value, scale: 1)
            switch state[place]?[stamp] {
            case nil: expected.added += 1
            case value: expected.same += 1
            default: expected.changed += 1
            }
            state[place, default: [:]][stamp] = value
          }
          if run.count == 0 { continue }
          packer.pack(run, day: place.day, created: writer.batch)
          try writer.queue(packer.bytes, series: series[place.series], day: place.day)
          if chance.next(300) == 0 { try writer.commit() }
        }
        return try writer.flush()
      }
      #expect(outcome == expected)
      states.append(state)
    }
    try store.read { reader in
      for (batch, state) in states.enumerated() {
        for (place, known) in states[4] {
          let run = try reader.readings(series[place.series], days: place.day...place.day, upTo: Int64(batch))
          let found = Dictionary(uniqueKeysWithValues: zip(run.stamps, run.mantissas))
          try #require(found == state[place] ?? [:], "series \(place.series), day \(place.day), batch \(batch)")
          #expect(!known.isEmpty)
        }
      }
    }
  }
}
