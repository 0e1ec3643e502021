import CIMCodec
import CIMModel
import CIMProfiles
import Foundation
import FoundationXML
import Part9
import Testing

private let noSamples: Comment = "../shared/samples/part9 is not there"

@Suite("IEC 61968-9: typed views of messages found in the field")
struct SampleTests {
  /// File and noun of the messages whose payload an independent validator found valid.
  static let valid: [(file: String, noun: String)] = {
    guard let samples = Place.samples,
      let table = FileManager.default.contents(atPath: samples.appending(path: "EXPECTED.tsv").path())
    else { return [] }
    return String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { row in
      let cells = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count > 5, cells[5] == "VALID" else { return nil }
      guard everyNoun.contains(where: { $0.noun == cells[4] }) else { return nil }
      return (cells[0], cells[4])
    }
  }()

  private func payloads(in element: Element, of view: any (Noun & RoundTrip).Type) -> [Element] {
    if element.name == view.noun && element.namespace == view.namespace { return [element] }
    return element.children.flatMap { payloads(in: $0, of: view) }
  }

  /// A vendor's one namespace for all profiles becomes that of the noun, as it did for the verdict.
  private func bytes(_ file: String, noun: String) throws -> [UInt8] {
    let data = try Data(contentsOf: try #require(Place.samples).appending(path: file))
    let text = String(decoding: data, as: UTF8.self)
    return Array(text.replacing("http://iec.ch/TC57/CIM-c4e#", with: "http://iec.ch/TC57/2011/\(noun)#").utf8)
  }

  @Test("a copy by way of all accessors is valid", .enabled(if: Place.samples != nil, noSamples))
  func copies() throws {
    var judged = 0
    for (file, noun) in Self.valid {
      let view = try #require(everyNoun.first { $0.noun == noun })
      let root = try #require(
        DocumentDecoder.decode(try bytes(file, noun: noun), resolver: SchemaLibrary.standard).root)
      for payload in payloads(in: root, of: view) {
        let result = try view.roundTrip(XMLWriter.write(payload))
        #expect(result.violations == [], "\(file)")
        // Instants are written in UTC and numbers in plain notation, so only a second copy is the same to the letter.
        #expect(try view.roundTrip(result.copy).isEqual, "\(file)")
        judged += 1
      }
    }
    #expect(judged > 40)
  }

  @Test(
    "values and reading types of MeterReadings are those that libxml2 finds",
    .enabled(if: Place.samples != nil, noSamples))
  func values() throws {
    var found = 0
    for (file, noun) in Self.valid where noun == "MeterReadings" {
      let data = try bytes(file, noun: noun)
      let root = try #require(DocumentDecoder.decode(data, resolver: SchemaLibrary.standard).root)
      let views = try payloads(in: root, of: MeterReadings.self).map { try MeterReadings($0) }
      if views.isEmpty { continue }
      let collector = ValueCollector()
      let parser = XMLParser(data: Data(data))
      parser.shouldProcessNamespaces = true
      parser.delegate = collector
      #expect(parser.parse())
      let sets = views.flatMap(\.meterReading)
      let values = sets.flatMap { set in
        set.intervalBlocks.flatMap(\.intervalReadings).compactMap(\.value) + set.readings.compactMap(\.value)
      }
      let types = sets.flatMap { set in set.intervalBlocks.map(\.readingType.ref) + set.readings.map(\.readingType.ref)
      }
      #expect(values == collector.values, "\(file)")
      #expect(types == collector.readingTypes, "\(file)")
      found += values.count
    }
    #expect(found > 200)
  }
}

/// Texts of `value` and refs of `ReadingType` below IntervalReadings, IntervalBlocks and Readings, by libxml2.
private final class ValueCollector: NSObject, XMLParserDelegate {
  var values: [String] = []
  var readingTypes: [String] = []
  private var path: [String] = []
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    let parent = path.last ?? ""
    path.append(name)
    text = ""
    if name == "ReadingType", parent == "IntervalBlocks" || parent == "Readings" {
      readingTypes.append(attributes["ref"] ?? "")
    }
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    path.removeLast()
    if name == "value", path.last == "IntervalReadings" || path.last == "Readings" { values.append(text) }
    text = ""
  }
}
