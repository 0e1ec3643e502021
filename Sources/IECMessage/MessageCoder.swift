// How the bus turns messages into bytes for its journal and back, without knowing schemas.

/// Writes a message as XML and reads it back.
public protocol MessageCoder: Sendable {
  /// The message in the generic envelope (edition 1 namespace), UTF-8 XML.
  func encode(_ message: Message) throws -> [UInt8]
  /// Reads what `encode` wrote.
  func decode(_ bytes: [UInt8]) throws -> Message
  /// Reads what is not in memory; its objects may stay where they are.
  func decode(_ source: any DocumentSource) throws -> Message
}

extension MessageCoder {
  public func decode(_ source: any DocumentSource) throws -> Message { try decode(source.whole()) }

  /// The message with its objects in memory.
  public func attached(_ message: Message) throws -> Message {
    guard case .detached(let objects)? = message.payload?.content else { return message }
    var attached = message
    attached.payload = try decode(objects.source.whole()).payload
    return attached
  }
}
