// What a request asks for, as one number, to tell a repetition from another request with the same MessageID.
import CIMModel
import IECMessage

/// FNV-1a over what a request says, in every run and on every machine the same.
struct RequestDigest {
  private(set) var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The key under which the reply to a request is kept; nil where it has no MessageID to be known by.
  static func key(of message: Message) -> String? {
    guard let id = message.header?.messageID, !id.isEmpty else { return nil }
    return "\(message.header?.source ?? "")\u{1F}\(id)\u{1F}\(RequestDigest(message).text)"
  }

  /// What tells a request from all others with its MessageID: of the same Source, and of others, and a trial from the
  /// request itself.
  ///
  /// - Returns: hexadecimal digits, the same for a request that is sent again.
  static func mark(of message: Message) -> String {
    var digest = RequestDigest(message)
    digest.add(message.header?.source ?? "")
    digest.add(MasterDataService.isTrial(message) ? "trial" : "")
    return digest.text
  }

  private init(_ message: Message) {
    add(message.header?.verb.rawValue ?? "")
    add(message.header?.noun ?? "")
    for id in message.request?.ids ?? [] { add(id.value) }
    for object in message.request?.objects ?? [] { add(object) }
    switch message.payload?.content {
    case .objects(let objects): for object in objects { add(object) }
    case .ids(let ids): for id in ids { add(id.value) }
    case .compressed(let text): add(text)
    // Who keeps master data gets its messages with their objects in memory.
    case .detached(let objects): for root in objects.roots { add(root) }
    case .operationSet(let set):
      add("\(set.enforceMsgSequence == true) \(set.enforceTransactionalIntegrity == true)")
      for operation in set.operations {
        add("\(operation.operationId) \(operation.elementOperation == true)")
        add(operation.verb ?? "")
        if let object = operation.object { add(object) }
      }
    case nil: break
    }
  }

  private var text: String { String(state, radix: 16) }

  private mutating func add(_ text: String) {
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    state = (state ^ 0xFF) &* 0x0000_0100_0000_01B3
  }

  private mutating func add(_ element: Element) {
    add(element.name)
    for attribute in element.attributes {
      add(attribute.name)
      add(attribute.value)
    }
    add(element.text)
    for child in element.children { add(child) }
    add("/")
  }
}
