// What kind of message a document turned out to be.
import CIMProfiles
import IECMessage

/// Kind of a message, and what its root says of verb and noun.
struct MessageShape {
  var kind: MessageKind
  /// Of strongly typed messages: `create` for CreateEndDeviceControls.
  var verb: Verb?
  /// Of strongly typed messages: "EndDeviceControls".
  var noun: String?

  init(kind: MessageKind, verb: Verb? = nil, noun: String? = nil) {
    self.kind = kind
    self.verb = verb
    self.noun = noun
  }

  /// Of a strongly typed root; nil where its name is none of its noun's.
  init?(typed name: String, _ namespace: TypedNamespace) {
    let noun = namespace.noun
    switch name {
    case noun + "ResponseMessage": self.init(kind: .response, noun: noun)
    case noun + "FaultMessage": self.init(kind: .fault, noun: noun)
    case noun + "RequestMessage": self.init(kind: .request, noun: noun)
    case noun + "EventMessage": self.init(kind: .event, noun: noun)
    case namespace.name + "RequestMessage" where namespace.isQuery: self.init(kind: .request, verb: .get, noun: noun)
    default:
      guard name.hasSuffix(noun),
        let verb = Verb.allCases.first(where: { $0.capitalized == name.dropLast(noun.count) }), verb != .reply
      else { return nil }
      self.init(kind: verb.role == .event ? .event : .request, verb: verb, noun: noun)
    }
  }

  /// The kind that a root's name tells, in any letter case: "requestMessage", "PublishEvent", "CM-GetMeterReadingsResp".
  static func kind(named name: String) -> MessageKind? {
    let name = name.lowercased()
    if name == "message" { return .message }
    if name.hasSuffix("faultmessage") { return .fault }
    if name.hasSuffix("responsemessage") || name == "response" || name == "reply" { return .response }
    if name.hasSuffix("eventmessage") || name == "publishevent" || name == "event" { return .event }
    if name.hasSuffix("requestmessage") || name == "request" { return .request }
    return nil
  }
}
