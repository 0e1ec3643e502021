// How the reader looks into compressed payloads, without knowing how they are packed.

/// Unpacks the text of Payload/Compressed.
public protocol PayloadUnpacker: Sendable {
  /// What was packed: XML mostly, but it may be anything that Payload/Format names.
  func unpack(_ text: String) throws(UnpackingError) -> [UInt8]
}

/// Why compressed content cannot be unpacked.
public struct UnpackingError: Error, Sendable, Hashable {
  /// In words for the sender.
  public var message: String
  /// Of IEC 61968-9, Annex B: 1.8, or 3.1 where it grows beyond a limit.
  public var replyCode: String

  public init(_ message: String, replyCode: String = "1.8") {
    self.message = message
    self.replyCode = replyCode
  }
}
