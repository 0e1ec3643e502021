// What the datatype suites share.

import Testing

@testable import CIMSchema

/// Declares p and q for one namespace, and a default namespace.
struct SampleNamespaces: NamespaceContext {
  func namespace(ofPrefix prefix: String) -> String? {
    switch prefix {
    case "": "urn:d"
    case "p", "q": "urn:p"
    default: nil
    }
  }
}

/// One text and the type it is checked against.
struct Sample: Sendable, CustomTestStringConvertible {
  let type: String
  let text: String

  var testDescription: String { "\(type) '\(text)'" }

  static func list(_ type: String, _ texts: [String]) -> [Sample] { texts.map { Sample(type: type, text: $0) } }

  static func lists(_ table: [(String, [String])]) -> [Sample] { table.flatMap { list($0.0, $0.1) } }

  /// The rule the text breaks, or nil.
  func rule() throws -> String? {
    try #require(SimpleType.builtin(type)).check(text, namespaces: SampleNamespaces())?.rule
  }
}

func builtin(_ name: String) throws -> SimpleType { try #require(SimpleType.builtin(name)) }

func restricted(_ base: SimpleType, _ facets: [Facet], fixed: Set<Facet.Kind> = []) throws -> SimpleType {
  try SimpleType(restricting: base, name: "T", facets: facets, fixed: fixed, namespaces: SampleNamespaces())
}

extension SimpleType {
  func rule(_ text: String) -> String? { check(text, namespaces: SampleNamespaces())?.rule }

  func message(_ text: String) -> String? { check(text, namespaces: SampleNamespaces())?.message }

  func equates(_ left: String, _ right: String) -> Bool { areEqual(left, right, namespaces: SampleNamespaces()) }
}
