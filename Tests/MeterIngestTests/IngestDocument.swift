// Documents made for these tests.
import CIMModel
import MeterStore

/// MeterReadings documents of a few meters.
enum IngestDocument {
  static let kWh = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  static let register = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
  /// 2026-02-16.
  static let day: Int32 = 20_500
  static let midnight = Int64(day) * 86_400

  struct Value {
    var second: Int64
    var text: String
    var quality: String?
  }

  static func document(_ meterReadings: String) -> [UInt8] {
    Array("<MeterReadings xmlns=\"http://iec.ch/TC57/2011/MeterReadings#\">\(meterReadings)</MeterReadings>".utf8)
  }

  static func meterReading(_ meter: String, _ values: [Value], type: String = kWh, kind: String = "interval") -> String
  {
    var text = "<MeterReading>"
    func reading(_ value: Value) -> String {
      "<timeStamp>\(Timestamp(seconds: value.second).xmlText)</timeStamp><value>\(value.text)</value>"
        + (value.quality.map { "<ReadingQualities><ReadingQualityType ref=\"\($0)\"/></ReadingQualities>" } ?? "")
    }
    let identity = "<Meter><mRID>\(meter)</mRID></Meter>"
    if kind == "interval" {
      text += "<IntervalBlocks>"
      for value in values { text += "<IntervalReadings>" + reading(value) + "</IntervalReadings>" }
      text += "<ReadingType ref=\"\(type)\"/></IntervalBlocks>" + identity
    } else {
      text += identity
      for value in values { text += "<Readings>" + reading(value) + "<ReadingType ref=\"\(type)\"/></Readings>" }
    }
    return text + "</MeterReading>"
  }

  /// A day of quarter hours whose value is the number of the quarter in thousandths.
  static func quarters(_ count: Int = 96) -> [Value] {
    (1...count).map {
      let digits = String($0)
      return Value(
        second: midnight + Int64($0) * 900, text: "0." + String(repeating: "0", count: 3 - digits.count) + digits)
    }
  }
}
