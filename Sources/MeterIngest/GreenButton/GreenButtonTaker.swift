// A Green Button feed into a batch: usage points, reading types and blocks are joined by their links.
import CIMCodes
import MeterStore

struct GreenButtonTaker {
  let taker: ReadingTaker

  /// Takes all blocks in. Blocks whose reading type or usage point is not in the feed are refused, reading by reading.
  func take(_ entries: [ESPIEntry]) throws {
    let points = entries.filter { $0.resource == "UsagePoint" }
    let meterReadings = entries.filter { $0.resource == "MeterReading" }
    let types = entries.filter { $0.resource == "ReadingType" }
    for block in entries where block.resource == "IntervalBlock" {
      let meterReading =
        meterReadings.first { one in
          ESPIEntry.isBelow(block.upLink, one.selfLink) || one.related.contains(block.upLink)
            || one.related.contains(block.selfLink)
        } ?? (meterReadings.count == 1 ? meterReadings.first : nil)
      let point =
        points.first { one in
          guard let meterReading else { return false }
          return ESPIEntry.isBelow(meterReading.selfLink, one.selfLink) || one.related.contains(meterReading.upLink)
        } ?? (points.count == 1 ? points.first : nil)
      let type =
        types.first { one in
          guard let meterReading else { return false }
          return meterReading.related.contains(one.selfLink)
        } ?? (types.count == 1 ? types.first : nil) ?? (meterReading?.hasReadingType == true ? meterReading : nil)
      try take(block, point, type)
    }
  }

  private func take(_ block: ESPIEntry, _ point: ESPIEntry?, _ type: ESPIEntry?) throws {
    let code = type.flatMap {
      ESPIReadingType.type($0.fields, serviceCategory: point?.fields["serviceCategory"])?.description
    }
    let known = taker.type(code ?? "")
    let key = point.map { $0.id.hasPrefix("urn:uuid:") ? String($0.id.dropFirst(9)) : $0.id } ?? ""
    // A reading of no duration is one of an instant; a block may have both.
    for isInterval in [true, false] {
      let readings = block.readings.filter { ($0.duration > 0) == isInterval }
      if readings.isEmpty { continue }
      let candidates = try readings.map { reading in
        // Stamps of intervals are their ends; what does not fit is refused like what has none.
        let end = reading.start.map { $0.addingReportingOverflow(reading.duration) }
        let micros = end.flatMap { $0.overflow ? nil : $0.partialValue.multipliedReportingOverflow(by: 1_000_000) }
        var candidate = Candidate(stamp: micros.flatMap { $0.overflow ? nil : $0.partialValue })
        if !reading.value.isEmpty, !candidate.setNumber(reading.value) {
          candidate.text = reading.value
          candidate.scale = ReadingRun.textValue
        }
        for number in reading.qualities {
          guard let quality = ESPIReadingType.quality(number) else { continue }
          let code = try taker.writer.quality(quality)
          if !candidate.codes.contains(code) { candidate.codes.append(code) }
        }
        return candidate
      }
      let record = MeterRecord(mRID: nil, name: nil, usagePoint: key)
      let meter = key.isEmpty ? nil : try Array(key.utf8).withUnsafeBufferPointer { try taker.meter(record, key: $0) }
      if let meter {
        try taker.take(candidates, meter: meter, key: key, type: known, isInterval: isInterval)
      } else {
        taker.report.readings += candidates.count
        for candidate in candidates {
          try taker.refuse(candidate, key, known, key.isEmpty ? "noMeter" : "unknownMeter", "2.4")
        }
      }
    }
    try taker.advance(by: 1, readings: block.readings.count)
  }
}
