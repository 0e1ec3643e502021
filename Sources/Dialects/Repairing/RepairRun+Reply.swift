// Replies: results, the ReplyCode of 2008, paths that are no names; and contents that are none.
import IECMessage

extension RepairRun {
  /// Codes of category 0 (IEC 61968-9, Annex B): all of them tell of success.
  private static let successCodes: Set<String> = ["0", "0.0", "0.1", "0.2", "0.3", "OK"]

  mutating func repairReply(_ message: inout DocumentNode) {
    if message.namespace == Envelope.wrapper, message.children.count == 1, message.children[0].name == "message" {
      log.enter(message.children[0])
      repairReply(&message.children[0])
      log.leave()
      return
    }
    guard let index = message.index(of: "Reply") else { return }
    var reply = message.children[index]
    log.enter(reply)
    replaceReplyCode(&reply)
    if let place = reply.index(of: "Result") {
      let node = reply.children[place]
      if let result = words.result(node.trimmedText), result != node.text {
        log.enter(node)
        log.note(node.line, "the Result '\(node.trimmedText.shortened)' was read as '\(result)'")
        log.leave()
        reply.children[place].text = result
      }
    }
    for place in reply.children.indices where reply.children[place].name == "Error" {
      log.enter(reply.children[place])
      movePath(&reply.children[place])
      log.leave()
    }
    message.children[index] = reply
    log.leave()
  }

  /// ReplyCode (2008): Result, and where it is no success an Error with the code.
  private mutating func replaceReplyCode(_ reply: inout DocumentNode) {
    guard let index = reply.index(of: "ReplyCode"), reply.children[index].isLeaf else { return }
    let node = reply.children.remove(at: index)
    let code = node.trimmedText
    let isSuccess = Self.successCodes.contains(code.uppercased())
    var added: [DocumentNode] = []
    if reply.index(of: "Result") == nil {
      let result: Reply.Result = isSuccess ? .ok : .failed
      added.append(DocumentNode("Result", in: Envelope.namespace, line: node.line, text: result.rawValue))
      log.note(node.line, "the ReplyCode '\(code.shortened)' was read as the Result '\(result.rawValue)'")
    } else {
      log.note(
        node.line, "the ReplyCode '\(code.shortened)' beside the Result was read as an Error's code, or left out")
    }
    // That more follows (0.1) or nothing does (0.2) is worth keeping; 0.0 says no more than OK.
    let isTelling = !isSuccess || code.hasPrefix("0.") && code != "0.0"
    if isTelling, !code.isEmpty, reply.index(of: "Error") == nil {
      let error = DocumentNode(
        "Error", in: Envelope.namespace, line: node.line,
        children: [DocumentNode("code", in: Envelope.namespace, line: node.line, text: code)])
      if let result = reply.index(of: "Result") {
        reply.children.insert(error, at: result + 1)
      } else {
        added.append(error)
      }
    }
    reply.children.insert(contentsOf: added, at: 0)
  }

  /// `xpath` is a qualified name by the schema; a path goes where text may stand.
  private mutating func movePath(_ error: inout DocumentNode) {
    guard let index = error.index(of: "xpath"), error.children[index].qualifiedText == nil else { return }
    let path = error.children[index].trimmedText
    let isName =
      !path.isEmpty && path.utf8.allSatisfy { Self.isNameByte($0) } && !path.utf8.prefix(1).allSatisfy { $0 < 0x41 }
    if isName { return }
    let line = error.children[index].line
    error.children.remove(at: index)
    guard !path.isEmpty else {
      log.note(line, "an empty xpath was left out")
      return
    }
    log.note(line, "the path in xpath, which takes a name only, was moved to details")
    if let details = error.index(of: "details") {
      error.children[details].text += " at " + path
    } else {
      error.children.insert(DocumentNode("details", in: Envelope.namespace, line: line, text: path), at: index)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E, 0x80...0xFF: true
    default: false
    }
  }

  // MARK: Contents that are none

  /// An OperationSet without operations and a Compressed without data, as test tools generate them.
  mutating func dropEmptyContent(_ message: inout DocumentNode) {
    guard let index = message.index(of: "Payload") else { return }
    var payload = message.children[index]
    log.enter(payload)
    payload.children.removeAll { node in
      guard isEnvelopePart(node), isEmptySet(node) || isEmptyCompressed(node) else { return false }
      log.note(node.line, "'\(node.name)' was left out: there is nothing in it")
      return true
    }
    message.children[index] = payload
    log.leave()
  }

  private func isEmptySet(_ node: DocumentNode) -> Bool {
    guard node.name == "OperationSet" else { return false }
    return !node.children.contains { $0.name == "Operation" } || words.isPlaceholder(node)
  }

  /// "false" and the like: a flag was meant where data is wanted.
  private func isEmptyCompressed(_ node: DocumentNode) -> Bool {
    guard node.name == "Compressed" else { return false }
    let text = node.trimmedText
    return text.isEmpty || words.isPlaceholder(text) || ["true", "false", "none"].contains(text.lowercased())
  }
}
