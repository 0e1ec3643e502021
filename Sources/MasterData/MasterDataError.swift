// What stops an operation on master data.
public import IECMessage

/// A refusal, with the reply code its sender is told, or a failure of the store.
public struct MasterDataError: Error, Sendable, CustomStringConvertible {
  public struct Code: Sendable, Hashable {
    public var name: String
    public init(_ name: String) { self.name = name }
    /// The operation is not possible; `replyCode` says why.
    public static let refused = Code("refused")
    /// The store could not be read or written.
    public static let storage = Code("storage")
    /// The file is no master data store, or of a newer Busbar.
    public static let notAStore = Code("notAStore")
    /// A file handed in holds no master data.
    public static let badInput = Code("badInput")
  }

  public var code: Code
  /// A code of IEC 61968-9, Annex B, e.g. "2.4".
  public var replyCode: String
  public var message: String
  /// The object at fault.
  public var object: ObjectID?
  /// The other object, of a link.
  public var related: ObjectID?

  public init(
    _ code: Code, replyCode: String, _ message: String, object: ObjectID? = nil, related: ObjectID? = nil
  ) {
    self.code = code
    self.replyCode = replyCode
    self.message = message
    self.object = object
    self.related = related
  }

  public static func refused(
    _ replyCode: String, _ message: String, object: ObjectID? = nil, related: ObjectID? = nil
  ) -> MasterDataError {
    MasterDataError(.refused, replyCode: replyCode, message, object: object, related: related)
  }

  /// The store failed: reply code 5.3.
  public static func storage(_ message: String) -> MasterDataError {
    MasterDataError(.storage, replyCode: "5.3", message)
  }

  public var description: String { message }

  /// As an Error of a Reply.
  public func replyError(operationId: Int? = nil) -> ReplyError {
    ReplyError(
      code: replyCode, level: .fatal, reason: message, id: object, relatedID: related, operationId: operationId)
  }
}
