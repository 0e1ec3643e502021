import CIMModel
import Catalogue
import Foundation
import FoundationXML
import IECMessage
import MessageBus
import TerminalDrawing
import Testing

/// A catalogue with everything in it that could go wrong on the way out.
private func full() throws -> InterfaceCatalogue {
  try InterfaceCatalogue(
    Reference.catalogue().entries + [
      ComponentEntry(
        id: "A & B \"<ü>\"", name: "Quotes \\ \"and\" <tags>\n&", vendor: "V's", functions: ["WM", "X-SITE"],
        address: "https://example.com/?a=1&b=2", state: .testing,
        health: ComponentHealth(
          isJoined: true, backlog: 12, lastDelivery: Timestamp(seconds: 1_767_225_600), circuit: .open,
          reason: "\t<gone>"),
        offers: [MessagePattern([.create, .change], nil, from: ["CIS", "A & B \"<ü>\""])],
        consumes: [MessagePattern([.created], ["MeterConfig", "UsagePointConfig"])],
        emits: [MessagePattern([.closed], ["VendorNoun"])], requests: [])
    ])
}

@Suite("The catalogue as JSON")
struct JSONTests {
  @Test("what is written is read back")
  func roundTrip() throws {
    let catalogue = try full()
    #expect(try CatalogueJSON.read(CatalogueJSON.write(catalogue)) == catalogue)
    let empty = try InterfaceCatalogue([])
    #expect(try CatalogueJSON.read(CatalogueJSON.write(empty)) == empty)
  }

  @Test("Foundation reads it, with the keys that are documented")
  func keys() throws {
    let bytes = CatalogueJSON.write(try full())
    let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(Set(object.keys) == ["format", "components", "gaps"])
    let components = try #require(object["components"] as? [[String: Any]])
    let component = try #require(components.first { $0["vendor"] as? String == "V's" })
    #expect(
      Set(component.keys) == [
        "id", "name", "vendor", "functions", "address", "state", "health", "offers", "consumes", "emits", "requests",
      ])
    #expect(component["id"] as? String == "A & B \"<ü>\"")
    let offer = try #require((component["offers"] as? [[String: Any]])?.first)
    #expect(offer["nouns"] == nil && offer["from"] as? [String] == ["A & B \"<ü>\"", "CIS"])
    let health = try #require(component["health"] as? [String: Any])
    #expect(Set(health.keys) == ["joined", "backlog", "lastDelivery", "circuit", "reason"])
    let gaps = try #require(object["gaps"] as? [[String: Any]])
    #expect(gaps.allSatisfy { Set($0.keys) == ["kind", "component", "verb", "noun", "text"] } && !gaps.isEmpty)
  }

  @Test("the example of the documentation is read")
  func documented() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: folder.deletingLastPathComponent().appending(path: "docs/catalogue.md"), encoding: .utf8)
    let example = try #require(page.firstMatch(of: /(?s)```json\n(.*?)```/)?.1)
    let entry = try #require(try CatalogueJSON.read(Array(example.utf8))["WMS"])
    #expect(entry.consumes == [MessagePattern([.created], ["EndDeviceEvents"])] && entry.state == .active)
  }

  @Test(
    "what is no catalogue is refused with line and reason",
    arguments: [
      ("", "line 1"), ("[]", "must be an object"), ("{}", "needs 'format'"),
      ("{\"format\": 2}", "this version reads 1"),
      ("{\"format\": 1, \"componants\": []}", "did you mean 'components'?"),
      ("{\"format\": 1, \"components\": [{}]}", "needs 'id'"),
      ("{\"format\": 1, \"components\": [\n{\"id\": \"\"}]}", "line 2"),
      ("{\"format\": 1, \"components\": [{\"id\": \"A\", \"state\": \"gone\"}]}", "retired"),
      ("{\"format\": 1, \"components\": [{\"id\": \"A\", \"offers\": [{\"verbs\": [\"read\"]}]}]}", "'read'"),
      ("{\"format\": 1, \"components\": [{\"id\": \"A\", \"offers\": [{\"nouns\": []}]}]}", "needs verbs"),
      ("{\"format\": 1, \"components\": [{\"id\": \"A\"}, {\"id\": \"A\"}]}", "two components"),
      ("{\"format\": 1, \"components\": [{\"id\": \"A\", \"health\": {\"joined\": 1}}]}", "true or false"),
      (
        "{\"format\": 1, \"components\": [{\"id\": \"A\", \"health\": {\"joined\": true, \"lastDelivery\": \"x\"}}]}",
        "no instant"
      ),
      (
        "{\"format\": 1, \"components\": [{\"id\": \"A\", \"health\": {\"joined\": true, \"circuit\": \"ajar\"}}]}",
        "neither open nor closed"
      ),
      (String(repeating: "[", count: 100_000), "line 1"),
    ])
  func refused(_ text: String, _ reason: String) {
    let error = #expect(throws: CatalogueError.self) { try CatalogueJSON.read(Array(text.utf8)) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }
}

@Suite("The catalogue as text and as a page")
struct DrawingTests {
  @Test("lines keep to the width, and every component has its messages", arguments: [60, 100, 200])
  func text(_ width: Int) throws {
    let lines = CatalogueText(Reference.catalogue()).lines(width: width)
    #expect(lines.allSatisfy { $0.count <= width && !$0.hasSuffix(" ") })
    let text = lines.joined(separator: "\n")
    for id in ["CIS", "MDM", "MS", "OMS"] { #expect(text.contains("\n\(id)  ")) }
    #expect(text.contains("  offers    get MeterReadings") && text.contains("functions MDM Meter data management"))
    #expect(CatalogueText(try InterfaceCatalogue([])).lines(width: width) == ["no components"])
  }

  @Test("gaps are told, but not of a component alone")
  func gaps() throws {
    let text = CatalogueText(try full()).lines(width: 100).joined(separator: "\n")
    #expect(text.contains("Interfaces with one end only") && text.contains("emits closed VendorNoun"))
    let alone = CatalogueText(try Reference.catalogue().only("MDM")).lines(width: 100).joined(separator: "\n")
    #expect(!alone.contains("one end only"))
  }

  @Test("the page is well-formed for an XML parser, loads nothing, and its links lead somewhere")
  func page() throws {
    var html = CatalogueHTML(try full())
    html.sample = { verb, noun in verb == .get ? "samples/\(noun).xml" : nil }
    let page = html.page()
    // The two void elements of the head are the only markup that is not XML.
    let text = page.replacing("<!DOCTYPE html>", with: "").replacing(/<meta [^>]*>/, with: "")
    let document = try XMLDocument(xmlString: text)
    let anchors = Set(try document.nodes(forXPath: "//@id").compactMap(\.stringValue))
    let links = try document.nodes(forXPath: "//a/@href").compactMap(\.stringValue)
    #expect(links.contains { $0.hasPrefix("#") } && links.contains("samples/MeterReadings.xml"))
    for link in links where link.hasPrefix("#") { #expect(anchors.contains(String(link.dropFirst())), "\(link)") }
    #expect(anchors.count == 5)
    #expect(try document.nodes(forXPath: "//script | //img | //link | //@src | //@onclick").isEmpty)
    #expect(page.contains("@media print") && !page.contains("<tags>"))
  }
}
