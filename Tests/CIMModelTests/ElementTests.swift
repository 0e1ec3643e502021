// Elements are values, whatever they share.
import CIMModel
import Testing

@Suite("Elements")
struct ElementTests {
  private let shared = StartTag("mRID", in: "urn:a")

  @Test("elements are equal by value, whether they share their tag or not")
  func equality() {
    let one = Element(shared, text: "1", children: [])
    let other = Element("mRID", in: "urn:a", text: "1")
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
    #expect(Set([one, other]).count == 1)
    #expect(one != Element("mRID", in: "urn:b", text: "1"))
    #expect(one != Element("MRID", in: "urn:a", text: "1"))
    #expect(one != Element("mRID", in: "urn:a", text: "2"))
    #expect(one != Element("mRID", in: "urn:a", attributes: [Element.Attribute(name: "ref", value: "r")], text: "1"))
  }

  @Test("a new name, namespace or attribute is that of one element, not of those that shared the old one")
  func naming() {
    let one = Element(shared, text: "1", children: [])
    var other = one
    other.name = "name"
    #expect(other.name == "name" && other.namespace == "urn:a" && other.text == "1")
    other.namespace = "urn:b"
    #expect(other.name == "name" && other.namespace == "urn:b")
    #expect(one.name == "mRID" && one.namespace == "urn:a")
    other.name = "mRID"
    other.namespace = "urn:a"
    #expect(one == other)
    other.attributes.append(Element.Attribute(name: "ref", value: "r"))
    other.name = "id"
    #expect(other.attribute("ref") == "r" && other.name == "id" && other.namespace == "urn:a")
    other.attributes[0].value = "s"
    #expect(other.attributes.map(\.value) == ["s"] && one.attributes.isEmpty && one.name == "mRID")
  }

  @Test("a million elements of one kind take 32 bytes each, beside their texts")
  func size() {
    #expect(MemoryLayout<Element>.stride == 32)
  }
}
