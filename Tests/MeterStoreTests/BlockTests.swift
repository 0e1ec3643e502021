// Blocks: what goes in comes out, whatever it is.
import CIMModel
@testable import MeterStore
import Testing

@Suite("Blocks of readings")
struct BlockTests {
  static let day: Int32 = 20_500
  static let midnight = Int64(day) * 86_400_000_000

  private func roundTrip(_ run: ReadingRun, day: Int32 = day) throws -> (ReadingRun, BlockHeader, Int) {
    var writer = BlockWriter()
    writer.pack(run, day: day, created: 7, changed: 9)
    var read = ReadingRun()
    let header = try BlockReader.append(writer.bytes, day: day, to: &read)
    return (read, header, writer.bytes.count)
  }

  private func expectSame(_ a: ReadingRun, _ b: ReadingRun, _ note: String = "") {
    #expect(a.stamps == b.stamps, "\(note)")
    #expect(a.qualities == b.qualities, "\(note)")
    guard a.count == b.count else { return }
    for row in 0..<a.count {
      let isSame = a.hasSameValue(row, as: b, row)
      #expect(isSame, "\(note) row \(row): \(a.text(row) ?? "-") \(b.text(row) ?? "-")")
    }
  }

  @Test("a regular day of intervals takes at most two bytes a value and some for the day")
  func regular() throws {
    var run = ReadingRun()
    for i in 1...96 { run.append(Self.midnight + Int64(i) * 900_000_000, mantissa: Int64(200 + i * 37 % 50), scale: 3) }
    let (read, header, bytes) = try roundTrip(run)
    expectSame(run, read)
    #expect(header == BlockHeader(created: 7, changed: 9, count: 96))
    #expect(bytes < 96 * 2 + 16)
  }

  @Test("any mixture of stamps, scales, texts, gaps and qualities comes back", arguments: 0..<300)
  func random(_ seed: Int) throws {
    var random = SmallRandom(seed: UInt64(seed))
    var run = ReadingRun()
    var stamp = Self.midnight - 4_000_000_000 + Int64(random.below(1_000_000_000))
    if random.below(2) == 0 { stamp = Self.midnight }
    let irregular = random.below(2) == 0
    for row in 0..<(1 + random.below(60)) {
      stamp += irregular ? Int64(1 + random.below(3_000_000_000)) : 1_800_000_000
      switch random.below(8) {
      case 0: run.append(stamp, mantissa: 0, scale: ReadingRun.noValue)
      case 1: run.append(stamp, text: ["NaN", "", "Zähler \"A\"", String(repeating: "9", count: 40)][random.below(4)])
      case 2: run.append(stamp, mantissa: [.max, .min, -1, 0][random.below(4)], scale: UInt8(random.below(19)))
      default: run.append(stamp, mantissa: Int64(random.below(100_000)) - 5000, scale: random.below(4) == 0 ? 2 : 3)
      }
      for code in 0..<random.below(3) { run.qualities.append(.init(row: row, code: Int32(code * 3 + random.below(2)))) }
    }
    let (read, _, _) = try roundTrip(run)
    expectSame(run, read)
  }

  @Test(
    "numbers stay exact to 40 digits and at the ends of 64 bits",
    arguments: [
      "1234567890123456789012345678901234567.890", "-0.0000000000000000000000000000000000000001", "9223372036854775807",
    ])
  func exact(_ text: String) throws {
    var run = ReadingRun()
    run.append(Self.midnight, text: text)
    run.append(Self.midnight + 1_000_000, mantissa: .max, scale: 0)
    run.append(Self.midnight + 2_000_000, mantissa: 1, scale: 18)
    let (read, _, _) = try roundTrip(run)
    #expect(read.number(0) == ExactDecimal(text))
    #expect(read.number(1) == ExactDecimal("9223372036854775807"))
    #expect(read.number(2) == ExactDecimal("0.000000000000000001"))
  }

  @Test("qualities on every reading take a few bytes, not two a reading")
  func qualityRuns() throws {
    var run = ReadingRun()
    for i in 0..<96 {
      run.append(Self.midnight + Int64(i) * 900_000_000, mantissa: 1, scale: 0)
      run.qualities.append(.init(row: i, code: 4))
    }
    let (read, _, bytes) = try roundTrip(run)
    #expect(read.qualities == run.qualities)
    #expect(bytes < 96 + 20)
  }

  @Test("a block cut short, or with any byte changed, is read or refused and never ends the process")
  func damaged() throws {
    var run = ReadingRun()
    for i in 0..<40 {
      if i % 7 == 3 {
        run.append(Self.midnight + Int64(i * i) * 1_000_000, text: "text \(i)")
      } else {
        run.append(Self.midnight + Int64(i * i) * 1_000_000, mantissa: Int64(i * 1000), scale: 2)
      }
      if i % 5 == 0 { run.qualities.append(.init(row: i, code: 300)) }
    }
    var writer = BlockWriter()
    writer.pack(run, day: Self.day, created: 1)
    let bytes = Array(writer.bytes)
    var refused = 0
    for length in 0..<bytes.count where !reads(Array(bytes[..<length])) { refused += 1 }
    // Without its last qualities a block still reads.
    #expect(refused > bytes.count - 40)
    for place in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[place] ^= 1 << bit
        _ = reads(other)
      }
    }
  }

  private func reads(_ bytes: [UInt8]) -> Bool {
    var run = ReadingRun()
    return bytes.withUnsafeBytes { (try? BlockReader.append($0, day: Self.day, to: &run)) != nil }
  }
}

struct SmallRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03 }

  mutating func below(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 1) % bound
  }
}
