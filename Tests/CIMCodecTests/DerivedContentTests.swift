import CIMCodec
import CIMSchema
import Testing

/// Verdicts of Xerces and libxml2 alike; the schemas are cut down from what scripts/differential came upon.
@Suite("XML Schema Part 1, 3.4.2: content that is inherited or empty")
struct DerivedContentTests {
  static let x = "xmlns='urn:t' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"

  @Test("a complexContent extension that adds attributes alone keeps the simple content of its base")
  func simpleContentOfTheBase() throws {
    let schema = try compile(
      """
      <xs:complexType name="B"><xs:simpleContent><xs:extension base="xs:int"/></xs:simpleContent></xs:complexType>
      <xs:element name="r"><xs:complexType><xs:complexContent><xs:extension base="B"><xs:attribute name="a"/>
      </xs:extension></xs:complexContent></xs:complexType></xs:element>
      """)
    #expect(rules("<r a='1' \(Self.x)>5</r>", schema) == [])
    #expect(rules("<r a='1' \(Self.x)>five</r>", schema) == ["cvc-datatype-valid.1.2.1"])
    #expect(rules("<r b='1' \(Self.x)>5</r>", schema) == ["cvc-complex-type.3.2.2"])
  }

  @Test(
    "a content model without particles is empty content: not even white space",
    arguments: [
      "<xs:sequence/>", "<xs:all/>", "<xs:choice minOccurs='0'/>", "<xs:sequence maxOccurs='0' minOccurs='0'/>",
    ])
  func emptyModel(_ model: String) throws {
    let schema = try compile("<xs:element name='r'><xs:complexType>\(model)</xs:complexType></xs:element>")
    #expect(rules("<r \(Self.x)/>", schema) == [])
    #expect(rules("<r \(Self.x)> </r>", schema) == ["cvc-complex-type.2.1"])
  }
}
