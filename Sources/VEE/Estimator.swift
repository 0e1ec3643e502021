// Values for the slots that have none.
import MeterStore

/// Estimates in whole numbers of the day's scale: what a method says sums to a total does so exactly.
public struct Estimator: Sendable {
  public let inputs: EstimationInputs
  /// Slots without a value.
  private let open: [Int]

  public init(_ inputs: EstimationInputs) {
    self.inputs = inputs
    open = inputs.slots.indices.filter { inputs.slots[$0] == nil }
  }

  /// Fills all open slots, with as many methods as it takes.
  ///
  /// - Returns: one estimate per method that was of use; slots that none could fill are in none of them.
  public func fill(_ methods: [EstimationMethod]) -> [Estimate] {
    var estimates: [Estimate] = []
    var rest = inputs
    for method in methods {
      guard let estimate = Estimator(rest).estimate(method), !estimate.values.isEmpty else { continue }
      for (slot, value) in estimate.values { rest.slots[slot] = value }
      estimates.append(estimate)
    }
    return estimates
  }

  /// What a method says for the open slots it can fill; nil where it lacks what it needs.
  public func estimate(_ method: EstimationMethod) -> Estimate? {
    if open.isEmpty { return nil }
    switch method {
    case .linear: return linear()
    case .previousDay: return previousDay()
    case .sameWeekdayAverage:
      return average(inputs.sameWeekday.compactMap { inputs.history.indices.contains($0) ? inputs.history[$0] : nil })
    case .likeDay: return likeDay()
    case .scaledProfile: return scaledProfile()
    case .groupProfile: return groupProfile()
    case .flat: return flat()
    case .zero: return made(.zero, "nothing was used") { _ in 0 }
    case .lastValue: return lastValue()
    case .regression: return regression()
    case .manual:
      return inputs.manual.isEmpty ? nil : made(.manual, "given by a person") { inputs.manual[$0] }
    }
  }

  private func made(_ method: EstimationMethod, _ text: String, _ value: (Int) -> Int64?) -> Estimate? {
    var values: [Int: Int64] = [:]
    for slot in open { if let value = value(slot) { values[slot] = value } }
    return values.isEmpty ? nil : Estimate(method: method, values: values, inputs: text)
  }

  private func text(_ value: Int64) -> String {
    var run = ReadingRun()
    run.append(0, mantissa: value, scale: inputs.scale)
    return run.text(0) ?? ""
  }

  /// What is known at a slot, the neighbours of the day included.
  private func known(_ slot: Int) -> Int64? {
    slot < 0 ? inputs.before : slot >= inputs.slots.count ? inputs.behind : inputs.slots[slot]
  }

  private func linear() -> Estimate? {
    var values: [Int: Int64] = [:]
    var texts: [String] = []
    var start = 0
    while start < open.count {
      var end = start
      while end + 1 < open.count, open[end + 1] == open[end] + 1 { end += 1 }
      let length = end - start + 1
      if length <= inputs.linearLongest, let left = known(open[start] - 1), let right = known(open[end] + 1) {
        for place in 0..<length {
          values[open[start + place]] = left + Self.rounded((right - left) * Int64(place + 1), Int64(length + 1))
        }
        if texts.count < 4 { texts.append("\(length) between \(text(left)) and \(text(right))") }
      }
      start = end + 1
    }
    return values.isEmpty ? nil : Estimate(method: .linear, values: values, inputs: texts.joined(separator: "; "))
  }

  private func previousDay() -> Estimate? {
    guard let day = inputs.history.first else { return nil }
    return made(.previousDay, "the same intervals of the day before") { day.indices.contains($0) ? day[$0] : nil }
  }

  private func average(_ days: [[Int64?]]) -> Estimate? {
    guard !days.isEmpty else { return nil }
    return made(.sameWeekdayAverage, "mean of \(days.count) days of the same weekday") { mean(of: $0, days) }
  }

  private func mean(of slot: Int, _ days: [[Int64?]]) -> Int64? {
    let values = days.compactMap { $0.indices.contains(slot) ? $0[slot] : nil }
    return values.isEmpty ? nil : Self.rounded(values.reduce(0, &+), Int64(values.count))
  }

  private func likeDay() -> Estimate? {
    var best: (day: Int, distance: Double)?
    for (number, day) in inputs.history.enumerated() {
      guard open.allSatisfy({ day.indices.contains($0) && day[$0] != nil }) else { continue }
      var distance = 0.0
      var count = 0
      for slot in inputs.slots.indices where day.indices.contains(slot) {
        guard let own = inputs.slots[slot], let other = day[slot] else { continue }
        distance += (Double(own) - Double(other)).magnitude
        count += 1
      }
      if count > 0, distance / Double(count) < best?.distance ?? .infinity { best = (number, distance / Double(count)) }
    }
    guard let best else { return nil }
    let day = inputs.history[best.day]
    return made(.likeDay, "the day \(best.day + 1) before, which differs least in what is known") { day[$0] }
  }

