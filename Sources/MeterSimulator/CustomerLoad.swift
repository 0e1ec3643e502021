// The load of one meter as a pure function of seed, meter and time: nothing stored, nothing replayed.

/// What one customer would draw and feed in if always connected.
///
/// A day's energy is the average customer's, scaled, plus the difference of two bounded random values at its ends. The
/// sum over days then has a closed form (all but the outermost random values cancel), and it is still monotonic because
/// the bound is a quarter of the smaller neighbouring day. Inside the day the energy is spread by the day's weights.
struct CustomerLoad {
  let kind: LoadKind
  /// The day the meter was installed; its registers count from that day's midnight.
  let installationDay: Int
  /// Size against the average customer, in 1/1000.
  private let scale: Int64
  /// How much earlier than the average this customer's day begins, in slots.
  private let shift: Int
  private let key: UInt64
  /// Clouds pass over neighbours at the same time, so this key is their common one.
  private let skyKey: UInt64

  /// - Parameters:
  ///   - startDay: first day of the simulation; meters were installed a month to twelve years before it.
  ///   - neighbourhood: number of the feeder.
  init(seed: UInt64, meter: Int, neighbourhood: Int, startDay: Int) {
    key = SplitMix64.hash(seed, meter, .meter)
    skyKey = SplitMix64.hash(seed, neighbourhood, .cloud)
    kind = LoadKind.drawn(SplitMix64.fraction(key, 0, .kind))
    // The mean of two draws: most customers are of middling size.
    let size = SplitMix64.fraction(key, 0, .scale) + SplitMix64.fraction(key, 1, .scale)
    scale = 650 + Int64(size / 2 * 850)
    shift = Int(SplitMix64.hash(key, 0, .shift) % 19) - 9
    installationDay = startDay - 30 - Int(SplitMix64.hash(key, 0, .installation) % 4350)
  }

  /// Energy in mWh since the installation, at midnight at the beginning of `day`.
  func energy(before day: Int, _ calendar: LoadCalendar) -> Energy {
    sum(before: day, calendar) - sum(before: installationDay, calendar)
  }

  private func sum(before day: Int, _ calendar: LoadCalendar) -> Energy {
    let forward = calendar.forwardEnergy(before: day, kind)
    var sum = Energy(forward: forward * scale / 1000, reverse: 0)
    let yesterday = forward - calendar.forwardEnergy(before: day - 1, kind)
    let today = calendar.forwardEnergy(before: day + 1, kind) - forward
    sum.forward += wobble(min(yesterday, today), day, .forwardDay)
    guard kind == .solar else { return sum }
    let reverse = calendar.reverseEnergy(before: day, kind)
    let sunYesterday = reverse - calendar.reverseEnergy(before: day - 1, kind)
    let sunToday = calendar.reverseEnergy(before: day + 1, kind) - reverse
    sum.reverse = reverse * scale / 1000 + wobble(min(sunYesterday, sunToday), day, .reverseDay)
    return sum
  }

  /// 0 up to a quarter of an energy.
  private func wobble(_ energy: Int64, _ day: Int, _ purpose: SplitMix64.Purpose) -> Int64 {
    let sixteenBits = Int64(SplitMix64.hash(key, day, purpose) >> 48)
    return energy * scale / 1000 * sixteenBits >> 18
  }

  /// Weights by which a day's forward energy is spread over its slots; each is above zero.
  func fillForwardWeights(_ weights: inout [UInt32], day: Int, _ shapes: DayShapes) {
    let row = (Int(kind.rawValue) * DayKind.allCases.count + LoadCalendar.kind(ofDay: day).rawValue) * DayShapes.slots
    let base = shapes.base[Int(kind.rawValue)]
    let dayKey = SplitMix64.hash(key, day, .forwardSlot)
    weights.removeAll(keepingCapacity: true)
    for group in 0..<(DayShapes.slots / 8) {
      var draws = SplitMix64.mix(dayKey &+ UInt64(group) &* 0x9E37_79B9_7F4A_7C15)
      for slot in (group * 8)..<(group * 8 + 8) {
        var shifted = slot + shift
        if shifted < 0 { shifted += DayShapes.slots } else if shifted >= DayShapes.slots { shifted -= DayShapes.slots }
        let activity = shapes.activity[row + shifted] * shapes.appliance[Int(draws & 0xFF)]
        // The fridge comes and goes: the base load varies by a quarter.
        weights.append(base * (48 + UInt32(draws & 31)) + activity)
        draws >>= 8
      }
    }
  }

  /// Weights by which a day's reverse energy is spread over its slots; nought at night.
  func fillReverseWeights(_ weights: inout [UInt32], day: Int, _ shapes: DayShapes) {
    let row = DayShapes.daylightBin(ofDay: day) * DayShapes.slots
    let dayKey = SplitMix64.hash(skyKey, day, .reverseSlot)
    weights.removeAll(keepingCapacity: true)
    for group in 0..<(DayShapes.slots / 8) {
      var draws = SplitMix64.mix(dayKey &+ UInt64(group) &* 0x9E37_79B9_7F4A_7C15)
      for slot in (group * 8)..<(group * 8 + 8) {
        // A passing cloud leaves a third of the sun.
        weights.append(shapes.sun[row + slot] * (128 + UInt32(draws & 0xFF)))
        draws >>= 8
      }
    }
  }

  /// Shakes an average power as loads flicker: within 3 percent, another value every second.
  func flicker(_ watts: Int64, second: Int) -> Int64 {
    let draw = Int64(SplitMix64.hash(key, second, .second) >> 56) - 128
    return watts + watts * draw * 3 / 12_800
  }
}
