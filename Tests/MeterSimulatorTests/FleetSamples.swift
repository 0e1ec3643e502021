// Instants and fleets the tests of this target share.

import CIMModel
import MeterSimulator

/// Monday 2026-01-12T00:00:00Z, the coldest week of the model.
let winter = Timestamp(seconds: 1_768_176_000)
/// Monday 2026-06-22T00:00:00Z.
let summer = Timestamp(seconds: 1_782_086_400)
let hour: Int64 = 3600
let day: Int64 = 86_400

func makeFleet(_ count: Int, seed: UInt64 = 42) -> MeterFleet { MeterFleet(count: count, seed: seed, start: winter) }

extension MeterFleet {
  /// Energy in Wh drawn in the days from `from`.
  func daily(_ meter: Int, from: Timestamp, days: Int64 = 1) -> Int64 {
    register(of: meter, at: from.adding(seconds: days * day)).forward - register(of: meter, at: from).forward
  }
}
