// Messages of any size, judged as their bytes come, with their objects left where they are.

extension MessageReader {
  /// Judges a document in bounded memory, as `read` does.
  ///
  /// The `message` of the result has its objects detached. It is nil where that cannot be: the payload has no objects (an
  /// OperationSet, identifiers, compressed content), or what is beside it is too large itself. Then only the verdict is of
  /// use, and who wants the message reads it whole.
  ///
  /// - Throws: what reading the source throws.
  public func inspect(_ source: any DocumentSource) throws -> Inspection {
    var stream = stream()
    try source.forEachPiece { stream.feed($0) }
    return stream.finish(keeping: source)
  }
}
