// What a message says, as one number.
import CIMModel
import IECMessage

/// A digest of what a message asks or tells: equal messages have equal digests in every run and on every machine.
///
/// Left out is what a sender changes when it sends the same thing again: Timestamp, ReplayDetection, User and Comment,
/// and how the XML was written (prefixes, white space between elements). 64 bits are enough, for only messages of one
/// sender with one MessageID are ever compared.
struct MessageDigest {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// - Throws: why detached objects cannot be read.
  static func of(_ message: Message) throws -> Int64 {
    var digest = MessageDigest()
    try digest.add(message)
    return Int64(bitPattern: digest.state)
  }

  private mutating func add(_ message: Message) throws {
    add(message.kind.rawValue)
    if let header = message.header {
      add(header.verb.rawValue)
      add(header.noun)
      add(header.revision)
      add(header.context)
      add(number: header.asyncReplyFlag == true ? 1 : 0)
      add(header.replyAddress)
      add(header.correlationID)
      for property in header.properties {
        add(property.name)
        add(property.value)
      }
      for element in header.extensions { add(element) }
    }
    if let request = message.request { add(request) }
    if let reply = message.reply { add(reply) }
    if let payload = message.payload { try add(payload) }
  }

  private mutating func add(_ request: Request) {
    add(number: 2)
    add(number: UInt64(bitPattern: request.startTime?.microseconds ?? .min))
    add(number: UInt64(bitPattern: request.endTime?.microseconds ?? .min))
    for option in request.options {
      add(option.name)
      add(option.value)
    }
    for id in request.ids { add(id) }
    for object in request.objects { add(object) }
  }

  private mutating func add(_ reply: Reply) {
    add(number: 3)
    add(reply.result.rawValue)
    add(number: UInt64(bitPattern: Int64(reply.operationId ?? -1)))
    for error in reply.errors {
      add(error.code)
      add(error.reason)
      add(error.details)
      add(error.xpath)
      add(number: UInt64(bitPattern: Int64(error.operationId ?? -1)))
      if let id = error.id { add(id) }
      if let id = error.relatedID { add(id) }
    }
    for id in reply.ids { add(id) }
    for element in reply.extensions { add(element) }
  }

  private mutating func add(_ payload: Payload) throws {
    add(payload.format)
    switch payload.content {
    case .objects(let objects):
      add(number: 4)
      for object in objects { add(object) }
    case .detached(let objects):
      // The same as if they were in memory.
      add(number: 4)
      try objects.forEachStep { step in
        switch step {
        case .begin(let root): begin(root)
        case .part(let part, _): add(part)
        case .end: add(number: 8)
        }
      }
    case .compressed(let text):
      add(number: 5)
      add(text)
    case .ids(let ids):
      add(number: 6)
      for id in ids { add(id) }
    case .operationSet(let set):
      add(number: 7)
      add(number: (set.enforceMsgSequence == true ? 1 : 0) | (set.enforceTransactionalIntegrity == true ? 2 : 0))
      for operation in set.operations {
        add(number: UInt64(bitPattern: Int64(operation.operationId)))
        add(operation.noun)
        add(operation.verb)
        add(number: operation.elementOperation == true ? 1 : 0)
        if let object = operation.object { add(object) }
      }
    }
  }

  private mutating func add(_ id: ObjectID) {
    add(id.value)
    add(id.idType)
    add(id.idAuthority)
    add(id.kind?.rawValue)
    add(id.objectType)
  }

  private mutating func add(_ element: Element) {
    begin(element)
    for child in element.children { add(child) }
    // Ends the element, so that a child is told from a sibling.
    add(number: 8)
  }

  /// What stands before an element's children.
  private mutating func begin(_ element: Element) {
    add(element.name)
    add(element.namespace)
    for attribute in element.attributes {
      add(attribute.name)
      add(attribute.value)
    }
    add(trimmed: element.text)
  }

  /// Without white space at its ends, which a decoder leaves out where it means nothing.
  private mutating func add(trimmed text: String) {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    guard let first = text.utf8.first, let last = text.utf8.last, isSpace(first) || isSpace(last) else {
      return add(text)
    }
    let bytes = text.utf8.drop(while: isSpace)
    add(String(decoding: bytes.dropLast(bytes.reversed().prefix(while: isSpace).count), as: UTF8.self))
  }

  private mutating func add(_ text: String?) {
    if let text { add(text) } else { add(number: 9) }
  }

  private mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      add(number: UInt64(bytes.count))
      var at = 0
      let raw = UnsafeRawBufferPointer(bytes)
      while at + 8 <= raw.count {
        add(number: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
        at += 8
      }
      var rest: UInt64 = 0
      while at < raw.count {
        rest = rest << 8 | UInt64(raw[at])
        at += 1
      }
      add(number: rest)
    }
  }

  /// Mixes 64 bits in: both halves of a full product, so that every bit reaches every other.
  private mutating func add(number: UInt64) {
    let product = (state ^ number ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    state = (product.high ^ product.low) &+ 0x8EBC_6AF0_9C88_C6E3
  }
}
