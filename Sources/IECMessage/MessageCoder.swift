// How the bus turns messages into bytes for its journal and back, without knowing schemas.

/// Writes a message as XML and reads it back.
public protocol MessageCoder: Sendable {
  /// The message in the generic envelope (edition 1 namespace), UTF-8 XML.
  func encode(_ message: Message) throws -> [UInt8]
  /// Reads what `encode` wrote.
  func decode(_ bytes: [UInt8]) throws -> Message
}
