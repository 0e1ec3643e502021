// Whether two decodings of one document agree, however it was cut into pieces; the fuzzer and schema-judge ask the same.
import CIMCodec
import CIMModel

extension DecodedDocument {
  /// What differs, in words; nil where nothing does.
  ///
  /// Places and wording may depend on where a piece ends, rules and paths must not. Of a document that is not
  /// well-formed, a piece that ends before the breach can show one finding more about what stands there.
  func difference(from other: DecodedDocument) -> String? {
    if isWellFormed != other.isWellFormed { return "well-formed only in one way of feeding" }
    if isWellFormed {
      if findings.count != other.findings.count { return "\(findings.count) and \(other.findings.count) findings" }
      if unknown.map(\.path) != other.unknown.map(\.path) { return "unlike unknown elements" }
    } else if abs(findings.count - other.findings.count) > 1 {
      return "\(findings.count) and \(other.findings.count) findings before the breach"
    } else if let breach = findings.last, let others = other.findings.last, !breach.isLike(others) {
      return "\(breach) and \(others)"
    }
    for (left, right) in zip(findings, other.findings) where !left.isLike(right) {
      // The breach itself, beside the one finding more.
      if !isWellFormed && (left.scope == .document || right.scope == .document) { break }
      return "\(left) and \(right)"
    }
    if profiles != other.profiles { return "unlike profiles" }
    if let root, let others = other.root, root != others { return "unlike trees" }
    return nil
  }
}

extension DecodedDocument.Finding {
  fileprivate func isLike(_ other: DecodedDocument.Finding) -> Bool {
    violation.rule == other.violation.rule && violation.path == other.violation.path && scope == other.scope
  }
}
