// Green Button files into entries.
import XMLPull

/// Reads an Atom feed with ESPI resources. Names count without their namespaces: files in the field get those wrong.
struct ESPIFeedReader: ~Copyable {
  /// Readings and entries of a feed at most: years of minutes.
  private static let most = 10_000_000

  private var reader: XMLReader
  private(set) var entries: [ESPIEntry] = []
  private var path: [String] = []
  private var text: [UInt8] = []
  private var entry = ESPIEntry()
  private var reading: ESPIEntry.Reading?
  private var readings = 0
  private var rel = ""
  private var href = ""
  /// Why the document was read no further.
  private(set) var breach: String?

  init() {
    var limits = XMLLimits()
    limits.totalBytes = 1 << 30
    reader = XMLReader(limits: limits)
  }

  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    if breach != nil { return }
    reader.feed(bytes)
    take()
  }

  mutating func finish() {
    if breach != nil { return }
    reader.finish()
    take()
  }

  private mutating func take() {
    while breach == nil {
      let token: XMLToken
      do throws(XMLError) {
        token = try reader.next()
      } catch {
        breach = "line \(error.position.line), column \(error.position.column): \(error.message)"
        return
      }
      switch token {
      case .needInput, .endOfDocument: return
      case .text:
        // No value of ESPI is longer.
        if text.count < 65_536 { text.append(contentsOf: reader.text) }
      case .startTag: begin()
      case .endTag: end()
      }
    }
  }

  private mutating func begin() {
    path.append(String(decoding: reader.localName, as: UTF8.self))
    text.removeAll(keepingCapacity: true)
    switch path.last {
    case "entry": entry = ESPIEntry()
    case "link":
      rel = attribute("rel")
      href = attribute("href")
      if rel == "self" { entry.selfLink = href }
      if rel == "up" { entry.upLink = href }
      if rel == "related", entry.related.count < 10_000 { entry.related.append(href) }
    case "IntervalReading": reading = ESPIEntry.Reading()
    case "ReadingType": entry.hasReadingType = true
    default: break
    }
    if path.count > 1, path[path.count - 2] == "content" { entry.resource = path.last ?? "" }
  }

  private mutating func end() {
    let name = path.popLast() ?? ""
    let value = trimmedText()
    text.removeAll(keepingCapacity: true)
    let parent = path.last ?? ""
    switch (parent, name) {
    case (_, "entry"):
      if entries.count >= Self.most { breach = "it has more than \(Self.most) entries" }
      entries.append(entry)
    case ("entry", "id"): entry.id = value
    case ("timePeriod", "start"): reading?.start = Int64(value)
    case ("timePeriod", "duration"): reading?.duration = Int64(value) ?? 0
    case ("IntervalReading", "value"): reading?.value = value
    case ("ReadingQuality", "quality"): reading?.qualities.append(value)
    case (_, "IntervalReading"):
      readings += 1
      if readings > Self.most { breach = "it has more than \(Self.most) readings" }
      if let reading { entry.readings.append(reading) }
      reading = nil
    case ("ServiceCategory", "kind"): entry.fields["serviceCategory"] = value
    case ("ReadingType", _), ("UsagePoint", _): entry.fields[name] = value
    case ("argument", _), ("interharmonic", _): entry.fields[parent + "." + name] = value
    default: break
    }
  }

  private func trimmedText() -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    let start = text.drop(while: isBlank)
    return String(decoding: start.dropLast(start.reversed().prefix(while: isBlank).count), as: UTF8.self)
  }

  private func attribute(_ name: String) -> String {
    for index in 0..<reader.attributeCount where reader.attributeLocalName(index).elementsEqual(name.utf8) {
      return String(decoding: reader.attributeValue(index), as: UTF8.self)
    }
    return ""
  }
}