  /// What the register counted and the known intervals do not have.
  private var remainder: Int64? {
    inputs.registerDifference.map { $0 - inputs.slots.reduce(0) { $0 &+ ($1 ?? 0) } }
  }

  private func scaledProfile() -> Estimate? {
    guard let remainder, remainder >= 0 else { return nil }
    let shape = open.map { max(mean(of: $0, inputs.history) ?? 0, 0) }
    guard shape.contains(where: { $0 > 0 }) else { return nil }
    let parts = Self.split(remainder, by: shape)
    return Estimate(
      method: .scaledProfile, values: Dictionary(uniqueKeysWithValues: zip(open, parts)),
      inputs:
        "\(text(remainder)) that the register counted and the known intervals lack, by the mean of \(inputs.history.count) days"
    )
  }

  private func groupProfile() -> Estimate? {
    let group = inputs.groupProfile
    guard group.count >= inputs.slots.count else { return nil }
    if let remainder, remainder >= 0, open.contains(where: { group[$0] > 0 }) {
      let parts = Self.split(remainder, by: open.map { max(group[$0], 0) })
      return Estimate(
        method: .groupProfile, values: Dictionary(uniqueKeysWithValues: zip(open, parts)),
        inputs: "\(text(remainder)) by the group's shape")
    }
    var own = 0.0
    var others = 0.0
    for slot in inputs.slots.indices {
      guard let value = inputs.slots[slot] else { continue }
      own += Double(value)
      others += Double(group[slot])
    }
    guard others > 0, (own / others).isFinite, own / others < 1e9 else { return nil }
    let size = own / others
    return made(.groupProfile, "the group's shape times \(size)") { slot in
      let value = Double(group[slot]) * size
      return value.magnitude < 9e18 ? Int64(value.rounded()) : nil
    }
  }

  private func flat() -> Estimate? {
    if let remainder {
      let parts = Self.split(remainder, by: open.map { _ in 1 })
      return Estimate(
        method: .flat, values: Dictionary(uniqueKeysWithValues: zip(open, parts)),
        inputs: "\(text(remainder)) that the register counted and the known intervals lack, evenly")
    }
    let known = inputs.slots.compactMap { $0 }
    guard !known.isEmpty else { return nil }
    let mean = Self.rounded(known.reduce(0, &+), Int64(known.count))
    return made(.flat, "mean of \(known.count) intervals of the day") { _ in mean }
  }

  private func lastValue() -> Estimate? {
    var last = inputs.before
    var lasts: [Int64?] = []
    for value in inputs.slots {
      lasts.append(last)
      last = value ?? last
    }
    return made(.lastValue, "the value before the gap") { lasts[$0] }
  }

  private func regression() -> Estimate? {
    // y = a + b x, where x is the mean of the last weeks at a slot, over the slots that are known.
    var points: [(x: Double, y: Double)] = []
    for slot in inputs.slots.indices {
      if let y = inputs.slots[slot], let x = mean(of: slot, inputs.history) { points.append((Double(x), Double(y))) }
    }
    guard points.count >= 3 else { return nil }
    let count = Double(points.count)
    let meanX = points.reduce(0) { $0 + $1.x } / count
    let meanY = points.reduce(0) { $0 + $1.y } / count
    let varianceX = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    guard varianceX > 0 else { return nil }
    let slope = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / varianceX
    let offset = meanY - slope * meanX
    return made(
      .regression, "\(offset) + \(slope) × the mean of \(inputs.history.count) days, from \(points.count) intervals"
    ) {
      guard let x = mean(of: $0, inputs.history) else { return nil }
      let value = max(offset + slope * Double(x), 0)
      return value < 9e18 ? Int64(value.rounded()) : nil
    }
  }

  /// Divides a total by weights so that the parts sum to it exactly: what rounding leaves goes to the largest rests.
  static func split(_ total: Int64, by weights: [Int64]) -> [Int64] {
    let sum = weights.reduce(0.0) { $0 + Double($1) }
    guard sum > 0 else { return weights.map { _ in 0 } }
    var parts: [Int64] = []
    var rests: [(rest: Double, place: Int)] = []
    for (place, weight) in weights.enumerated() {
      let exact = Double(total) * Double(weight) / sum
      let part = Int64(exact.rounded(.down))
      parts.append(part)
      rests.append((exact - Double(part), place))
    }
    var left = total - parts.reduce(0, &+)
    // Doubles of large totals may be off by more than the number of parts.
    if !rests.isEmpty, left.magnitude > parts.count.magnitude {
      parts[rests[0].place] += left
      left = 0
    }
    rests.sort { ($0.rest, -$0.place) > ($1.rest, -$1.place) }
    for place in 0..<max(0, Int(left)) { parts[rests[place % rests.count].place] += 1 }
    for place in 0..<max(0, Int(-left)) { parts[rests[rests.count - 1 - place % rests.count].place] -= 1 }
    return parts
  }

  /// A quotient rounded half away from zero, for a divisor above 0.
  static func rounded(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest.magnitude * 2 >= divisor.magnitude ? quotient + (value < 0 ? -1 : 1) : quotient
  }
}
