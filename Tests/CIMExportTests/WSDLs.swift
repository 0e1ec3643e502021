// What partners are given to generate their clients from.
import CIMExport
import CIMProfiles
import CIMSchema
import Testing

@Suite("IEC 61968-100, web service descriptions")
struct WSDLs {
  let catalog: ServiceCatalog

  init() throws { catalog = try ServiceCatalog(.standard) }

  @Test("every noun has its strongly typed services, a query service where it has a Get profile")
  func families() {
    #expect(catalog.nouns.contains("MeterReadings"))
    #expect(!catalog.nouns.contains("GetMeterReadings"))
    for noun in catalog.nouns {
      for family in ["Request", "Execute", "Send", "Receive", "Reply"] {
        #expect(catalog.service(named: family + noun) != nil)
      }
    }
    #expect(catalog.service(named: "GetMeterReadings")?.operations.map(\.name) == ["GetMeterReadings"])
  }

  @Test("names, namespaces and actions follow the templates in use")
  func names() throws {
    let service = try #require(catalog.service(named: "RequestEndDeviceControls"))
    #expect(service.namespace == "http://iec.ch/TC57/2011/RequestEndDeviceControls")
    #expect(service.messageNamespace == "http://iec.ch/TC57/2011/EndDeviceControlsMessage")
    let first = try #require(service.operations.first)
    #expect(first.name == "CreateEndDeviceControls")
    #expect(first.soapAction == "http://iec.ch/TC57/2011/EndDeviceControls/CreateEndDeviceControls")
    #expect(first.output == "EndDeviceControlsResponseMessage")
    let get = try #require(catalog.service(named: "GetMeterReadings"))
    #expect(get.messageNamespace == "http://iec.ch/TC57/2011/GetMeterReadingsMessage")
    #expect(get.operations.first?.soapAction == "http://iec.ch/TC57/2011/GetMeterReadings/GetMeterReadings")
  }

  @Test(
    "Parts 5 and 6 ask with messages of their own names, as their WSDLs in use do",
    arguments: [
      ("GetWorkRequests", 2015, "GetWorkRequests", "GetWorkRequestsRequestMessage"),
      ("QueryDERGroups", 2017, "DERGroupQueries", "DERGroupQueriesRequestMessage"),
      ("QueryDERGroupStatuses", 2017, "DERGroupStatusQueries", "DERGroupStatusQueriesRequestMessage"),
      ("QueryDERGroupForecasts", 2017, "DERGroupForecastQueries", "DERGroupForecastQueriesRequestMessage"),
    ])
  func queries(_ name: String, _ year: Int, _ profile: String, _ input: String) throws {
    let service = try #require(catalog.service(named: name))
    #expect(service.operations.map(\.name) == [name])
    #expect(service.operations.first?.input == input)
    #expect(service.operations.first?.output == "\(profile)ResponseMessage")
    #expect(service.messageNamespace == "http://iec.ch/TC57/\(year)/\(profile)Message")
    #expect(!catalog.nouns.contains(profile))
    let messages = try SchemaLibrary.standard.schema(forNamespace: service.messageNamespace)
    #expect(messages?.element(SchemaName(service.messageNamespace, input)) != nil)
  }

  @Test("one document binds both SOAP versions")
  func bindings() {
    let wsdl = catalog.wsdl(of: catalog.generic, address: "http://bus/soap?a&b", locations: .served)
    for part in [
      "soap:address location=\"http://bus/soap?a&amp;b\"", "soap12:address",
      "soapAction=\"http://iec.ch/61968/Request\"",
      "soapAction=\"http://iec.ch/61968/PublishEvent\"", "soap?xsd=Messages/Generic.xsd",
      "soap?xsd=Part9/MeterReadings.xsd",
    ] {
      #expect(wsdl.contains(part), "\(part) is missing")
    }
  }

  @Test(
    "every reference out of a served document leads to a document that is served",
    arguments: ["Generic", "GetMeterReadings", "SendEndDeviceEvents", "QueryDERGroups", "ExecuteWorkRequests"])
  func closure(_ name: String) throws {
    let service = try #require(catalog.service(named: name))
    var open = references(in: catalog.wsdl(of: service, address: "http://bus", locations: .served))
    var seen: Set<String> = []
    #expect(!open.isEmpty)
    while let path = open.popLast() {
      guard seen.insert(path).inserted else { continue }
      let text = try #require(try catalog.schema(path, for: service, locations: .served), "\(path) is not served")
      open += references(in: text)
    }
    #expect(seen.contains("Part100/Message.xsd"))
    #expect(seen.contains { $0.hasPrefix("Part9/Common/") })
  }

  @Test("the documents of a folder refer to each other by relative paths")
  func folder() throws {
    let documents = try catalog.documents(address: "http://bus/")
    let paths = Set(documents.map(\.path))
    for document in documents {
      for reference in values(of: "schemaLocation", in: document.text) {
        #expect(paths.contains(resolved(reference, from: document.path)), "\(document.path) refers to \(reference)")
      }
    }
    #expect(paths.contains("WSDL/SendEndDeviceEvents.wsdl"))
    #expect(paths.contains("Messages/EndDeviceEventsMessage.xsd"))
  }

  @Test("a folder that cannot be made is an error that names it")
  func notWritable() {
    #expect {
      try catalog.write(to: "/dev/null/folder", address: "http://bus/")
    } throws: {
      ($0 as? ExportError)?.code == .notWritable && "\($0)".contains("/dev/null/folder")
    }
  }

  @Test("a library without the envelope has no services")
  func noEnvelope() {
    #expect(throws: ExportError.self) { try ServiceCatalog(SchemaLibrary(MemorySource(["a.xsd": Array("<a/>".utf8)]))) }
  }

  private func references(in text: String) -> [String] {
    values(of: "schemaLocation", in: text).map { String($0.drop { $0 != "=" }.dropFirst()) }
  }

  private func values(of attribute: String, in text: String) -> [String] {
    text.split(separator: attribute + "=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }

  private func resolved(_ location: String, from path: String) -> String {
    var segments = path.split(separator: "/").dropLast().map(String.init)
    for segment in location.split(separator: "/") {
      if segment == ".." { segments.removeLast() } else { segments.append(String(segment)) }
    }
    return segments.joined(separator: "/")
  }
}
