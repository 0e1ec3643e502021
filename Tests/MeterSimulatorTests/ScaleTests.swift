// A million meters: memory and reads.

import CIMModel
import Foundation
import MeterSimulator
import Testing

@Suite("A fleet of one million meters")
struct ScaleTests {
  @Test("construct, read 10,000 at random, take the power from a tenth: well under 2 GB")
  func million() throws {
    let before = try residentKilobytes()
    var fleet = makeFleet(1_000_000)
    var random = SplitMix64(seed: 9)
    for _ in 0..<10_000 {
      let meter = Int.random(in: fleet.indices, using: &random)
      let time = winter.adding(seconds: Int64.random(in: 0...(365 * day), using: &random))
      #expect(fleet.index(ofMRID: fleet[meter].mRID) == meter)
      #expect(fleet.register(of: meter, at: time).forward > 0)
    }
    let gasps = fleet.outage(of: 0..<100_000, at: winter)
    #expect((97_500...98_500).contains(gasps.count))
    fleet.restore(0..<100_000, at: winter.adding(seconds: 900))
    let stormy = try residentKilobytes()
    // Generous, because tests of other suites run in this process at the same time.
    #expect(stormy - before < 1_000_000, "\(stormy - before) kB more")
  }

  /// What the kernel says this process holds in memory.
  private func residentKilobytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) })
  }
}
