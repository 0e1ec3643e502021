// Header fields that a partner insists on.
public import IECMessage

extension Dialect {
  /// Fields of `requiredHeaderFields` that a header lacks, in that order; those of the schema by their names, others are
  /// never missing.
  public func missing(from header: Header) -> [String] {
    requiredHeaderFields.filter { field in
      switch field {
      case "Revision": header.revision == nil
      case "ReplayDetection": header.replayDetection == nil
      case "Context": header.context == nil
      case "Timestamp": header.timestamp == nil
      case "Source": header.source == nil
      case "AsyncReplyFlag": header.asyncReplyFlag == nil
      case "ReplyAddress": header.replyAddress == nil
      case "AckRequired": header.ackRequired == nil
      case "User": header.user == nil
      case "MessageID": header.messageID == nil
      case "CorrelationID": header.correlationID == nil
      case "Comment": header.comment == nil
      default: false
      }
    }
  }
}
