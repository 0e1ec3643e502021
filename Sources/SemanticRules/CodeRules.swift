// The rules on what a message says in codes: reading types, qualities, events, controls, reply codes, and values.
public import CIMCodes
public import CIMModel
public import IECMessage

/// Judges the codes of a message by the tables of Annexes B to F, and its values by their reading types.
///
/// A reference that can be no code is rejected with 2.6 (reading types) or 1.8; one that is left out with 1.7. What is
/// legal in shape and odd in content is warned about. Reply codes are never rejected: a reply is better than none.
///
/// Bounds: `limit` findings a message; codes that were judged are remembered, 4,096 of them at most 256 bytes long.
///
/// - SeeAlso: IEC 61968-9, Annexes B to F
public struct CodeRules: ContentRules {
  public let tables: CodeTables
  /// Findings kept per message. Default 200.
  public let limit: Int
  let memory: CodeMemory

  public init(tables: CodeTables = .standard, limit: Int = 200) {
    self.tables = tables
    self.limit = max(limit, 1)
    memory = CodeMemory(tables: tables)
  }

  /// Judges request, reply and payload of a message; paths begin with the generic root, e.g. "/EventMessage".
  public func check(_ message: Message) -> RuleReport {
    var walk = CodeWalk(self)
    walk.descend(message.kind.rawValue) { walk in
      walk.descend("Request") { $0.visit(message.request?.objects ?? []) }
      if let reply = message.reply { walk.descend("Reply") { $0.judge(reply) } }
      switch message.payload?.content {
      case .objects(let objects): walk.descend("Payload") { $0.visit(objects) }
      case .detached(let objects):
        walk.descend("Payload") { walk in
          do {
            try walk.visit(objects)
          } catch {
            walk.list.add(.unreadable(objects, error))
          }
        }
      case .operationSet(let set):
        walk.descend("Payload") { walk in
          walk.descend("OperationSet") { walk in
            for (index, operation) in set.operations.enumerated() {
              walk.descend("Operation", index + 1) { $0.visit(operation.object.map { [$0] } ?? []) }
            }
          }
        }
      case .compressed, .ids, nil: break
      }
    }
    return walk.report
  }

  /// Judges a document or a payload; paths begin with the root's name.
  public func check(_ root: Element) -> RuleReport {
    var walk = CodeWalk(self)
    walk.visit([root])
    return walk.report
  }
}
