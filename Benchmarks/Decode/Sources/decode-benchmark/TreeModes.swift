// The modes judge and element: the decoder of documents, without and with its tree; and the compiler of schemas.

import CIMCodec
import CIMModel
import CIMProfiles
import XMLPull

/// A document that should be valid is not: its time would mean nothing.
struct NotValid: Error, CustomStringConvertible {
  var description: String

  init(_ document: DecodedDocument) {
    let first = document.findings.first.map { "\($0.violation.line):\($0.violation.column) \($0.violation.message)" }
    description = "the document is not valid: \(first ?? "no profile found")"
  }
}

/// Room for a document of several GB.
let limits = DecodingLimits(xml: XMLLimits(totalBytes: 1 << 40))

func judge(_ bytes: [UInt8], buildsTree: Bool) throws -> String {
  verdict(
    of: try valid(
      DocumentDecoder.decode(bytes, resolver: SchemaLibrary.standard, limits: limits, buildsTree: buildsTree)))
}

/// The same with pieces of 256 KiB from the disk: memory must not grow with the file.
func judgeInPieces(_ path: String) throws -> String {
  var decoder = DocumentDecoder(resolver: SchemaLibrary.standard, limits: limits, buildsTree: false)
  try readPieces(path, size: 1 << 18) { decoder.feed($0) }
  return verdict(of: try valid(decoder.finish()))
}

/// What a process pays that uses every noun: from the embedded text to compiled tables. Only the first call says so.
func compileAllProfiles() throws -> String {
  try SchemaLibrary.standard.compileAll()
  return "\(SchemaLibrary.standard.nouns.count) profiles"
}

private func valid(_ document: DecodedDocument) throws -> DecodedDocument {
  guard document.isWellFormed, document.findings.isEmpty, document.unknown.isEmpty, document.profiles.count == 1 else {
    throw NotValid(document)
  }
  return document
}

private func verdict(of document: DecodedDocument) -> String {
  guard let root = document.root, !root.children.isEmpty else { return "valid" }
  return "valid, \(root.children.count) children of the root"
}
