// Messages of any size, written piece by piece.
import CIMCodec
import CIMModel

extension MessageWriter {
  /// Bytes over which a piece is handed on.
  private static let pieceSize = 1 << 16

  /// Writes a message as `write` does, its detached objects part by part, in bounded memory.
  ///
  /// - Throws: `WritingError` where the message does not fit the form; what `take` throws, or why the objects cannot be read.
  public func write(
    _ message: Message, as form: MessageForm = .generic, soap: SOAPVersion? = nil, to take: ([UInt8]) throws -> Void
  ) throws {
    guard case .detached(let objects)? = message.payload?.content else {
      return try take(write(message, as: form, soap: soap))
    }
    if case .profile = form { throw WritingError("an object too large for memory cannot be sent without its message") }
    // The envelope is written around an element that stands for the objects, and is taken apart there.
    let mark = Element("objects", in: "urn:busbar:\(UUIDText.random())")
    var envelope = message
    envelope.payload?.content = .objects([mark])
    let bytes = try write(envelope, as: form, soap: soap)
    let text = Array("<\(mark.name) xmlns=\"\(mark.namespace)\"/>".utf8)
    guard let place = bytes.firstRange(of: text) else { throw WritingError("the message has no place for its objects") }
    try take(Array(bytes[..<place.lowerBound]))
    var writer = XMLWriter(declaration: false)
    try objects.forEachStep { step in
      switch step {
      case .begin(let root): writer.begin(root, within: Envelope.namespace)
      case .part(let part, _): writer.add(part)
      case .end: writer.end()
      }
      if writer.bytes.count > Self.pieceSize { try take(writer.take()) }
    }
    try take(writer.take())
    try take(Array(bytes[place.upperBound...]))
  }
}
