// Elements as few bytes: names of elements and namespaces are numbers of words that the file holds once.
import CIMModel
import MasterData

/// The words of a file, numbered from 0 in the order in which they came.
struct WordTable {
  private(set) var texts: [String] = []
  private var numbers: [String: Int] = [:]

  subscript(number: Int) -> String? { texts.indices.contains(number) ? texts[number] : nil }
  func number(of text: String) -> Int? { numbers[text] }

  mutating func append(_ text: String) {
    numbers[text] = texts.count
    texts.append(text)
  }

  /// Forgets what a rollback has taken back.
  mutating func truncate(to count: Int) {
    while texts.count > count, let last = texts.popLast() { numbers[last] = nil }
  }
}

/// Writes elements.
struct ContentEncoder {
  private(set) var bytes: [UInt8] = []
  /// Gives a word's number, a new one where it has none yet.
  private let number: (String) throws -> Int

  init(_ number: @escaping (String) throws -> Int) {
    self.number = number
    bytes.reserveCapacity(256)
  }

  mutating func write(_ element: Element, parent namespace: String = "") throws {
    let isNewNamespace = element.namespace != namespace
    let flags =
      (element.children.isEmpty ? 0 : 1) | (element.attributes.isEmpty ? 0 : 2) | (isNewNamespace ? 4 : 0)
    write(UInt64(try number(element.name)) << 3 | UInt64(flags))
    if isNewNamespace { write(UInt64(try number(element.namespace))) }
    if !element.attributes.isEmpty {
      write(UInt64(element.attributes.count))
      for attribute in element.attributes {
        write(UInt64(try number(attribute.name)))
        write(UInt64(try number(attribute.namespace)))
        write(attribute.value)
      }
    }
    guard !element.children.isEmpty else { return write(element.text) }
    write(UInt64(element.children.count))
    for child in element.children { try write(child, parent: element.namespace) }
  }

  mutating func write(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Length and UTF-8; a UUID as its sixteen bytes, with length 0 in front.
  private mutating func write(_ text: String) {
    if let uuid = UUIDBytes.packed(text) {
      bytes.append(0)
      bytes += uuid
      return
    }
    write(UInt64(text.utf8.count + 1))
    bytes += text.utf8
  }
}

/// Reads elements; nil where the bytes are not what an encoder wrote.
struct ContentDecoder {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0
  private let words: WordTable

  init(_ bytes: UnsafeRawBufferPointer, _ words: WordTable) {
    self.bytes = bytes
    self.words = words
  }

  var atEnd: Bool { place >= bytes.count }

  private mutating func number() -> Int? {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 63 {
      let byte = bytes[place]
      place += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int(exactly: result) }
      shift += 7
    }
    return nil
  }

  private mutating func text() -> String? {
    guard let length = number() else { return nil }
    let count = length == 0 ? 16 : length - 1
    guard count <= bytes.count - place else { return nil }
    let slice = UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    place += count
    return length == 0 ? UUIDBytes.text(slice) : String(decoding: slice, as: UTF8.self)
  }

  mutating func element(parent namespace: String = "", depth: Int = 0) -> Element? {
    guard depth < 256, let head = number(), let name = words[head >> 3] else { return nil }
    var namespace = namespace
    if head & 4 != 0 {
      guard let own = number().flatMap({ words[$0] }) else { return nil }
      namespace = own
    }
    var attributes: [Element.Attribute] = []
    if head & 2 != 0 {
      guard let count = number(), count <= bytes.count else { return nil }
      for _ in 0..<count {
        guard let name = number().flatMap({ words[$0] }), let space = number().flatMap({ words[$0] }),
          let value = text()
        else { return nil }
        attributes.append(.init(namespace: space, name: name, value: value))
      }
    }
    guard head & 1 != 0 else {
      guard let text = text() else { return nil }
      return Element(name, in: namespace, attributes: attributes, text: text)
    }
    guard let count = number(), count <= bytes.count else { return nil }
    var children: [Element] = []
    children.reserveCapacity(count)
    for _ in 0..<count {
      guard let child = element(parent: namespace, depth: depth + 1) else { return nil }
      children.append(child)
    }
    return Element(name, in: namespace, attributes: attributes, children: children)
  }
}

/// UUIDs in sixteen bytes in place of 36 characters. Only the lower-case form, so that the text comes back as it was.
enum UUIDBytes {
  private static func isDash(_ place: Int) -> Bool { place == 8 || place == 13 || place == 18 || place == 23 }

  static func packed(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { text in
      guard text.count == 36 else { return nil }
      var isUUID = true
      let result = [UInt8](unsafeUninitializedCapacity: 16) { bytes, count in
        var place = 0
        while count < 16, isUUID {
          if isDash(place) {
            isUUID = text[place] == 0x2D
            place += 1
            continue
          }
          // Bytes begin at even places behind an even number of dashes and at odd ones else: none has a dash within.
          if let high = digit(text[place]), let low = digit(text[place + 1]) {
            bytes[count] = high << 4 | low
            count += 1
            place += 2
          } else {
            isUUID = false
          }
        }
      }
      return isUUID ? result : nil
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x61 + digit - 10 }
    return String(unsafeUninitializedCapacity: 36) { text in
      var place = 0
      for byte in bytes {
        if isDash(place) {
          text[place] = 0x2D
          place += 1
        }
        text[place] = hex(byte >> 4)
        text[place + 1] = hex(byte & 15)
        place += 2
      }
      return place
    }
  }
}
