// A few readings beside a day's block, against days that are put together each time.
@testable import MeterStore
import Testing

@Suite("Patches of a day")
struct BlockPatchesTests {
  private static let day: Int32 = 20_500
  private static let midnight = Int64(day) * 86_400_000_000

  /// Some readings of a day: mostly numbers in one scale, a quarter of an hour apart, sometimes anything.
  private static func readings(_ random: inout SmallRandom, most: Int) -> ReadingRun {
    var run = ReadingRun()
    let isPlain = random.below(3) > 0
    let scale = UInt8(random.below(3))
    for quarter in 0..<96 where random.below(96) < most {
      let stamp = midnight + Int64(quarter + 1) * 900_000_000 + (isPlain || random.below(9) > 0 ? 0 : 500_000)
      switch isPlain ? 3 : random.below(6) {
      case 0: run.append(stamp, text: ["a", "", "17", "1.50"][random.below(4)])
      case 1: run.append(stamp, mantissa: 0, scale: ReadingRun.noValue)
      case 2: run.append(stamp, mantissa: Int64(random.below(3)) * 10, scale: scale + 1)
      default: run.append(stamp, mantissa: Int64(random.below(3)), scale: scale)
      }
      for code in [3, 5] as [Int32] where random.below(8) == 0 {
        run.qualities.append(.init(row: run.count - 1, code: code))
      }
    }
    if run.count == 0 { run.append(midnight + 900_000_000, mantissa: 1, scale: scale) }
    return run
  }

  private static func isSame(_ one: ReadingRun, _ other: ReadingRun) -> Bool {
    one.stamps == other.stamps && one.qualities == other.qualities
      && one.stamps.indices.allSatisfy { one.hasSameValue($0, as: other, $0) }
  }

  @Test("what is patched counts and reads as what is merged", arguments: 1...40)
  func patched(_ seed: Int) throws {
    var random = SmallRandom(seed: UInt64(seed))
    var update = BlockUpdate()
    var packer = BlockWriter()
    var patchedDays = 0
    for _ in 0..<20 {
      var state = Self.readings(&random, most: random.below(2) == 0 ? 96 : 8)
      packer.pack(state, day: Self.day, created: 1)
      var block = Array(packer.bytes)
      var patches: [UInt8] = []
      // By batch; what is known of a batch is what those up to it said.
      var states = [1: state]
      var kept: [Int: ReadingRun] = [:]
      for batch in 2..<30 {
        let new = Self.readings(&random, most: random.below(10) == 0 ? 60 : 3)
        packer.pack(new, day: Self.day, created: Int64(batch))
        let fresh = Array(packer.bytes)
        let expected = BlockMerge(old: state, new: new, own: [5])
        let step = try block.withUnsafeBytes { block in
          try patches.withUnsafeBytes { patches in
            try fresh.withUnsafeBytes { fresh in
              try update.merge(
                old: block, patches: patches, new: fresh, day: Self.day, batch: Int64(batch), own: [5], mayPatch: true
              ) { nil }
            }
          }
        }
        try #require(update.outcome == expected.outcome)
        switch step {
        case .nothing: break
        case .patch:
          patches += update.patch
          patchedDays += 1
          #expect(patches.count <= BlockPatches.most + 2 * batch)
        case .block:
          packer.pack(update.merged, day: Self.day, created: update.created, changed: Int64(batch))
          block = Array(packer.bytes)
          patches = []
          for before in update.kept { kept[Int(before.batch)] = before.run }
        }
        state = expected.merged
        states[batch] = state
        let read = try block.withUnsafeBytes { block in
          try patches.withUnsafeBytes { patches in
            var run = ReadingRun()
            try BlockReader.append(block, patches: patches, day: Self.day, to: &run)
            return run
          }
        }
        try #require(Self.isSame(read, state), "batch \(batch)")
      }
      // Back through what was kept, and through the patches.
      let changed = try block.withUnsafeBytes { try BlockReader.header($0).changed }
      var run = ReadingRun()
      try block.withUnsafeBytes { _ = try BlockReader.append($0, day: Self.day, to: &run) }
      for batch in stride(from: Int(changed), through: 1, by: -1) {
        try #require(states[batch].map { Self.isSame(run, $0) } == true, "as known at batch \(batch)")
        if let before = kept[batch] { run = BlockMerge.undo(run, with: before) }
      }
      for batch in Int(changed)..<30 {
        let known = try block.withUnsafeBytes { block in
          try patches.withUnsafeBytes { patches in
            var run = ReadingRun()
            try BlockReader.append(block, patches: patches, upTo: Int64(batch), day: Self.day, to: &run)
            return run
          }
        }
        try #require(states[batch].map { Self.isSame(known, $0) } == true, "as known at batch \(batch)")
      }
    }
    #expect(patchedDays > 100)
  }

  @Test("patches that are damaged are an error, never a crash")
  func damaged() throws {
    var random = SmallRandom(seed: 77)
    var packer = BlockWriter()
    packer.pack(Self.readings(&random, most: 96), day: Self.day, created: 1)
    let block = Array(packer.bytes)
    var patches: [UInt8] = []
    for batch in 2..<6 {
      packer.pack(Self.readings(&random, most: 5), day: Self.day, created: Int64(batch))
      BlockPatches.append(packer.bytes, to: &patches)
    }
    func reads(_ patches: [UInt8]) -> Bool {
      block.withUnsafeBytes { block in
        patches.withUnsafeBytes { patches in
          var run = ReadingRun()
          do { try BlockReader.append(block, patches: patches, day: Self.day, to: &run) } catch { return false }
          _ = try? BlockPatches.batches(patches)
          var update = BlockUpdate()
          _ = try? update.merge(
            old: block, patches: patches, new: block, day: Self.day, batch: 9, own: [], mayPatch: true
          ) { nil }
          return true
        }
      }
    }
    #expect(reads(patches))
    let lengths = (1..<patches.count).filter { reads(Array(patches[..<$0])) }
    #expect(lengths.count <= 12, "cut between two, or in the qualities of one with its length: \(lengths)")
    for place in patches.indices {
      for bit in 0..<8 {
        var other = patches
        other[place] ^= 1 << bit
        _ = reads(other)
      }
    }
    for _ in 0..<2000 { _ = reads((0..<random.below(60)).map { _ in UInt8(random.below(256)) }) }
  }
}
