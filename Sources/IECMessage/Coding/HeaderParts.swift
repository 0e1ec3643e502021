// Where the parts of a header stand, found in one pass: asking for one name after the other is most of what reading a
// header costs.
import CIMModel

/// The first child of each name that the envelope's headers have, whatever its namespace.
struct HeaderParts {
  enum Name: Int {
    case verb, noun, revision, replayDetection, context, timestamp, source, asyncReplyFlag, replyAddress, ackRequired
    case user, messageID, correlationID, comment, property

    /// By local name, whose length tells most of them apart.
    init?(_ name: String) {
      let (part, spelling): (Name, String)
      switch (name.utf8.count, name.utf8.first ?? 0) {
      case (4, UInt8(ascii: "V")): (part, spelling) = (.verb, "Verb")
      case (4, UInt8(ascii: "N")): (part, spelling) = (.noun, "Noun")
      case (4, _): (part, spelling) = (.user, "User")
      case (6, _): (part, spelling) = (.source, "Source")
      case (7, _): (part, spelling) = name == "Comment" ? (.comment, "Comment") : (.context, "Context")
      case (8, UInt8(ascii: "R")): (part, spelling) = (.revision, "Revision")
      case (8, _): (part, spelling) = (.property, "Property")
      case (9, UInt8(ascii: "T")): (part, spelling) = (.timestamp, "Timestamp")
      case (9, _): (part, spelling) = (.messageID, "MessageID")
      case (11, _): (part, spelling) = (.ackRequired, "AckRequired")
      case (12, _): (part, spelling) = (.replyAddress, "ReplyAddress")
      case (13, _): (part, spelling) = (.correlationID, "CorrelationID")
      case (14, _): (part, spelling) = (.asyncReplyFlag, "AsyncReplyFlag")
      case (15, _): (part, spelling) = (.replayDetection, "ReplayDetection")
      default: return nil
      }
      guard name == spelling else { return nil }
      self = part
    }
  }

  private let children: [Element]
  /// By name: the place among the children, counted from 1; 0 for none.
  private var places = SIMD16<Int32>()

  init(_ children: [Element]) {
    self.children = children
    for (place, child) in children.enumerated() {
      if let name = Name(child.name), places[name.rawValue] == 0 { places[name.rawValue] = Int32(place) + 1 }
    }
  }

  subscript(name: Name) -> Element? {
    let place = Int(places[name.rawValue])
    return place > 0 ? children[place - 1] : nil
  }

  func text(_ name: Name) -> String? {
    let place = Int(places[name.rawValue])
    return place > 0 ? children[place - 1].text : nil
  }
}
