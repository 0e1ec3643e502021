// Reads the energy of one customer at any instant, holding on to the day it read last.

import CIMModel

/// A cursor over one customer's energy. Reads within one local day cost little after the first.
struct LoadMeter {
  private let model: LoadModel
  private let load: CustomerLoad
  private var day: Int?
  private var dayStart = Energy.zero
  private var dayEnergy = Energy.zero
  private var forward: [UInt32] = []
  private var reverse: [UInt32] = []
  private var forwardSum: Int64 = 0
  private var reverseSum: Int64 = 0
  /// Where the last read ended: the slot and the weights of the slots before it.
  private var slot = 0
  private var forwardBefore: Int64 = 0
  private var reverseBefore: Int64 = 0

  init(_ model: LoadModel, meter: Int, neighbourhood: Int) {
    self.model = model
    load = CustomerLoad(seed: model.seed, meter: meter, neighbourhood: neighbourhood, startDay: model.startDay)
  }

  /// Energy in mWh since installation, as if the supply had never been interrupted. Monotonic in `time`.
  mutating func energy(at time: Timestamp) -> Energy {
    let instant = LocalInstant(time, offsetMinutes: model.offsetMinutes)
    guard instant.day >= load.installationDay else { return .zero }
    if instant.microsecond == 0 && instant.day != day { return load.energy(before: instant.day, model.calendar) }
    turn(to: instant.day)
    seek(instant.slot)
    let part = Int64(instant.microsecond % DayShapes.slotMicroseconds)
    return dayStart
      + Energy(
        forward: share(dayEnergy.forward, forwardBefore, Int64(forward[slot]), forwardSum, part),
        reverse: reverseSum == 0
          ? 0 : share(dayEnergy.reverse, reverseBefore, Int64(reverse[slot]), reverseSum, part))
  }

  /// Net power in W: above zero drawn, below zero fed in.
  mutating func power(at time: Timestamp) -> Int {
    let instant = LocalInstant(time, offsetMinutes: model.offsetMinutes)
    guard instant.day >= load.installationDay else { return 0 }
    turn(to: instant.day)
    seek(instant.slot)
    let slotLength = Int64(DayShapes.slotMicroseconds)
    var energy = share(dayEnergy.forward, 0, Int64(forward[slot]), forwardSum, slotLength)
    if reverseSum != 0 { energy -= share(dayEnergy.reverse, 0, Int64(reverse[slot]), reverseSum, slotLength) }
    let watts = energy * 3600 / (slotLength / 1000)
    return Int(load.flicker(watts, second: instant.day * 86_400 + instant.microsecond / 1_000_000))
  }

  private mutating func turn(to day: Int) {
    guard day != self.day else { return }
    self.day = day
    dayStart = load.energy(before: day, model.calendar)
    dayEnergy = load.energy(before: day + 1, model.calendar) - dayStart
    load.fillForwardWeights(&forward, day: day, model.shapes)
    forwardSum = sum(forward, 0..<forward.count)
    if load.kind == .solar {
      load.fillReverseWeights(&reverse, day: day, model.shapes)
      reverseSum = sum(reverse, 0..<reverse.count)
    }
    slot = 0
    forwardBefore = 0
    reverseBefore = 0
  }

  private mutating func seek(_ target: Int) {
    if target < slot {
      slot = 0
      forwardBefore = 0
      reverseBefore = 0
    }
    forwardBefore += sum(forward, slot..<target)
    if reverseSum != 0 { reverseBefore += sum(reverse, slot..<target) }
    slot = target
  }

  private func sum(_ weights: [UInt32], _ slots: Range<Int>) -> Int64 {
    var sum: Int64 = 0
    for slot in slots { sum += Int64(weights[slot]) }
    return sum
  }

  /// The part of a day's energy that falls before a point in a slot. Cut to whole mWh at the ends of the slot first,
  /// so that it is monotonic and the slots add up to the day.
  private func share(_ energy: Int64, _ before: Int64, _ weight: Int64, _ sum: Int64, _ microseconds: Int64) -> Int64 {
    let begin = energy * before / sum
    let end = energy * (before + weight) / sum
    return begin + (end - begin) * microseconds / Int64(DayShapes.slotMicroseconds)
  }
}

/// What all loads of a fleet have in common.
struct LoadModel: Sendable {
  let seed: UInt64
  let startDay: Int
  let offsetMinutes: Int
  let calendar: LoadCalendar
  let shapes = DayShapes()

  init(seed: UInt64, start: Timestamp, offsetMinutes: Int) {
    self.seed = seed
    self.offsetMinutes = offsetMinutes
    startDay = LocalInstant(start, offsetMinutes: offsetMinutes).day
    calendar = LoadCalendar(seed: seed)
  }
}
