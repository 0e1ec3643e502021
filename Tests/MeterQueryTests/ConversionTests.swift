// Readings of one type out of those of another.
import CIMModel
import MeterQuery
import MeterStore
import Testing

@Suite("Conversion of readings")
struct ConversionTests {
  private func series(_ type: String, _ values: [(Int64, String?)], interval: Bool = true) -> SeriesReadings {
    var series = SeriesReadings(
      meter: MeterRecord(mRID: "M", name: nil, usagePoint: nil),
      series: SeriesRecord(number: 1, meter: 1, readingType: type, isInterval: interval))
    series.readings = values.map {
      .init(time: Timestamp(seconds: $0.0), value: $0.1, qualities: $0.0 == 2 ? ["3.8.0"] : [])
    }
    return series
  }

  private static let register = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let forward = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  private static let reverse = "0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.3.72.0"

  @Test("what a register counted, over its end too")
  func deltas() throws {
    let states = series(Self.register, [(1, "99998.5"), (2, "99999.75"), (3, "1.25"), (4, "0.5")], interval: false)
    let plain = try #require(states.deltas())
    #expect(plain.series.readingType == "0.0.0.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(plain.series.isInterval)
    #expect(plain.readings.map(\.value) == ["1.25", nil, nil])
    #expect(plain.readings.map(\.qualities) == [["3.8.0", "3.11.0"], ["3.8.0", "3.5.258"], ["3.5.258"]])
    // 1.50 over the end; but 99999.25 is no consumption, the register was set back.
    #expect(states.deltas(digits: 5)?.readings.map(\.value) == ["1.25", "1.50", nil])
    #expect(series(Self.forward, []).deltas() == nil)
  }

  @Test("net is forward less reverse, where both are")
  func net() throws {
    let forward = series(Self.forward, [(1, "1.5"), (2, "0.25"), (3, "1"), (5, nil)])
    let reverse = series(Self.reverse, [(0, "9"), (1, "0.5"), (2, "1"), (4, "1"), (5, "1")])
    let net = try #require(forward.net(reverse: reverse))
    #expect(net.series.readingType == "0.0.2.4.4.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(net.readings.map(\.value) == ["1.0", "-0.75"])
    #expect(forward.net(reverse: forward) == nil)
  }

  @Test("another multiplier moves the point and loses nothing")
  func multiplier() throws {
    let kWh = series(Self.forward, [(1, "0.1234567890123456789"), (2, nil)])
    let watt = try #require(kWh.scaled(toMultiplier: 0))
    #expect(watt.series.readingType == "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0")
    #expect(watt.readings.map(\.value) == ["123.4567890123456789", nil])
    #expect(watt.scaled(toMultiplier: 3)?.readings[0].value == "0.1234567890123456789")
    #expect(kWh.scaled(toMultiplier: 99) == nil)
  }
}

@Suite("Periods of bills, profiles of groups")
struct GroupingTests {
  private func series(_ meter: String, _ values: [(Int64, String?)], isInterval: Bool = true) -> SeriesReadings {
    var series = SeriesReadings(
      meter: MeterRecord(mRID: meter, name: nil, usagePoint: nil),
      series: SeriesRecord(
        number: 1, meter: 1, readingType: "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", isInterval: isInterval))
    series.readings = values.map { .init(time: Timestamp(seconds: $0.0), value: $0.1) }
    return series
  }

  @Test("periods are summed between their bounds; what lies outside is left out")
  func periods() {
    let all = series("A", [(100, "1"), (200, "2"), (300, "4"), (400, "8"), (500, "16")])
    let bounds = [400, 100, 200].map { Timestamp(seconds: $0) }
    let summed = all.combined(between: bounds)
    #expect(summed.readings.map(\.value) == ["2", "12"])
    #expect(summed.readings.map(\.time) == [Timestamp(seconds: 200), Timestamp(seconds: 400)])
    #expect(summed.readings.map(\.qualities) == [["3.11.0"], ["3.11.0"]])
    #expect(all.combined(between: []).readings.isEmpty)
  }

  @Test("a group's profile is its meters' sum or mean, marked where one has no number")
  func profile() {
    let one = series("A", [(100, "1.5"), (200, "2")])
    let two = series("B", [(100, "0.25"), (200, nil), (300, "7")])
    for (combination, values) in [
      (GroupProfile.Combination.sum, ["1.75", "2", "7"]), (.mean, ["0.875", "2", "7"]),
    ] {
      var profile = GroupProfile(combination, name: "G")
      profile.add(one)
      profile.add(two)
      let found = profile.series
      #expect(found.map(\.meter.key) == ["G"])
      #expect(found.first?.readings.map { ExactDecimal($0.value ?? "") } == values.map { ExactDecimal($0) })
      #expect(found.first?.readings.map(\.qualities) == [["3.11.0"], ["3.11.1"], ["3.11.1"]])
    }
  }
}
