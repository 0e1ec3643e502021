// Readings as XML, JSON and CSV.
import CIMModel
import MeterStore

/// Writes series one after another; hand each text out as it comes.
public enum ReadingText {
  /// The header line and the lines of CSV, in the form that `busbar ingest` reads.
  public static let csvHeader = "meter,reading_type,time,value,quality,kind\n"

  public static func csv(_ series: SeriesReadings) -> String {
    let head = quotedCSV(series.meter.key) + "," + series.series.readingType + ","
    let kind = series.series.isInterval ? "interval" : "reading"
    var text = ""
    for reading in series.readings {
      text += head + reading.time.xmlText + "," + quotedCSV(reading.value ?? "") + ","
      text += reading.qualities.joined(separator: " ") + "," + kind + "\n"
    }
    return text
  }

  private static func quotedCSV(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// One JSON object on a line: {"meter":…,"readingType":…,"kind":…,"readings":[{"time":…,"value":"…","qualities":[…]}]}.
  /// Values are strings, since JSON's numbers are not exact everywhere.
  public static func json(_ series: SeriesReadings) -> String {
    var text = "{\"meter\":" + QuotedText.json(series.meter.key)
    text += ",\"readingType\":" + QuotedText.json(series.series.readingType)
    text += ",\"kind\":\"\(series.series.isInterval ? "interval" : "reading")\",\"readings\":["
    for (place, reading) in series.readings.enumerated() {
      if place > 0 { text += "," }
      text += "{\"time\":\"" + reading.time.xmlText + "\",\"value\":"
      text += reading.value.map { QuotedText.json($0) } ?? "null"
      if !reading.qualities.isEmpty {
        text += ",\"qualities\":[" + reading.qualities.map { QuotedText.json($0) }.joined(separator: ",") + "]"
      }
      text += "}"
    }
    return text + "]}\n"
  }

  /// What stands before and behind the MeterReading elements of a MeterReadings document.
  ///
  /// - SeeAlso: IEC 61968-9, MeterReadings
  public static let xmlHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MeterReadings xmlns=\"http://iec.ch/TC57/2011/MeterReadings#\">\n"
  public static let xmlTail = "</MeterReadings>\n"

  /// A MeterReading element.
  public static func xml(_ series: SeriesReadings) -> String {
    let type = "<ReadingType ref=\"\(XMLText.escaped(series.series.readingType))\"/>"
    var before = ""
    var behind = ""
    if let mRID = series.meter.mRID { before += "<mRID>\(XMLText.escaped(mRID))</mRID>" }
    if let name = series.meter.name { before += "<Names><name>\(XMLText.escaped(name))</name></Names>" }
    if !before.isEmpty { before = "<Meter>\(before)</Meter>" }
    if let usagePoint = series.meter.usagePoint {
      behind = "<UsagePoint><mRID>\(XMLText.escaped(usagePoint))</mRID></UsagePoint>"
    }
    var text = "<MeterReading>"
    if series.series.isInterval {
      text += "<IntervalBlocks>"
      for reading in series.readings { text += "<IntervalReadings>\(xml(reading))</IntervalReadings>\n" }
      text += type + "</IntervalBlocks>" + before
    } else {
      text += before
      for reading in series.readings { text += "<Readings>\(xml(reading))\(type)</Readings>\n" }
    }
    return text + behind + "</MeterReading>\n"
  }

  private static func xml(_ reading: SeriesReadings.Reading) -> String {
    var text = "<timeStamp>\(reading.time.xmlText)</timeStamp>"
    if let value = reading.value { text += "<value>\(XMLText.escaped(value))</value>" }
    for code in reading.qualities {
      text += "<ReadingQualities><ReadingQualityType ref=\"\(XMLText.escaped(code))\"/></ReadingQualities>"
    }
    return text
  }
}
