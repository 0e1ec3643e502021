// Elements are values, whatever they share.
import CIMModel
import Testing

@Suite("Elements")
struct ElementTests {
  private let shared = ExpandedName("mRID", in: "urn:a")

  @Test("elements are equal by value, whether they share their name or not")
  func equality() {
    let one = Element(shared, attributes: [], text: "1", children: [])
    let other = Element("mRID", in: "urn:a", text: "1")
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
    #expect(Set([one, other]).count == 1)
    #expect(one != Element("mRID", in: "urn:b", text: "1"))
    #expect(one != Element("MRID", in: "urn:a", text: "1"))
    #expect(one != Element("mRID", in: "urn:a", text: "2"))
  }

  @Test("a new name or namespace is that of one element, not of those that shared the old one")
  func naming() {
    let one = Element(shared, attributes: [], text: "1", children: [])
    var other = one
    other.name = "name"
    #expect(other.name == "name" && other.namespace == "urn:a" && other.text == "1")
    other.namespace = "urn:b"
    #expect(other.name == "name" && other.namespace == "urn:b")
    #expect(one.name == "mRID" && one.namespace == "urn:a")
    other.name = "mRID"
    other.namespace = "urn:a"
    #expect(one == other)
  }

  @Test("a million elements of one kind take 40 bytes each, beside their texts")
  func size() {
    #expect(MemoryLayout<Element>.stride == 40)
  }
}
