// What a meter has to tell of one day. A function of seed and number alone, so that the regular and the irregular file
// of one seed hold the same readings.
//
// Distribution: 55 % households with Wh resolution, 20 % with two decimals, 10 % whose head end cuts trailing zeros,
// 10 % larger customers, 5 % vacant premises. 90 % of the meters report 10 February 2026, the others one of the six
// days before; 90 % write UTC with Z, the others local time with +01:00. Loads follow the hour, times a random factor
// from 0.5 to 1.5. Where a value has a quality code (2 % unless told otherwise) it is one of the eight below.

struct MeterDay {
  struct Value {
    var text: String
    var quality: String?
  }

  static let qualities = ["3.8.0", "3.8.0", "3.8.0", "1.2.32", "1.4.4", "3.5.258", "3.6.3", "3.7.0"]
  /// Hundredths of the mean load, by hour.
  private static let load = [
    55, 48, 44, 42, 44, 58, 92, 128, 122, 98, 88, 90, 104, 98, 88, 90, 104, 138, 168, 172, 158, 132, 98, 72,
  ]

  let index: Int
  let mRID: String
  let usagePoint: String
  let name: String
  /// Days before 10 February 2026.
  let daysBefore: Int
  let zone: String
  let intervals: [Value]
  let register: Value

  init(index: Int, seed: UInt64, qualityPercent: Double) {
    var random = SplitMix64(seed: seed &+ UInt64(index) &* 0xD134_2543_DE82_EF95)
    self.index = index
    mRID = Self.identifier(&random)
    usagePoint = Self.identifier(&random)
    name = "MTR-" + Self.padded(index + 1, 8)
    daysBefore = random.chance(90) ? 0 : 1 + random.below(6)
    zone = random.chance(90) ? "Z" : "+01:00"

    let kind = random.below(100)
    let isLarge = kind >= 85 && kind < 95
    let isVacant = kind >= 95
    let decimals = kind >= 55 && kind < 75 ? 2 : 3
    let cutsZeros = kind >= 75 && kind < 85
    // Mean load of half an hour, in thousandths of a kWh.
    let mean = isVacant ? 3 : isLarge ? 10_000 + random.below(150_000) : 100 + random.below(500)

    var total = 0
    var intervals: [Value] = []
    for interval in 0..<48 {
      let factor = 50 + random.below(101)
      let wattHours = isVacant && random.chance(80) ? 0 : mean * Self.load[interval / 2] * factor / 10_000
      total += wattHours
      let quality = random.chance(qualityPercent) ? random.pick(Self.qualities) : nil
      intervals.append(Value(text: Self.decimal(wattHours, decimals, cutsZeros), quality: quality))
    }
    self.intervals = intervals
    let state = (isLarge ? 1_000_000_000 : 1_000_000) + random.below(isLarge ? 1_000_000_000 : 90_000_000) + total
    register = Value(
      text: Self.decimal(state, decimals, cutsZeros),
      quality: random.chance(qualityPercent) ? random.pick(Self.qualities) : nil)
  }

  /// 32 hexadecimal digits in the form of a UUID of version 4.
  private static func identifier(_ random: inout SplitMix64) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let numbers = [random.next(), random.next()]
    var text: [UInt8] = []
    for place in 0..<32 {
      if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
      let digit = Int(numbers[place / 16] >> UInt64(place % 16 * 4) & 15)
      text.append(place == 12 ? UInt8(ascii: "4") : place == 16 ? digits[8 + digit % 4] : digits[digit])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func decimal(_ thousandths: Int, _ decimals: Int, _ cutsZeros: Bool) -> String {
    var fraction = padded(thousandths % 1000, 3)
    if decimals == 2 { fraction.removeLast() }
    if cutsZeros { while fraction.hasSuffix("0") { fraction.removeLast() } }
    return fraction.isEmpty ? "\(thousandths / 1000)" : "\(thousandths / 1000).\(fraction)"
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
