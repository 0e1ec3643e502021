// Reply codes. Nothing is rejected here: the sender of the request is to hear what became of it in any case.
import CIMCodes
import CIMModel
import IECMessage

extension CodeWalk {
  mutating func judge(_ reply: Reply) {
    for (index, error) in reply.errors.enumerated() {
      descend("Error", index + 1) { $0.judge(replyCode: error.code, isHarmless: error.level?.isHarmless, reply.result) }
    }
  }

  /// A reply that was not made into a message.
  mutating func judge(result: Reply.Result?, _ reply: Element) {
    for (index, error) in reply.all("Error").enumerated() {
      guard let code = error.text("code") else { continue }
      let level = error.text("level").flatMap { ReplyError.Level(rawValue: $0) }
      descend("Error", index + 1) { $0.judge(replyCode: code, isHarmless: level?.isHarmless, result) }
    }
  }

  private mutating func judge(replyCode text: String, isHarmless: Bool?, _ result: Reply.Result?) {
    let key = CodeKey(kind: .replyCode, text: text)
    if list.isFirst(key) {
      for finding in rules.memory.judged(key).findings { tell(finding, about: key, at: path("code"), atMost: .warn) }
    }
    guard let code = ReplyCode(text), result == .ok, code.expectedResult == "FAILED", isHarmless != true else { return }
    add(
      "replyCode.result", .note, "IEC 61968-9, Annex B", path("code"),
      "the Result is OK, but \(code) \(tables.longName(of: code)) goes with FAILED", code: "1.8")
  }
}

extension ReplyError.Level {
  var isHarmless: Bool { self == .inform || self == .warning }
}
