// Schemas written for one test, and the decoder as the judge of what comes out.
import CIMCodec
import CIMJSON
import CIMModel
import CIMSchema
import Testing

/// A schema document in memory.
struct TextSource: SchemaSource {
  let text: String
  var paths: [String] { ["test.xsd"] }
  func bytes(at path: String) throws(SchemaError) -> [UInt8]? { path == "test.xsd" ? Array(text.utf8) : nil }
}

struct TextResolver: SchemaResolver {
  let schema: Schema

  func resolve(_ name: SchemaName) -> ResolvedElement? {
    schema.globalElements[name].map { ResolvedElement(schema: schema, element: $0, isProfile: false) }
  }
}

/// A schema for namespace "urn:t" from the content of its xs:schema.
func schema(_ content: String) throws -> Schema {
  let text = """
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t"
               elementFormDefault="qualified">\(content)</xs:schema>
    """
  return try SchemaCompiler.compile(["test.xsd"], from: TextSource(text: text))
}

/// The tree of a valid document; a finding fails the test.
func decoded(_ xml: [UInt8], _ resolver: any SchemaResolver) throws -> Element {
  let document = DocumentDecoder.decode(xml, resolver: resolver)
  for finding in document.findings {
    Issue.record("\(finding.violation.path): \(finding.violation.message)")
  }
  return try #require(document.root)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
