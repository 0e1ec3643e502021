// Answers inquiries out of a store.
import CIMCodes
import CIMModel
public import MeterStore

extension ReadingInquiry {
  /// Asks the store.
  ///
  /// - Parameters:
  ///   - groups: what EndDeviceGroups and UsagePointGroups stand for.
  ///   - most: readings in one answer.
  /// - Throws: `StoreError`, or `Problem` with code 3.1 where there are more than `most` and no pages were asked for.
  public func run(on store: any ReadingStore, groups: MeterGroups = .init(), most: Int = 200_000) throws -> Answer {
    try store.read { reader in
      var worker = InquiryWorker(self, reader, groups, most: max(1, most))
      worker.batch = try asOf.map { try reader.batch(asOf: $0) }
      worker.days = try reader.storedDays().map { periods.days(store.days, within: $0) } ?? []
      try worker.run()
      return worker.answer
    }
  }

  /// Whether one of a reading's codes is wanted.
  func wants(_ codes: [String]) -> Bool {
    qualities.isEmpty || qualities.contains { wanted in codes.contains { Self.matches($0, wanted) } }
  }

  private static func matches(_ code: String, _ wanted: String) -> Bool {
    if code == wanted { return true }
    guard wanted.utf8.contains(0x2A) else { return false }
    let parts = code.split(separator: ".")
    let wanted = wanted.split(separator: ".")
    return parts.count == wanted.count && zip(parts, wanted).allSatisfy { $1 == "*" || $0 == $1 }
  }
}

/// One inquiry under way.
private struct InquiryWorker {
  private let inquiry: ReadingInquiry
  private let reader: any StoreReader
  private let groups: MeterGroups
  private let most: Int
  var batch: Int64?
  var days: [ClosedRange<Int32>] = []
  var answer = ReadingInquiry.Answer()

  init(_ inquiry: ReadingInquiry, _ reader: any StoreReader, _ groups: MeterGroups, most: Int) {
    self.inquiry = inquiry
    self.reader = reader
    self.groups = groups
    self.most = most
  }

  mutating func run() throws {
    if inquiry.objects.isEmpty {
      var number = (inquiry.after?.meter ?? 1) - 1
      while answer.next == nil {
        let page = try reader.meters(after: number, limit: 1000)
        guard let last = page.last else { return }
        for meter in page where answer.next == nil && meter.state == .active { try take(meter) }
        number = last.number
      }
      return
    }
    for (meter, object) in try selection() {
      guard answer.next == nil else { return }
      guard meter.number >= inquiry.after?.meter ?? 0 else { continue }
      guard meter.state == .active else {
        answer.problems.append(.init("6.2", "\(meter.key) waits to be released", object: object))
        continue
      }
      let before = answer.count
      try take(meter)
      // Behind a marker the meter had readings on the page before.
      if answer.count == before, answer.next == nil, meter.number != inquiry.after?.meter, let object {
        answer.empty.append((object, meter))
      }
    }
  }

  /// The meters that the question is about in order of their numbers, with the object each was named by, if by itself.
  private mutating func selection() throws -> [(MeterRecord, ReadingInquiry.Named?)] {
    var kinds: [ReadingInquiry.Named.Kind: [Int64: (MeterRecord, ReadingInquiry.Named?)]] = [:]
    for object in inquiry.objects {
      var isKnown = false
      switch object.kind {
      case .endDevice, .usagePoint:
        if let meter = try meter(object) {
          kinds[object.kind, default: [:]][meter.number] = (meter, object)
          isKnown = true
        }
      case .endDeviceGroup, .usagePointGroup:
        if let name = object.identifiers.first(where: { groups[$0] != nil }), let group = groups[name] {
          for meter in try groups.meters(of: group, in: reader) {
            kinds[object.kind, default: [:]][meter.number] = (meter, nil)
          }
          isKnown = true
        }
      }
      // A kind of which nothing is known narrows to nothing.
      if kinds[object.kind] == nil { kinds[object.kind] = [:] }
      if !isKnown { answer.unknown.append(object) }
    }
    guard var selected = kinds[.endDevice] ?? kinds[.usagePoint] ?? kinds[.endDeviceGroup] ?? kinds[.usagePointGroup]
    else { return [] }
    for kind in kinds.values where !kind.isEmpty {
      let before = selected.count
      selected = selected.filter { kind[$0.key] != nil }
      if selected.isEmpty, before > 0 {
        answer.problems.append(.init("2.13", "the meters, usage points and groups named do not belong together"))
      }
    }
    if kinds.values.contains(where: \.isEmpty) { selected = [:] }
    return selected.values.sorted { $0.0.number < $1.0.number }
  }

  private func meter(_ object: ReadingInquiry.Named) throws -> MeterRecord? {
    for key in object.identifiers where !key.isEmpty {
      guard let meter = try reader.meter(key) else { continue }
      // Messages tell devices and usage points apart; the store looks them up alike.
      let isDevice = meter.mRID == key || meter.name == key
      let isPoint = meter.usagePoint == key
      if isDevice == isPoint || isDevice == (object.kind == .endDevice) { return meter }
    }
    return nil
  }

  private mutating func take(_ meter: MeterRecord) throws {
    for series in try reader.series(of: meter.number).sorted(by: { $0.number < $1.number }) {
      if answer.next != nil { return }
      var after = Int64.min
      if let marker = inquiry.after, marker.meter == meter.number {
        if series.number < marker.series { continue }
        if series.number == marker.series { after = marker.stamp }
      }
      if !inquiry.readingTypes.isEmpty {
        guard let type = ReadingType(series.readingType), inquiry.readingTypes.contains(where: { $0.matches(type) })
        else { continue }
      }
      try take(meter, series, after: after)
    }
  }

  private mutating func take(_ meter: MeterRecord, _ series: SeriesRecord, after: Int64) throws {
    let size = min(inquiry.limit ?? most, most)
    var found = SeriesReadings(meter: meter, series: series)
    for range in days {
      var first: Int32? = range.lowerBound
      // From one day that has something to the next: one stray stamp must not make it walk through millennia.
      while let from = first, let start = try reader.storedDay(from: from), start <= range.upperBound {
        // Parts of 31 days, so that years of readings are not unpacked for a page of them.
        let end = Int32(min(Int64(start) + 30, Int64(range.upperBound)))
        let run = try reader.readings(series.number, days: start...end, upTo: batch)
        let part = try SeriesReadings(run, of: meter, series, reader) { stamp, codes in
          stamp > after && inquiry.periods.contains(stamp, isInterval: series.isInterval) && inquiry.wants(codes)
        }
        found.readings += part.readings
        // One more than there is room for shows that there is more.
        if answer.count + found.readings.count > size { break }
        first = end < range.upperBound ? end + 1 : nil
      }
      if answer.count + found.readings.count > size { break }
    }
    if answer.count + found.readings.count > size {
      guard inquiry.limit != nil else {
        throw ReadingInquiry.Problem(
          "3.1", "more than \(most) values were asked for: ask for pages by the option limit")
      }
      found.readings.removeLast(answer.count + found.readings.count - size)
      if let last = found.readings.last {
        answer.next = .init(meter: meter.number, series: series.number, stamp: last.time.microseconds)
      } else {
        // The page was full before: meters on the way here without readings are not gone through again.
        answer.next = .init(meter: meter.number, series: series.number, stamp: .min)
      }
    }
    if found.readings.isEmpty { return }
    answer.count += found.readings.count
    answer.series.append(found)
  }
}
