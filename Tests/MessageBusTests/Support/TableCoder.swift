// A coder for tests: what it writes is a key into a table of its own.
import IECMessage
import Synchronization

/// Writes a message as a number and keeps it; a second coder cannot read it. Padding gives bodies a size.
final class TableCoder: MessageCoder {
  private let state = Mutex<(keys: [Message: Int], messages: [Message])>(([:], []))
  private let padding: Int

  init(padding: Int = 0) { self.padding = padding }

  func encode(_ message: Message) throws -> [UInt8] {
    let key = state.withLock { state in
      if let key = state.keys[message] { return key }
      state.messages.append(message)
      state.keys[message] = state.messages.count - 1
      return state.messages.count - 1
    }
    return Array("\(key) ".utf8) + [UInt8](repeating: 0x78, count: padding)
  }

  func decode(_ bytes: [UInt8]) throws -> Message {
    let text = String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)
    return try state.withLock { state in
      guard let key = Int(text), state.messages.indices.contains(key) else { throw NotInTable() }
      return state.messages[key]
    }
  }

  struct NotInTable: Error {}
}
