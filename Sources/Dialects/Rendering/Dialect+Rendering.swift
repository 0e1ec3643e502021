// Standard answers in the form a partner can read.
import CIMProfiles
import CIMSchema
public import IECMessage

extension Dialect {
  /// A standard message, SOAP or bare, rewritten as `replyStyle` says; the same bytes where it says nothing.
  ///
  /// What comes out is in general not valid by the standard: it is the last step before sending to this one partner.
  ///
  /// - Throws: `RepairError` where the bytes are not well-formed or beyond the limits.
  public func rendering(_ bytes: [UInt8], limits: ReadLimits = ReadLimits()) throws(RepairError) -> [UInt8] {
    if replyStyle.isStandard { return bytes }
    var root = try NodeReader.read(bytes, limits: limits)
    ReplyRendering(style: replyStyle).render(&root, parent: nil)
    return NodeWriter.write(root)
  }
}

/// The work of rewriting one answer.
private struct ReplyRendering {
  let style: ReplyStyle

  func render(_ node: inout DocumentNode, parent: String?) {
    let isEnvelope = node.namespace == Envelope.namespace
    if isEnvelope || TypedNamespace(node.namespace) != nil {
      if isEnvelope { renderValue(&node, parent) }
      if node.name == "Reply", style.usesReplyCode { replaceResult(&node) }
    }
    let name = node.name
    for index in node.children.indices { render(&node.children[index], parent: name) }
    if isEnvelope, style.usesLowerCamelCase {
      let isAcronym = node.name == node.name.uppercased()
      node.name = isAcronym ? node.name.lowercased() : node.name.prefix(1).lowercased() + node.name.dropFirst()
    }
    if let foreign = style.namespaces[node.namespace] {
      node.namespace = foreign
    } else if isEnvelope, let foreign = style.envelopeNamespace {
      node.namespace = foreign
    }
  }

  private func renderValue(_ node: inout DocumentNode, _ parent: String?) {
    switch (parent, node.name) {
    case ("Header", "Verb"):
      switch style.verbCase {
      case .lower: break
      case .upper: node.text = node.text.uppercased()
      case .capitalized: node.text = node.text.prefix(1).uppercased() + node.text.dropFirst()
      }
    case ("Reply", "Result"): node.text = style.results[node.text] ?? node.text
    default: break
    }
  }

  /// Result and Errors become one ReplyCode; identifiers and extensions stay.
  private func replaceResult(_ reply: inout DocumentNode) {
    guard let result = reply.child("Result") else { return }
    let codes = reply.children.filter { $0.name == "Error" }.compactMap { $0.child("code")?.trimmedText }
    let isFailure = result.trimmedText == Reply.Result.failed.rawValue
    let code = (isFailure ? codes.first { !$0.hasPrefix("0.") } : codes.first) ?? (isFailure ? "5.3" : "0.0")
    reply.children.removeAll { $0.name == "Result" || $0.name == "Error" }
    reply.children.insert(
      DocumentNode("ReplyCode", in: Envelope.namespace, line: result.line, text: code), at: 0)
  }
}
