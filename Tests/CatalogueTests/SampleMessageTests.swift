import CIMCodec
import CIMCodes
import CIMModel
import CIMProfiles
import CIMSchema
import Catalogue
import IECMessage
import SemanticRules
import Testing

@Suite("Sample messages: made from the schemas, judged by the reader")
struct SampleMessageTests {
  private static let nouns =
    SchemaLibrary.standard.nouns.filter { noun in
      !noun.hasPrefix("Get") || SchemaLibrary.standard.profile(String(noun.dropFirst(3))) == nil
    } + ["OperationSet"]

  @Test("every noun with each of its verbs is valid, bare and in both kinds of SOAP", arguments: nouns)
  func valid(_ noun: String) throws {
    let reader = MessageReader()
    for verb in try SampleMessage.verbs(of: noun, in: .standard) {
      let sample = try SampleMessage(verb, noun)
      for soap in [nil, SOAPVersion.v1_1, .v1_2] {
        let bytes = try sample.xml(soap: soap)
        let inspection = reader.read(bytes)
        #expect(
          inspection.verdict == .valid,
          "\(verb.rawValue) \(noun): \(inspection.violations)\n\(String(decoding: bytes, as: UTF8.self))")
        #expect(inspection.soap == soap)
        #expect(inspection.message == sample.message, "\(verb.rawValue) \(noun)")
        #expect(inspection.message?.header?.verb == verb && inspection.message?.header?.noun == noun)
      }
    }
  }

  @Test("no rule of the envelope or of the codes has anything against one", arguments: nouns)
  func rules(_ noun: String) throws {
    var context = RuleContext()
    context.namespaces = { noun, _ in Set(SchemaLibrary.standard.profiles(noun).map(\.namespace)) }
    context.replyCodes = Set(try CodeTables.standard.table(named: "replyCode").rows.map(\.code))
    for verb in try SampleMessage.verbs(of: noun, in: .standard) {
      let message = try SampleMessage(verb, noun).message
      #expect(EnvelopeRules().check(message, context: context) == [], "\(verb.rawValue) \(noun)")
      let report = CodeRules().check(message)
      #expect(report.findings.filter { $0.severity != .note } == [], "\(verb.rawValue) \(noun)")
    }
  }

  @Test("a query without a Get profile names its object in the Request")
  func query() throws {
    let noun = try #require(Self.nouns.first { SchemaLibrary.standard.profile("Get" + $0) == nil })
    let sample = try SampleMessage(.get, noun)
    #expect(sample.message.request?.ids.count == 1)
    #expect(MessageReader().read(try sample.xml()).verdict == .valid)
  }

  @Test("a sample shows what its noun is about, not an empty root")
  func content() throws {
    func object(_ verb: Verb, _ noun: String) throws -> Element {
      let message = try SampleMessage(verb, noun).message
      return try #require(message.payload?.objects.first ?? message.request?.objects.first)
    }
    for noun in Self.nouns where noun != "OperationSet" {
      #expect(!(try object(.created, noun)).children.isEmpty, "\(noun)")
    }
    let reading = try object(.created, "MeterReadings")
    #expect(reading.at("MeterReading", "Readings", "ReadingType")?.attribute("ref")?.split(separator: ".").count == 18)
    #expect(try object(.create, "EndDeviceControls").at("EndDeviceControl", "EndDeviceControlType") != nil)
    #expect(try object(.create, "MeterConfig").at("Meter", "mRID") != nil)
    #expect(try object(.get, "MeterReadings").at("EndDevice", "Names", "name") != nil)
  }

  @Test("the same sample comes out every time, and another one for another verb")
  func stable() throws {
    #expect(try SampleMessage(.create, "MeterConfig").xml() == SampleMessage(.create, "MeterConfig").xml())
    let ids = try [Verb.create, .change, .created].map {
      try SampleMessage($0, "MeterConfig").message.header?.messageID
    }
    #expect(Set(ids).count == 3)
  }

  /// A library of one noun whose root holds this.
  private func library(_ content: String) -> SchemaLibrary {
    let text = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:things" targetNamespace="urn:things"
                 elementFormDefault="qualified">
        <xs:element name="Things" type="Things"/>
        <xs:complexType name="Things">\(content)</xs:complexType>
        <xs:complexType name="Again"><xs:sequence><xs:element name="Again" type="Again"/></xs:sequence></xs:complexType>
      </xs:schema>
      """
    return SchemaLibrary(MemorySource(["Things.xsd": Array(text.utf8)]))
  }

  @Test(
    "what a user's schema may ask for is there",
    arguments: [
      "<xs:all><xs:element name='a' type='xs:int'/><xs:element name='b' type='xs:date' minOccurs='0'/></xs:all>",
      "<xs:choice minOccurs='2' maxOccurs='4'><xs:element name='a' type='xs:int' minOccurs='0'/></xs:choice>",
      "<xs:sequence><xs:element name='a' type='xs:NMTOKENS' minOccurs='3' maxOccurs='9'/></xs:sequence>",
      "<xs:sequence><xs:element name='a' fixed='7' type='xs:int'/><xs:any namespace='##other' processContents='lax'/>"
        + "</xs:sequence><xs:attribute name='version' type='xs:gYear' use='required'/>",
      Self.restricted("xs:decimal", "<xs:minExclusive value='99'/><xs:maxInclusive value='100'/>"),
      Self.restricted("xs:int", "<xs:minInclusive value='-20'/><xs:maxExclusive value='-10'/>"),
      Self.restricted("xs:string", "<xs:length value='12'/>"),
      Self.restricted("xs:hexBinary", "<xs:length value='12'/>"),
      Self.restricted("xs:string", "<xs:pattern value='[A-Z]{3}'/>"),
      Self.restricted("xs:string", "<xs:pattern value='\\d{5}'/>"),
      Self.restricted("xs:token", "<xs:enumeration value='red'/><xs:enumeration value='green'/>"),
      "<xs:simpleContent><xs:extension base='xs:duration'><xs:attribute name='unit' type='xs:language' "
        + "use='required'/></xs:extension></xs:simpleContent>",
    ])
  func own(_ content: String) throws {
    let library = library(content)
    let object = try #require(try SampleMessage(.create, "Things", schemas: library).message.payload?.objects.first)
    var decoder = DocumentDecoder(resolver: library)
    decoder.feed(XMLWriter.write(object))
    let document = decoder.finish()
    #expect(document.isWellFormed && document.findings.map(\.violation) == [])
    #expect(document.root == object)
  }

  private static func restricted(_ base: String, _ facets: String) -> String {
    "<xs:sequence><xs:element name='a'><xs:simpleType><xs:restriction base='\(base)'>\(facets)</xs:restriction>"
      + "</xs:simpleType></xs:element></xs:sequence>"
  }

  @Test(
    "what no example is known for is refused with its place",
    arguments: [
      (restricted("xs:string", "<xs:pattern value='Q{40}x'/>"), "/Things/a"),
      ("<xs:sequence><xs:element name='Again' type='Again'/></xs:sequence>", "/Things/Again/Again"),
      ("<xs:sequence><xs:any namespace='##other' processContents='strict'/></xs:sequence>", "/Things"),
    ])
  func unknown(_ content: String, _ place: String) {
    let error = #expect(throws: CatalogueError.self) {
      try SampleMessage(.create, "Things", schemas: library(content))
    }
    #expect(error?.code == .noSample && error?.message.hasPrefix(place) == true, "\(error?.message ?? "")")
  }

  @Test("an unknown noun and a verb that does not fit are refused in plain words")
  func refused() throws {
    let noun = #expect(throws: CatalogueError.self) { try SampleMessage(.get, "MeterReading") }
    #expect(noun?.code == .unknownNoun && noun?.message.contains("did you mean 'MeterReadings'") == true)
    let verb = #expect(throws: CatalogueError.self) { try SampleMessage(.execute, "MeterConfig") }
    #expect(verb?.code == .unfitVerb && verb?.message.contains("create") == true)
  }
}
