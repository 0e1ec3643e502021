// The catalogue as JSON, for other programs; docs/catalogue.md has the keys.
import CIMJSON
import CIMModel
import IECMessage
import MessageBus

/// Writes a catalogue as JSON, and reads it back.
///
/// Keys are stable: later versions add some, and count `format` up where one changes its meaning.
public enum CatalogueJSON {
  /// What `format` says.
  static let format = 1

  /// UTF-8 JSON, indented, ending with a line end. What is unknown is absent.
  public static func write(_ catalogue: InterfaceCatalogue) -> [UInt8] {
    let tree = JSONTree.object([
      ("format", .token(String(format))),
      ("components", .array(catalogue.entries.map(component))),
      ("gaps", .array(catalogue.gaps.map(gap))),
    ])
    var writer = JSONWriter(pretty: true)
    tree.write(to: &writer)
    return writer.bytes + [0x0A]
  }

  private static func component(_ entry: ComponentEntry) -> JSONTree {
    var members: [(String, JSONTree)] = [("id", .string(entry.id.rawValue)), ("name", .string(entry.name))]
    if let vendor = entry.vendor { members.append(("vendor", .string(vendor))) }
    members.append(("functions", .array(entry.functions.map(function))))
    if let address = entry.address { members.append(("address", .string(address))) }
    members.append(("state", .string(entry.state.rawValue)))
    if let health = entry.health { members.append(("health", self.health(health))) }
    for direction in ComponentEntry.Direction.allCases {
      members.append((direction.rawValue, .array(entry[direction].map(pattern))))
    }
    return .object(members)
  }

  private static func function(_ code: String) -> JSONTree {
    guard let row = BusinessFunction.named(code) else { return .object([("code", .string(code))]) }
    var members: [(String, JSONTree)] = [("code", .string(code)), ("name", .string(row.name))]
    if let parent = row.parent { members.append(("parent", .string(parent))) }
    if let part = row.part { members.append(("part", .string(part))) }
    members.append(("evidence", .string(row.evidence.rawValue)))
    return .object(members)
  }

  private static func health(_ health: ComponentHealth) -> JSONTree {
    var members: [(String, JSONTree)] = [("joined", health.isJoined ? .yes : .no)]
    if let backlog = health.backlog { members.append(("backlog", .token(String(backlog)))) }
    if let time = health.lastDelivery { members.append(("lastDelivery", .string(time.xmlText))) }
    if let circuit = health.circuit { members.append(("circuit", .string(circuit.rawValue))) }
    if let reason = health.reason { members.append(("reason", .string(reason))) }
    return .object(members)
  }

  private static func pattern(_ pattern: MessagePattern) -> JSONTree {
    var members: [(String, JSONTree)] = [("verbs", .strings(pattern.verbs.map(\.rawValue)))]
    if let nouns = pattern.nouns { members.append(("nouns", .strings(nouns))) }
    if let senders = pattern.senders { members.append(("from", .strings(senders.map(\.rawValue)))) }
    return .object(members)
  }

  private static func gap(_ gap: InterfaceGap) -> JSONTree {
    .object([
      ("kind", .string(gap.kind.rawValue)), ("component", .string(gap.component.rawValue)),
      ("verb", .string(gap.verb.rawValue)), ("noun", .string(gap.noun)), ("text", .string(gap.text)),
    ])
  }
}
