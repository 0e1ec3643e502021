import CIMCodec
import CIMExport
import CIMProfiles
import Catalogue
import Foundation
import FoundationXML
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-1, 5.3: contract documents")
struct ContractExportTests {
  private let address = "https://bus.example.com"

  @Test("a component's contract holds its services, samples of its messages, the page and the catalogue")
  func one() throws {
    let documents = try ContractExport(try Reference.catalogue().only("MDM"), address: address).documents()
    let paths = documents.map(\.path)
    #expect(paths == paths.sorted() && Set(paths).count == paths.count)
    for path in [
      "WSDL/Generic.wsdl", "WSDL/GetMeterReadings.wsdl", "WSDL/RequestEndDeviceControls.wsdl", "catalogue.json",
      "index.html", "samples/GetMeterReadings.xml", "samples/ReplyMeterReadings.xml",
      "samples/CreatedEndDeviceEvents.xml", "samples/ChangedMeterServiceRequests.xml", "Part9/MeterReadings.xsd",
    ] { #expect(paths.contains(path), "\(path)") }
    // What the component has nothing to do with.
    #expect(!paths.contains { $0.hasPrefix("WSDL/") && $0.contains("MeterConfig") })
    #expect(!paths.contains("WSDL/GetEndDeviceEvents.wsdl") && !paths.contains("WSDL/SendEndDeviceControls.wsdl"))
    #expect(!paths.contains("samples/ChangeMeterReadings.xml") && !paths.contains("samples/ReplyEndDeviceEvents.xml"))
    let json = try #require(documents.first { $0.path == "catalogue.json" })
    #expect(try CatalogueJSON.read(Array(json.text.utf8)).entries.map(\.id) == ["MDM"])
    // Every sample is linked from the page.
    let page = try #require(documents.first { $0.path == "index.html" }).text
    for path in paths where path.hasPrefix("samples/") { #expect(page.contains("href=\"\(path)\""), "\(path)") }
    let wsdl = try #require(documents.first { $0.path == "WSDL/GetMeterReadings.wsdl" })
    #expect(wsdl.text.contains(address + "/services/GetMeterReadings"))
  }

  @Test("all samples are valid, and all links and schema references lead to files of the folder")
  func whole() throws {
    let reader = MessageReader()
    let everything = try InterfaceCatalogue([
      ComponentEntry(id: "ANY", offers: [MessagePattern([.get, .create, .execute], nil)]),
      ComponentEntry(id: "SET", offers: [MessagePattern([.execute], ["OperationSet", "VendorNoun"])]),
    ])
    let documents = try ContractExport(everything, address: address).documents()
    let paths = Set(documents.map(\.path))
    #expect(paths.contains("samples/ExecuteOperationSet.xml") && !paths.contains { $0.contains("VendorNoun") })
    #expect(documents.count { $0.path.hasPrefix("samples/") } > 60)
    for document in documents where document.path.hasPrefix("samples/") {
      #expect(reader.read(Array(document.text.utf8)).verdict == .valid, "\(document.path)")
    }
    for document in documents where document.path.hasSuffix(".xsd") || document.path.hasSuffix(".wsdl") {
      let base = try #require(URL(string: "file:///contract/" + document.path))
      let places = try XMLDocument(xmlString: document.text).nodes(forXPath: "//@schemaLocation")
      for place in places.compactMap(\.stringValue) {
        let target = URL(string: place, relativeTo: base)?.absoluteURL.path().dropFirst("/contract/".count)
        #expect(paths.contains(String(target ?? "")), "\(document.path): \(place)")
      }
    }
    let page = try #require(documents.first { $0.path == "index.html" }).text
    for match in page.matches(of: /href="([^"#]+)"/) { #expect(paths.contains(String(match.1)), "\(match.1)") }
  }

  @Test("the folder is written, and a path that cannot be is named")
  func write() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "contract-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let export = ContractExport(try Reference.catalogue().only("OMS"), address: address)
    try export.write(to: folder)
    for document in try export.documents() {
      let bytes = FileManager.default.contents(atPath: folder + "/" + document.path)
      #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == document.text, "\(document.path)")
    }
    let error = #expect(throws: ExportError.self) { try export.write(to: folder + "/index.html/below") }
    #expect(error?.code == .notWritable)
  }
}
