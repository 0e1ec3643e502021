// What libFuzzer drives: the reader and the decoder over the built-in schemas; scripts/fuzz builds and runs it.
import CIMCodec
import CIMModel
import CIMProfiles
import CIMSchema
import XMLPull

/// One document, decoded in whole, in pieces and without a tree: all must say the same. libFuzzer sees crashes, hangs
/// and memory for itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let whole = DocumentDecoder.decode(bytes, resolver: SchemaLibrary.standard)
  var warm = DocumentDecoder(resolver: SchemaLibrary.standard)
  for _ in 0..<2 {
    // The second time it knows the document: that must change nothing.
    precondition(warm.decode(bytes).difference(from: whole) == nil, "what is found depends on what was read before")
    warm.restart()
  }
  for buildsTree in [true, false] {
    let pieces = decodedInPieces(bytes, buildsTree: buildsTree)
    // Printed first: an optimised precondition says nothing.
    if let difference = whole.difference(from: pieces) {
      print("in pieces: \(difference)")
      preconditionFailure("what is found depends on how the document is fed")
    }
    precondition(!buildsTree || (pieces.root == nil) == (whole.root == nil), "a tree only in one way of feeding")
  }
  precondition(whole.isWellFormed == !whole.findings.contains { $0.scope == .document }, "no reason is given")
  if let root = whole.root, whole.findings.isEmpty, whole.unknown.isEmpty { writeAndReadBack(root) }
  return 0
}

/// Cuts where a generator seeded with the document itself says, so that a crash file repeats.
private func decodedInPieces(_ bytes: [UInt8], buildsTree: Bool) -> DecodedDocument {
  var decoder = DocumentDecoder(resolver: SchemaLibrary.standard, buildsTree: buildsTree)
  var seed = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  var place = 0
  while place < bytes.count {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    // Mostly short pieces: the ends of tokens are where the trouble is.
    let length = seed >> 63 == 0 ? Int(seed >> 33 & 7) + 1 : Int(seed >> 33 & 127) + 1
    let stop = min(place + length, bytes.count)
    decoder.feed(Array(bytes[place..<stop]))
    place = stop
  }
  return decoder.finish()
}

/// What is valid is valid again after it was written, and the same.
///
/// Elements with xsi attributes are left out: their values can be qualified names, and the tree keeps no prefixes.
private func writeAndReadBack(_ root: Element) {
  var open = [root]
  while let element = open.popLast() {
    if element.attributes.contains(where: { $0.namespace == "http://www.w3.org/2001/XMLSchema-instance" }) { return }
    open += element.children
  }
  let written = XMLWriter.write(root)
  let again = DocumentDecoder.decode(written, resolver: SchemaLibrary.standard)
  precondition(again.findings.isEmpty, "a valid document is no longer valid when it is written")
  precondition(again.root == root, "a document changes when it is written and read again")
}
