// What each method makes of what it is given; expected values by hand.
@testable import VEE
import Testing

@Suite("Estimation of intervals")
struct EstimatorTests {
  private func inputs(_ slots: [Int64?]) -> EstimationInputs { EstimationInputs(slots: slots) }

  private func values(_ inputs: EstimationInputs, _ method: EstimationMethod) -> [Int: Int64]? {
    Estimator(inputs).estimate(method)?.values
  }

  @Test("a line between neighbours, over the day's ends too, but not over long gaps")
  func linear() {
    var given = inputs([nil, 20, nil, nil, 50, nil])
    #expect(values(given, .linear) == [2: 30, 3: 40])
    given.before = 10
    given.behind = 71
    #expect(values(given, .linear) == [0: 15, 2: 30, 3: 40, 5: 61])
    given.linearLongest = 1
    #expect(values(given, .linear) == [0: 15, 5: 61])
  }

  @Test("days before: the same slots, the mean of a weekday, the day that is most alike")
  func history() {
    var given = inputs([10, nil, 30, nil])
    #expect(values(given, .previousDay) == nil)
    given.history = [[90, 91, 92, 93], [1, 2, 3, nil], [11, 21, 31, 41]]
    given.sameWeekday = [0, 1]
    #expect(values(given, .previousDay) == [1: 91, 3: 93])
    // (91 + 2) / 2 is rounded away from zero; the second day lacks slot 3.
    #expect(values(given, .sameWeekdayAverage) == [1: 47, 3: 93])
    #expect(values(given, .likeDay) == [1: 21, 3: 41])
  }

  @Test("what the register says is met to the last digit")
  func register() {
    var given = inputs([10, nil, 30, nil, nil])
    given.registerDifference = 141
    // 101 over three slots.
    #expect(values(given, .flat) == [1: 34, 3: 34, 4: 33])
    given.history = [[0, 3, 0, 1, 0], [0, 3, 0, 1, 0]]
    // 101 by 3 to 1 to 0: 75.75 and 25.25.
    #expect(values(given, .scaledProfile) == [1: 76, 3: 25, 4: 0])
    given.groupProfile = [1, 1, 1, 2, 1]
    #expect(values(given, .groupProfile)?.values.reduce(0, +) == 101)
    given.registerDifference = 39
    #expect(values(given, .scaledProfile) == nil)
  }

  @Test("without a register: the mean of the day, the group's shape at the meter's size")
  func noRegister() {
    var given = inputs([10, nil, 31, nil])
    #expect(values(given, .flat) == [1: 21, 3: 21])
    given.groupProfile = [100, 200, 310, 400]
    #expect(values(given, .groupProfile) == [1: 20, 3: 40])
  }

  @Test("zero, the value before, a person's values, a line through the mean of days before")
  func others() {
    var given = inputs([nil, 20, nil, 40, nil, 60])
    #expect(values(given, .zero) == [0: 0, 2: 0, 4: 0])
    #expect(values(given, .lastValue) == [2: 20, 4: 40])
    given.before = 5
    #expect(values(given, .lastValue)?[0] == 5)
    given.manual = [2: 7]
    #expect(values(given, .manual) == [2: 7])
    // The day is 10 + 5 times the history.
    given.history = [[1, 2, 3, 6, 8, 10]]
    #expect(values(given, .regression) == [0: 15, 2: 25, 4: 50])
  }

  @Test("methods follow one another until all is filled, each telling what it used")
  func fill() {
    var given = inputs([10, nil, 30, nil, nil, nil])
    given.linearLongest = 2
    given.history = [[1, 2, 3, 4, nil, 6]]
    let estimates = Estimator(given).fill([.linear, .previousDay, .zero])
    #expect(estimates.map(\.method) == [.linear, .previousDay, .zero])
    #expect(estimates.map(\.values) == [[1: 20], [3: 4, 5: 6], [4: 0]])
    #expect(estimates.allSatisfy { !$0.inputs.isEmpty })
    #expect(Estimator(inputs([1, 2])).fill(EstimationMethod.allCases).isEmpty)
  }

  @Test("parts of a total sum to it", arguments: 0..<200)
  func split(_ seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> Int64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int64(state >> 44)
    }
    let weights = (0..<(1 + seed % 97)).map { _ in next() % 1000 }
    let total = next()
    let parts = Estimator.split(total, by: weights)
    if weights.contains(where: { $0 > 0 }) {
      #expect(parts.reduce(0, +) == total)
      #expect(parts.allSatisfy { $0 >= 0 })
    }
  }

  @Test("there are eleven methods") func count() { #expect(EstimationMethod.allCases.count == 11) }
}
