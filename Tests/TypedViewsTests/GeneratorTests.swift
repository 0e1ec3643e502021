import CIMGenerator
import CIMProfiles
import CIMSchema
import Foundation
import Testing

@Suite("cimgen: typed views out of schemas")
struct GeneratorTests {
  @Test("what is committed is what cimgen would write")
  func upToDate() throws {
    let wanted = try FacadeGenerator.files(of: .standard)
    for file in wanted {
      let path = Place.repository.appending(path: file.path).path()
      let committed = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
      #expect(committed == file.text, "\(file.path) is stale; run `swift run cimgen`")
    }
    for folder in FacadeGenerator.folders(of: .standard) {
      let names = try FileManager.default.contentsOfDirectory(
        atPath: Place.repository.appending(path: folder).path())
      let extra = Set(names.map { folder + "/" + $0 }).subtracting(wanted.map(\.path))
      #expect(extra.isEmpty, "too many files; run `swift run cimgen`")
    }
  }

  @Test("each part is a module, and its folder decides which part a profile is of")
  func parts() throws {
    #expect(FacadeGenerator.parts(of: .standard).contains("Part9"))
    let text = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x" targetNamespace="urn:x"
                 elementFormDefault="qualified"><xs:element name="Things" type="Things"/>
        <xs:complexType name="Things"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>
        </xs:complexType></xs:schema>
      """
    let library = SchemaLibrary(MemorySource(["Part42/Things.xsd": Array(text.utf8)]))
    let paths = try FacadeGenerator.files(of: library).map(\.path)
    #expect(paths.contains("Sources/Part42/Generated/Things.swift"))
    #expect(paths.contains("Tests/TypedViewsTests/Generated/Part42RoundTrips.swift"))
  }

  /// One or two profiles whose root has one class of this content.
  private func generate(_ content: String, nouns: [String] = ["Things"]) throws -> [String: String] {
    var files: [String: [UInt8]] = [:]
    for noun in nouns {
      let text = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:\(noun)" targetNamespace="urn:\(noun)"
                   elementFormDefault="qualified">
          <xs:element name="\(noun)" type="\(noun)"/>
          <xs:complexType name="\(noun)"><xs:sequence>
            <xs:element name="Thing" type="Thing" minOccurs="0" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="Thing"><xs:sequence>\(content)</xs:sequence></xs:complexType>
        </xs:schema>
        """
      files["Part9/\(noun).xsd"] = Array(text.utf8)
    }
    let made = try FacadeGenerator.files(of: SchemaLibrary(MemorySource(files)))
    return Dictionary(
      uniqueKeysWithValues: made.map { ($0.path.split(separator: "/").last.map(String.init) ?? "", $0.text) })
  }

  @Test(
    "names of elements become properties, their first run of capitals lowered",
    arguments: [
      ("mRID", "mRID"), ("UsagePoint", "usagePoint"), ("URLAddress", "urlAddress"), ("ID", "id"),
      ("default", "`default`"),
    ])
  func names(_ element: String, _ property: String) throws {
    let made = try generate("<xs:element name=\"\(element)\" type=\"xs:string\" minOccurs=\"0\"/>")
    #expect(made["Things.swift"]?.contains("public var \(property): String? {") == true)
  }

  @Test(
    "types and cardinalities decide on the type of a property",
    arguments: [
      ("type=\"xs:dateTime\"", "Timestamp"), ("type=\"xs:int\" minOccurs=\"0\"", "Int?"),
      ("type=\"xs:decimal\" maxOccurs=\"3\"", "[ExactDecimal]"), ("type=\"xs:boolean\" minOccurs=\"0\"", "Bool?"),
      ("type=\"xs:date\"", "String"),
    ])
  func types(_ attributes: String, _ type: String) throws {
    let made = try generate("<xs:element name=\"a\" \(attributes)/>")
    #expect(made["Things.swift"]?.contains("public var a: \(type) {") == true)
  }

  @Test("a class that is the same in two profiles is written once")
  func shared() throws {
    let content = "<xs:element name=\"a\" type=\"xs:string\"/>"
    let one = try generate(content)
    #expect(one["Common+Thing.swift"] == nil)
    #expect(one["Things.swift"]?.contains("public struct Thing:") == true)
    let two = try generate(content, nouns: ["Things", "Others"])
    #expect(two["Common+Thing.swift"]?.contains("public struct Thing:") == true)
    #expect(two["Things.swift"]?.contains("public typealias Thing = Common.Thing") == true)
    #expect(two["Others.swift"]?.contains("public struct Thing:") == false)
  }

  @Test(
    "what has no form is refused with its place",
    arguments: [
      ("<xs:element name=\"Kind\" type=\"xs:string\"/><xs:element name=\"kind\" type=\"xs:string\"/>", "Things.Thing"),
      ("<xs:element name=\"element\" type=\"xs:string\"/>", "Things.Thing"),
      ("<xs:element name=\"Thing\" type=\"Things\" minOccurs=\"0\"/>", "Things"),
      ("<xs:element name=\"a\"/>", "Things.Thing.a"),
      (
        "<xs:sequence maxOccurs=\"2\"><xs:element name=\"a\" type=\"xs:int\"/><xs:element name=\"b\" type=\"xs:int\"/>"
          + "</xs:sequence>", "Things.Thing"
      ),
    ])
  func refused(_ content: String, _ place: String) throws {
    let error = #expect(throws: GeneratorError.self) { try generate(content) }
    #expect(error?.message.hasPrefix(place + ":") == true, "\(error?.message ?? "")")
  }
}
