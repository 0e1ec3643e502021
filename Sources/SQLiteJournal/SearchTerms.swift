// From the bytes of a message to the terms it is found by.
import Foundation
import IECMessage
import MessageBus
import XMLPull

/// The terms of one message, as the search index takes them: text with a space before and behind each.
///
/// A term is a letter for its field, a colon, and a word or a whole value in lower case, in which everything but
/// letters, digits, "-._:@" and what is not ASCII is written "%" and two hexadecimal digits. What a word is says
/// `SearchWords`; this does the same for bytes, quickly where they are ASCII.
struct SearchTerms {
  enum Field: UInt8 {
    case noun = 0x6E  // n
    case verb = 0x76  // v
    case partner = 0x70  // p
    case state = 0x73  // s
    /// A whole value that names an object; one that is a word is not written a second time as a word.
    case object = 0x6F  // o
    case word = 0x74  // t
  }

  /// Of one run of text so many bytes are looked at: a compressed payload is one long word and nobody's.
  static let longestRun = 1 << 16

  private(set) var bytes: [UInt8] = [0x20]
  /// Places of terms that came lately, by hash: repeated ones need not be written again.
  private var recent = [Range<Int>](repeating: 0..<0, count: 256)
  private var scratch: [UInt8] = []

  /// How many bytes of terms there are.
  var count: Int { bytes.count - 1 }

  /// Forgets the terms, e.g. once they are in the index.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(0x20)
    for index in recent.indices { recent[index] = 0..<0 }
  }

  /// Adds a whole value as one term.
  mutating func add(_ field: Field, _ value: String) {
    var value = SearchWords.folded(value)
    guard !value.isEmpty else { return }
    value.withUTF8 { append(field, UnsafeRawBufferPointer($0)) }
  }

  /// Adds what a value says.
  ///
  /// - Parameter isObject: it is an mRID, a name or the like.
  mutating func add(value: UnsafeRawBufferPointer, isObject: Bool) {
    let value = Self.trimmed(value)
    guard !value.isEmpty else { return }
    guard value.allSatisfy({ $0 < 0x80 }) else {
      let text = String(decoding: value, as: UTF8.self)
      if !isObject && SearchWords.isFigure(value) { return }
      let words = SearchWords.words(text)
      if isObject { add(.object, text) }
      if isObject && words == [SearchWords.folded(text)] { return }
      for var word in words { word.withUTF8 { append(.word, UnsafeRawBufferPointer($0)) } }
      return
    }
    if isObject {
      if Self.isOneWord(value) { return append(.object, value) }
      add(.object, String(decoding: value, as: UTF8.self))
    } else if SearchWords.isFigure(value) {
      return
    }
    var start = 0
    while start < value.count {
      guard Self.isPart(value[start]) else {
        start += 1
        continue
      }
      var end = start + 1
      while end < value.count, Self.isPart(value[end]) { end += 1 }
      var (first, last) = (start, end)
      while first < last, Self.isSign(value[first]) { first += 1 }
      while last > first, Self.isSign(value[last - 1]) { last -= 1 }
      if first < last { append(.word, UnsafeRawBufferPointer(rebasing: value[first..<last])) }
      start = end
    }
  }

  mutating func append(_ field: Field, _ value: UnsafeRawBufferPointer) {
    let start = bytes.count
    bytes.append(field.rawValue)
    bytes.append(0x3A)
    var hash = Int(field.rawValue)
    // What is longer than this and not ASCII has been cut by `SearchWords`.
    var left = SearchWords.longest
    for byte in value where left > 0 {
      left -= 1
      switch byte {
      case 0x41...0x5A: bytes.append(byte | 0x20)
      case 0x61...0x7A, 0x30...0x3A, 0x2D, 0x2E, 0x5F, 0x40, 0x80...0xFF: bytes.append(byte)
      default:
        bytes.append(0x25)
        bytes.append(Self.digit(byte >> 4))
        bytes.append(Self.digit(byte & 0xF))
      }
      hash = hash &* 31 &+ Int(bytes[bytes.count - 1])
    }
    let place = hash & 0xFF
    let known = recent[place]
    let term = start..<bytes.count
    if known.count == term.count, bytes[known].elementsEqual(bytes[term]) {
      bytes.removeSubrange(term)
      return
    }
    recent[place] = term
    bytes.append(0x20)
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  private static func isSign(_ byte: UInt8) -> Bool {
    byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x3A || byte == 0x40
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) && byte < 0x80 || (0x30...0x39).contains(byte) || isSign(byte)
  }

  private static func isOneWord(_ value: UnsafeRawBufferPointer) -> Bool {
    guard let first = value.first, let last = value.last else { return false }
    return !isSign(first) && !isSign(last) && value.allSatisfy(isPart)
  }

  static func trimmed(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var (start, end) = (0, value.count)
    while start < end, SearchWords.isSpace(value[start]) { start += 1 }
    while end > start, SearchWords.isSpace(value[end - 1]) { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: value[start..<end])
  }
}

/// Terms of which a message has to have one of each group.
struct SearchCriteria: Sendable {
  /// Each term in the form of the index.
  private(set) var groups: [[String]] = []

  var isEmpty: Bool { groups.isEmpty }

  /// What a query asks of the content of a message.
  static func content(of query: MessageQuery) -> SearchCriteria {
    var criteria = SearchCriteria()
    if let object = query.object { criteria.add([(.object, object)]) }
    for word in query.text.map({ SearchWords.words($0) }) ?? [] { criteria.add([(.word, word), (.object, word)]) }
    return criteria
  }

  mutating func add(_ alternatives: [(SearchTerms.Field, String)]) {
    var group: [String] = []
    for (field, value) in alternatives {
      var terms = SearchTerms()
      terms.add(field, value)
      if terms.count > 0 { group.append(String(decoding: terms.bytes.dropFirst().dropLast(), as: UTF8.self)) }
    }
    if !group.isEmpty { groups.append(group) }
  }

  /// As a query of the index. Terms hold no quotation marks.
  var match: String {
    groups.map { group in "(" + group.map { "\"\($0)\"" }.joined(separator: " OR ") + ")" }.joined(separator: " AND ")
  }

  /// Takes out the groups of which a message with these terms has one.
  mutating func strike(_ terms: SearchTerms) {
    let known = terms.bytes.split(separator: 0x20)
    groups.removeAll { group in
      group.contains { wanted in known.contains { $0.elementsEqual(wanted.utf8) } }
    }
  }
}
