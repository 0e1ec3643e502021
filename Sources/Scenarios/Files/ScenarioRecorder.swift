// Turns messages that were exchanged into a scenario file.
import CIMCodec
import CIMModel
import Components
public import IECMessage
public import MessageBus

/// Writes scenario files out of recorded messages.
///
/// What nobody before it brought about begins with `send` and the payload as it was; the rest is expected to follow by
/// itself. Whoever keeps the file adds what has to come of it, and placeholders for what differs from run to run.
public struct ScenarioRecorder {
  /// A message as it was exchanged.
  public struct Recorded: Sendable {
    public var from: ParticipantID
    /// Who got it; of a request who answered.
    public var to: [ParticipantID]
    public var message: Message
    public var reply: Reply?

    public init(from: ParticipantID, to: [ParticipantID], message: Message, reply: Reply? = nil) {
      self.from = from
      self.to = to
      self.message = message
      self.reply = reply
    }
  }

  private let recorded: [Recorded]

  /// - Parameter recorded: in the order in which they were sent; replies and messages that nobody got are passed over.
  /// - Throws: `ScenarioError` `.file` where a system is none of the reference model's, or there is nothing to write.
  public init(_ recorded: [Recorded]) throws(ScenarioError) {
    self.recorded = recorded.filter { $0.message.kind != .response && !$0.to.isEmpty && $0.message.verb != nil }
    guard !self.recorded.isEmpty else {
      throw ScenarioError(.file, "no request or event was recorded that somebody got")
    }
    for id in self.recorded.flatMap({ [$0.from] + $0.to }) where ReferenceModel.system(id) == nil {
      let known = ReferenceModel.systems.map(\.id.rawValue).joined(separator: ", ")
      throw ScenarioError(
        .file, "\(id) is no system of the reference model: say with --as \(id)=SYSTEM which it plays; known are \(known)")
    }
  }

  /// The file's text.
  public func yaml(figure: String, title: String) -> String {
    var participants: [ParticipantID] = []
    for id in ReferenceModel.systems.map(\.id) where recorded.contains(where: { $0.from == id || $0.to.contains(id) }) {
      participants.append(id)
    }
    var text =
      "# Recorded. Add what has to come of it under expect, and placeholders for what differs from run to run.\n"
    text += "figure: \(quoted(figure))\ntitle: \(quoted(title))\nclause: \"-\"\ncertainty: inferred\n"
    text += "basis: recorded from live traffic\n"
    text += "participants: [\(participants.map { quoted($0.rawValue) }.joined(separator: ", "))]\nsteps:\n"
    for index in recorded.indices { text += step(index) }
    return text
  }

  private func step(_ index: Int) -> String {
    let item = recorded[index]
    let message = item.message
    var text = "  - from: \(quoted(item.from.rawValue))\n"
    text += "    to: [\(item.to.map { quoted($0.rawValue) }.joined(separator: ", "))]\n"
    text += "    verb: \(message.verb?.rawValue ?? "")\n    noun: \(message.noun ?? "")\n"
    if message.header?.asyncReplyFlag == true { text += "    pattern: callback\n" }
    if let reply = item.reply, message.header?.verb.role == .request {
      let code = reply.errors.first { !$0.code.hasPrefix("0.") }?.code
      text += "    reply: \(reply.result.rawValue)" + (reply.result == .ok ? "" : code.map { " " + $0 } ?? "") + "\n"
    }
    if recorded[..<index].contains(where: { $0.causes(item) }) {
      for (path, code) in codes(message) { text += "    holds: {\(path): \(quoted(code))}\n" }
    } else if let payload = payload(message) {
      text += "    send: |\n"
      for line in payload.split(separator: "\n") { text += "      \(line)\n" }
    }
    return text + "    text: \(quoted("\(item.from) \(message.verb?.rawValue ?? "") \(message.noun ?? "")"))\n"
  }

  /// The code of the first control or event.
  private func codes(_ message: Message) -> [(path: String, code: String)] {
    for path in ["EndDeviceControl/EndDeviceControlType/@ref", "EndDeviceEvent/EndDeviceEventType/@ref"] {
      if let code = ScenarioMessage.texts(path, in: message).first { return [(path, code)] }
    }
    return []
  }

  private func payload(_ message: Message) -> String? {
    var root = message.payload?.objects.first ?? message.request?.objects.first
    if case .operationSet = message.payload?.content {
      root = message.element().children.first { $0.name == "Payload" }?.children.first
    }
    guard let root else { return nil }
    var text = String(decoding: XMLWriter.write(root), as: UTF8.self)
    if text.hasPrefix("<?xml"), let end = text.firstRange(of: "?>") { text = String(text[end.upperBound...]) }
    return text.split(separator: "\n").joined(separator: "\n")
  }

  /// A YAML text in double quotes.
  private func quoted(_ text: String) -> String { QuotedText.json(text) }
}

extension ScenarioRecorder.Recorded {
  /// Whether a later message was brought about by this one: it carries its id, or tells that the request was carried out.
  fileprivate func causes(_ later: Self) -> Bool {
    guard to.contains(later.from) || from == later.from else { return false }
    let ids = [message.header?.messageID, message.header?.correlationID].compactMap { $0 }
    if let id = later.message.header?.correlationID, ids.contains(id) { return true }
    guard to.contains(later.from), let told = later.message.verb?.presentTense else { return false }
    return message.verb == .execute || (message.verb == told && message.noun == later.message.noun)
  }
}
