// JSON texts (RFC 8259) to trees: one pass, no recursion, every limit checked before memory is taken.

/// Reads one JSON text.
package struct JSONReader {
  let bytes: [UInt8]
  let limits: JSONLimits
  var index = 0
  /// Open arrays and objects, outermost first.
  private var open: [Container] = []
  private var values = 0

  private struct Container {
    var isArray: Bool
    var offset: Int
    var items: [JSONNode] = []
    var members: [JSONNode.Member] = []
    /// Names seen so far; kept for large objects only.
    var names: Set<String> = []
    /// The member whose value is being read.
    var name: (text: String, offset: Int) = ("", 0)
  }

  private init(_ bytes: [UInt8], limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  package static func read(_ bytes: [UInt8], limits: JSONLimits) throws(LocatedProblem) -> JSONNode {
    guard bytes.count <= limits.bytes else {
      throw LocatedProblem(
        code: .sizeLimit, message: "the text has more than \(limits.bytes) bytes", offset: 0, path: "$")
    }
    var reader = JSONReader(bytes, limits: limits)
    if let offset = UTF8Check.firstInvalid(in: bytes) {
      throw LocatedProblem(
        code: .encoding, message: "this is no UTF-8; save the text as UTF-8", offset: offset, path: "$")
    }
    // A byte order mark says nothing in UTF-8, but editors write it.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
    let root = try reader.document()
    reader.skipSpace()
    guard reader.index == bytes.count else {
      throw reader.problem("nothing may follow the document, but \(reader.found) does")
    }
    return root
  }

  // MARK: Structure

  private mutating func document() throws(LocatedProblem) -> JSONNode {
    while true {
      // A value begins here, or the container at hand ends before its first one.
      skipSpace()
      var complete: JSONNode?
      switch peek {
      case 0x7B?, 0x5B?:
        try begin()
        if try !endsAtOnce() {
          if !(open.last?.isArray ?? true) { try memberName() }
          continue
        }
        complete = close()
      default: complete = try scalar()
      }
      while let node = complete {
        guard !open.isEmpty else { return node }
        values += 1
        if values > limits.values { throw problem("the text has more than \(limits.values) values", .sizeLimit) }
        add(node)
        complete = try separator() ? nil : close()
      }
    }
  }

  private mutating func begin() throws(LocatedProblem) {
    guard open.count < limits.depth * 3 else {
      throw problem("the text is nested deeper than \(limits.depth) elements can be", .depthLimit)
    }
    open.append(Container(isArray: peek == 0x5B, offset: index))
    index += 1
  }

  /// Whether the container just opened is empty; its bracket is then taken.
  private mutating func endsAtOnce() throws(LocatedProblem) -> Bool {
    skipSpace()
    guard let container = open.last, peek == (container.isArray ? 0x5D : 0x7D) else { return false }
    index += 1
    return true
  }

  private mutating func add(_ node: JSONNode) {
    let last = open.count - 1
    if open[last].isArray {
      open[last].items.append(node)
    } else {
      let name = open[last].name
      open[last].members.append(JSONNode.Member(name: name.text, offset: name.offset, node: node))
    }
  }

  /// Behind a value: whether another follows; for an object its name is then read.
  private mutating func separator() throws(LocatedProblem) -> Bool {
    skipSpace()
    let isArray = open.last?.isArray ?? true
    switch peek {
    case 0x2C?:
      index += 1
      skipSpace()
      if peek == 0x7D || peek == 0x5D { throw problem("a comma must not stand before the closing bracket") }
      if !isArray { try memberName() }
      return true
    case 0x5D? where isArray, 0x7D? where !isArray:
      index += 1
      return false
    default:
      throw problem("a comma or \(isArray ? "']'" : "'}'") must follow, but \(found) does")
    }
  }

  private mutating func close() -> JSONNode? {
    guard let container = open.popLast() else { return nil }
    return JSONNode(
      value: container.isArray ? .array(container.items) : .object(container.members), offset: container.offset)
  }

  private mutating func memberName() throws(LocatedProblem) {
    skipSpace()
    let start = index
    guard peek == 0x22 else { throw problem("a name in double quotes must stand here, but \(found) does") }
    let last = open.count - 1
    let name = try string()
    let isKnown: Bool
    if open[last].members.count < 16 {
      isKnown = open[last].members.contains { $0.name == name }
    } else {
      if open[last].names.isEmpty { open[last].names = Set(open[last].members.map(\.name)) }
      isKnown = !open[last].names.insert(name).inserted
    }
    if isKnown {
      index = start
      throw problem("'\(name.prefix(80))' stands twice in this object; several values go into one array", .duplicate)
    }
    open[last].name = (name, start)
    skipSpace()
    guard peek == 0x3A else { throw problem("a colon must follow the name, but \(found) does") }
    index += 1
  }

  // MARK: Scalars

  private mutating func scalar() throws(LocatedProblem) -> JSONNode {
    let start = index
    switch peek {
    case 0x22?: return JSONNode(value: .string(try string()), offset: start)
    case 0x74? where take("true"): return JSONNode(value: .bool(true), offset: start)
    case 0x66? where take("false"): return JSONNode(value: .bool(false), offset: start)
    case 0x6E? where take("null"): return JSONNode(value: .null, offset: start)
    case let byte? where byte == 0x2D || isDigit(byte):
      guard let end = NumberToken.end(in: bytes, from: index) else {
        throw problem("this is no JSON number: no plus, no leading zeros, digits on both sides of the point")
      }
      index = end
      return JSONNode(value: .number(String(decoding: bytes[start..<end], as: UTF8.self)), offset: start)
    default: throw problem("a value must stand here, but \(found) does")
    }
  }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[index...].starts(with: word.utf8) else { return false }
    index += word.utf8.count
    return true
  }

  // MARK: Bytes

  var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  var found: String {
    guard index < bytes.count else { return "the end of the text" }
    let scalar = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
    return scalar.map { "'\($0)'" } ?? "the end of the text"
  }

  func problem(_ message: String, _ code: JSONProblem.Code = .malformed) -> LocatedProblem {
    var path = JSONPath()
    for (level, container) in open.enumerated() {
      // The innermost object may not have come to its first name yet.
      if container.isArray {
        path.steps.append(.index(container.items.count))
      } else if level < open.count - 1 || !container.name.text.isEmpty {
        path.steps.append(.member(container.name.text))
      }
    }
    return LocatedProblem(code: code, message: message, offset: index, path: path.text)
  }
}
