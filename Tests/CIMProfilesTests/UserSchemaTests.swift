// Schemas of the user's in front of the built-in ones.
import CIMCodec
import CIMProfiles
import CIMSchema
import Foundation
import IECMessage
import Testing

@Suite("Schemas of the user's")
struct UserSchemaTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
  static let envelope2021 = "http://iec.ch/TC57/2021/schema/message"

  private func message(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.fixtures.appending(path: name)))
  }

  private func library(_ files: [String: String]) throws -> SchemaLibrary {
    let folder = try TemporaryFolder(files)
    let library = try SchemaLibrary.standard(with: [folder.path])
    // All is read while the folder is there.
    try library.compileAll()
    return library
  }

  /// A built-in file as text.
  private func builtIn(_ path: String) throws -> String {
    String(decoding: try #require(try SchemaLibrary.standard.bytes(at: path)), as: UTF8.self)
  }

  // MARK: Profiles

  @Test("a vendor's variant of a profile takes the place of the built-in one")
  func vendorVariant() throws {
    let folder = Self.fixtures.appending(path: "Vendor").path
    let own = MessageReader(schemas: try SchemaLibrary.standard(with: [folder]))
    let good = try message("Vendor/firmware.xml")
    #expect(MessageReader().read(good).violations.map(\.rule) == ["cvc-complex-type.2.4.a"])
    #expect(own.read(good).violations == [])
    #expect(own.read(good).verdict == .valid)
    #expect(own.read(good).payload == .valid)
    let bad = own.read(try message("Vendor/firmware_wrong.xml"))
    #expect(bad.verdict == .invalid)
    #expect(bad.violations.map(\.path).allSatisfy { $0.hasSuffix("/Meter/firmwareVersion") })
    #expect(bad.violations.contains { $0.rule == "cvc-pattern-valid" })
  }

  @Test("one schema file can be named in the place of a folder")
  func oneFile() throws {
    let file = Self.fixtures.appending(path: "Vendor/MeterReadings.xsd").path
    let own = MessageReader(schemas: try SchemaLibrary.standard(with: [file]))
    #expect(own.read(try message("Vendor/firmware.xml")).verdict == .valid)
  }

  @Test("the built-in file that is replaced is no longer among the paths")
  func replacedPath() throws {
    let library = try SchemaLibrary.standard(with: [Self.fixtures.appending(path: "Vendor").path])
    #expect(library.paths.contains("MeterReadings.xsd"))
    #expect(!library.paths.contains("Part9/MeterReadings.xsd"))
    #expect(library.profile("MeterReadings")?.isOwn == true)
    #expect(library.profile("EndDeviceControls")?.isOwn == false)
    #expect(library.nouns == SchemaLibrary.standard.nouns)
  }

  @Test("a noun in a namespace of the user's own stands beside the built-in one")
  func ownNamespace() throws {
    let text = try builtIn("Part9/MeterReadings.xsd")
      .replacing("http://iec.ch/TC57/2011/MeterReadings#", with: "http://vendor.example/MeterReadings#")
    let own = try library(["vendor/MeterReadings.xsd": text])
    #expect(own.profiles("MeterReadings").count == 2)
    #expect(own.namespace(ofNoun: "MeterReadings") == "http://iec.ch/TC57/2011/MeterReadings#")
    let document = Array("<MeterReadings xmlns='http://vendor.example/MeterReadings#'><Meter/></MeterReadings>".utf8)
    let found = MessageReader(schemas: own).read(document)
    #expect(found.form == .profile)
    #expect(found.payload == .invalid)
    #expect(MessageReader().read(document).violations.map(\.rule) == ["profile.unknown"])
  }

  @Test("a new noun is known by the root that nothing refers to")
  func newNoun() throws {
    let own = try library([
      "vendor_messages_v3.xsd": """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:vendor" targetNamespace="urn:vendor"
                 elementFormDefault="qualified">
        <xs:element name="Part" type="xs:int"/>
        <xs:element name="Parts"><xs:complexType><xs:sequence>
          <xs:element ref="Part" maxOccurs="2"/>
        </xs:sequence></xs:complexType></xs:element>
      </xs:schema>
      """
    ])
    #expect(own.nouns.contains("Parts"))
    #expect(!own.nouns.contains("Part"))
    let reader = MessageReader(schemas: own)
    #expect(reader.read(Array("<Parts xmlns='urn:vendor'><Part>1</Part></Parts>".utf8)).verdict == .valid)
    #expect(reader.read(Array("<Parts xmlns='urn:vendor'><Part>x</Part></Parts>".utf8)).verdict == .invalid)
  }

  @Test("a part that built-in schemas include can be replaced at its path")
  func replacedPart() throws {
    let text = try builtIn("Part9/Common/Status.xsd")
    let own = try library(["Part9/Common/Status.xsd": text.replacing("name=\"reason\"", with: "name=\"grund\"")])
    let document = """
      <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#"><MeterReading><Meter><status>
      <dateTime>2026-01-01T00:00:00Z</dateTime><reason>x</reason></status></Meter></MeterReading></MeterReadings>
      """
    #expect(MessageReader().read(Array(document.utf8)).verdict == .valid)
    #expect(MessageReader(schemas: own).read(Array(document.utf8)).verdict == .invalid)
  }

  // MARK: Envelopes

  @Test("an envelope of another edition is read when its schema is there")
  func otherEnvelope() throws {
    let text = try builtIn("Part100/Message.xsd")
      .replacing(SchemaLibrary.envelopeNamespace, with: Self.envelope2021)
    let own = MessageReader(schemas: try library(["Message.xsd": text]))
    let document = try message("Vendor/firmware.xml")
    let edition1 = String(decoding: document, as: UTF8.self)
      .replacing("<firmwareVersion>4.17</firmwareVersion>", with: "")
    let edition2 = edition1.replacing(SchemaLibrary.envelopeNamespace, with: Self.envelope2021)
    #expect(MessageReader().read(Array(edition2.utf8)).violations.map(\.rule) == ["envelope.unknown"])
    let found = own.read(Array(edition2.utf8))
    #expect(found.violations == [])
    #expect(found.form == .generic)
    #expect(found.envelope == .valid)
    #expect(found.payload == .valid)
    #expect(own.read(Array(edition2.replacing("<Verb>created", with: "<Verb>made").utf8)).envelope == .invalid)
    #expect(own.read(Array(edition1.utf8)).verdict == .valid)
  }

  @Test("an envelope in the built-in one's namespace takes its place, in generic and in wrapped messages")
  func stricterEnvelope() throws {
    let text = try builtIn("Part100/Message.xsd")
      .replacing("name=\"MessageID\" type=\"xs:string\" minOccurs=\"0\"", with: "name=\"MessageID\" type=\"xs:string\"")
    let own = MessageReader(schemas: try library(["licensed/Message.xsd": text]))
    let header = "<Header><Verb>created</Verb><Noun>MeterReadings</Noun></Header>"
    let generic = "<EventMessage xmlns='\(SchemaLibrary.envelopeNamespace)'>\(header)</EventMessage>"
    let wrapped = """
      <PublishEvent xmlns='\(SchemaLibrary.wrapperNamespace)'><message><m:Header xmlns:m='\(SchemaLibrary.envelopeNamespace)'>
      <m:Verb>created</m:Verb><m:Noun>MeterReadings</m:Noun></m:Header></message></PublishEvent>
      """
    for (form, document) in [("generic", generic), ("wrapped", wrapped)] {
      #expect(MessageReader().read(Array(document.utf8)).verdict == .valid)
      #expect(own.read(Array(document.utf8)).envelope == .invalid, "\(form)")
    }
  }

  // MARK: Mistakes

  @Test(
    "a schema that is wrong is named with file and line when it is loaded",
    arguments: [
      (
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:a'>\n<xs:element name='A' "
          + "type='B'/></xs:schema>", "a.xsd:2: "
      ),
      ("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n\n<xs:element></xs:schema>", "a.xsd:3: "),
      ("<html/>", "a.xsd:1: "),
      ("", "a.xsd:1: "),
      (
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:a'>\n<xs:include "
          + "schemaLocation='nowhere.xsd'/></xs:schema>", "a.xsd:2: "
      ),
    ])
  func mistake(_ text: String, _ place: String) throws {
    let folder = try TemporaryFolder(["sub/a.xsd": text])
    let error = #expect(throws: SchemaSetError.self) { try SchemaLibrary.standard(with: [folder.path]) }
    #expect(error?.description.hasPrefix("\(folder.path)/sub/\(place)") == true, "\(error?.description ?? "")")
  }

  @Test("a part that breaks built-in schemas is refused")
  func brokenPart() throws {
    let empty = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"
    let folder = try TemporaryFolder(["Part9/Common/Status.xsd": empty])
    #expect(throws: SchemaSetError.self) { try SchemaLibrary.standard(with: [folder.path]) }
  }

  @Test("an envelope without the types that typed messages are made of is refused")
  func incompleteEnvelope() throws {
    let text = try builtIn("Part100/Message.xsd").replacing("\"OptionType\"", with: "\"ChoiceType\"")
    let folder = try TemporaryFolder(["Message.xsd": text])
    let error = #expect(throws: SchemaSetError.self) { try SchemaLibrary.standard(with: [folder.path]) }
    #expect(error?.description.contains("OptionType") == true)
  }

  @Test("two folders with different files of one path are refused")
  func clash() throws {
    let schema = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:a'/>"
    let one = try TemporaryFolder(["a.xsd": schema])
    let same = try TemporaryFolder(["a.xsd": schema])
    let other = try TemporaryFolder(["a.xsd": schema + " "])
    #expect(throws: Never.self) { try SchemaLibrary.standard(with: [one.path, same.path]) }
    let error = #expect(throws: SchemaSetError.self) { try SchemaLibrary.standard(with: [one.path, other.path]) }
    #expect(error?.errors.map(\.code) == [.duplicate])
  }

  @Test("a folder that is not there or holds no schema is refused", arguments: [true, false])
  func noSchema(_ exists: Bool) throws {
    let folder = try TemporaryFolder(["notes.txt": "x"])
    let path = exists ? folder.path : folder.path + "/nowhere"
    let error = #expect(throws: SchemaSetError.self) { try SchemaLibrary.standard(with: [path]) }
    #expect(error?.errors.map(\.code) == [.notFound])
  }

  @Test("without folders the library is the built-in one")
  func noFolders() throws {
    #expect(try SchemaLibrary.standard(with: []) === SchemaLibrary.standard)
  }
}
