// Corrections: merged, and undone again.
@testable import MeterStore
import Testing

@Suite("Late readings and corrections of a day")
struct BlockMergeTests {
  private func run(_ values: [(Int64, Int64, [Int32])]) -> ReadingRun {
    var run = ReadingRun()
    for (stamp, value, codes) in values {
      run.append(stamp, mantissa: value, scale: 0)
      for code in codes { run.qualities.append(.init(row: run.count - 1, code: code)) }
    }
    return run
  }

  private func plain(_ run: ReadingRun) -> [Int64: String] {
    var found: [Int64: String] = [:]
    for row in 0..<run.count {
      let codes = run.qualities.filter { $0.row == row }.map { String($0.code) }.joined(separator: ",")
      found[run.stamps[row]] = (run.text(row) ?? "none") + "|" + codes
    }
    return found
  }

  @Test("a correction replaces value and qualities, a late reading is added, the same reading changes nothing")
  func counts() {
    let old = run([(1, 10, []), (2, 20, [5]), (3, 30, [])])
    let new = run([(2, 21, []), (3, 30, []), (4, 40, [6])])
    let merge = BlockMerge(old: old, new: new)
    #expect(merge.outcome == MergeOutcome(added: 1, changed: 1, same: 1))
    #expect(plain(merge.merged) == [1: "10|", 2: "21|", 3: "30|", 4: "40|6"])
    #expect(plain(BlockMerge.undo(merge.merged, with: merge.before)) == plain(old))
  }

  @Test("a value that comes once more keeps what the store's own validation said of it")
  func keepsOwn() {
    let old = run([(1, 10, [9]), (2, 20, [9])])
    let merge = BlockMerge(old: old, new: run([(1, 10, []), (2, 22, [])]), own: [9])
    #expect(merge.outcome == MergeOutcome(changed: 1, same: 1))
    #expect(plain(merge.merged) == [1: "10|9", 2: "22|"])
  }

  @Test("merges are undone one after another, and joined ones at once", arguments: 0..<200)
  func random(_ seed: Int) {
    var random = SmallRandom(seed: UInt64(seed))
    func piece() -> ReadingRun {
      var values: [(Int64, Int64, [Int32])] = []
      for stamp in 0..<20 where random.below(3) == 0 {
        values.append((Int64(stamp), Int64(random.below(3)), random.below(3) == 0 ? [Int32(random.below(2))] : []))
      }
      return run(values)
    }
    let first = piece()
    let one = BlockMerge(old: first, new: piece())
    let two = BlockMerge(old: one.merged, new: piece())
    #expect(plain(BlockMerge.undo(two.merged, with: two.before)) == plain(one.merged))
    let joined = BlockMerge.join(older: one.before, newer: two.before)
    #expect(plain(BlockMerge.undo(two.merged, with: joined)) == plain(first))
  }
}
