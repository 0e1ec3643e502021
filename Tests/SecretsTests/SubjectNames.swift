// Subjects of certificates as different tools write them.
import Secrets
import Testing

@Suite("Subjects of certificates")
struct SubjectNames {
  @Test(
    "the same name is equal however it is spelt",
    arguments: [
      ("CN=cis,O=Utility", "cn=cis, o=Utility"), ("CN=cis,O=Utility", "2.5.4.3=cis,2.5.4.10=Utility"),
      ("E=a@b.c,CN=x", "emailAddress=a@b.c,CN=x"), ("O=a\\, b+UID=7", "UID=7+O=a\\2C b"),
      ("O=M\\C3\\BCnchen", "O=München"), ("CN=\\ x=y\\; \\\\z\\ ", "CN=\\20x=y; \\5Cz\\20"), ("CN= x ", "CN=x"),
      ("CN=", "CN= "),
    ])
  func equal(_ a: String, _ b: String) throws {
    #expect(try #require(SubjectName(a)) == #require(SubjectName(b)))
  }

  @Test(
    "another name is another",
    arguments: [
      ("CN=cis,O=Utility", "CN=cis"), ("CN=cis,O=Utility", "O=Utility,CN=cis"), ("CN=cis", "CN=CIS"),
      ("CN=cis\\,O=Utility", "CN=cis,O=Utility"), ("CN=a+O=b", "CN=a,O=b"), ("CN=x\\ ", "CN=x"), ("CN=a", "OU=a"),
    ])
  func different(_ a: String, _ b: String) throws {
    #expect(try #require(SubjectName(a)) != #require(SubjectName(b)))
  }

  @Test(
    "what is no name is not taken",
    arguments: [
      "", "cis", "CN", "=x", "CN=a,", "CN=a,,O=b", "CN=a\\", "C N!=a", "CN=" + String(repeating: "x", count: 5000),
    ])
  func malformed(_ text: String) {
    #expect(SubjectName(text) == nil)
  }
}
