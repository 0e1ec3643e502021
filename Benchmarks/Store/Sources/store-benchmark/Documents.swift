// A utility's day as a MeterReadings document, written as fast as it is read: the mode write-day.
import CIMModel
import Glibc
import MeterStore

/// Writes a document of so many meters to standard output: 96 intervals each of a day, counted from 1970-01-01, a
/// quality code on one of them.
///
/// Values are those of `load`; a meter's text is made once for each place of the quality and then only patched.
func writeDay(meters: Int, day: Int32) throws {
  let templates = (0..<16).map { MeterTemplate(day: day, qualityAt: $0 * 6 + 3) }
  var text = Array(#"<MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">"#.utf8)
  text.reserveCapacity(3 << 20)
  for number in 0..<meters {
    templates[number % templates.count].append(number, load(Int64(number), day).mantissas, to: &text)
    if text.count >= 1 << 21 { try put(&text) }
  }
  text += "</MeterReadings>".utf8
  try put(&text)
}

private func put(_ text: inout [UInt8]) throws {
  var done = 0
  while done < text.count {
    let count = text.withUnsafeBytes { write(1, $0.baseAddress?.advanced(by: done), $0.count - done) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { throw Failure(description: "standard output: \(String(cString: strerror(errno)))") }
    done += count
  }
  text.removeAll(keepingCapacity: true)
}

/// The text of a meter's day with room for its number and its values.
private struct MeterTemplate {
  private var bytes: [UInt8]
  private var numberAt = 0
  private var valuesAt: [Int] = []

  init(day: Int32, qualityAt quality: Int) {
    bytes = Array("<MeterReading><IntervalBlocks>".utf8)
    for quarter in 1...96 {
      let stamp = Timestamp(microseconds: Int64(day) * 86_400_000_000 + Int64(quarter) * 900_000_000).xmlText
      bytes += "<IntervalReadings>".utf8
      bytes += "<timeStamp>\(stamp)</timeStamp><value>".utf8
      valuesAt.append(bytes.count)
      bytes += "0.000</value>".utf8
      if quarter - 1 == quality {
        bytes += #"<ReadingQualities><ReadingQualityType ref="3.8.0"/></ReadingQualities>"#.utf8
      }
      bytes += "</IntervalReadings>".utf8
    }
    bytes += #"<ReadingType ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/></IntervalBlocks><Meter><mRID>MTR-"#.utf8
    numberAt = bytes.count
    bytes += "00000000</mRID></Meter></MeterReading>".utf8
  }

  /// - Parameter values: thousandths, less than ten of the unit.
  func append(_ number: Int, _ values: [Int64], to text: inout [UInt8]) {
    let start = text.count
    text += bytes
    var rest = number
    for place in (0..<8).reversed() {
      text[start + numberAt + place] = UInt8(48 + rest % 10)
      rest /= 10
    }
    for (place, value) in zip(valuesAt, values) {
      text[start + place] = UInt8(48 + value / 1000 % 10)
      text[start + place + 2] = UInt8(48 + value / 100 % 10)
      text[start + place + 3] = UInt8(48 + value / 10 % 10)
      text[start + place + 4] = UInt8(48 + value % 10)
    }
  }
}
