// A line for every element, for people.

package enum Indentation {
  /// Indents what `XMLWriter` wrote: there `<` and `>` stand for markup only, and elements with text have no children.
  package static func indent(_ bytes: [UInt8]) -> [UInt8] {
    let open = UInt8(ascii: "<")
    let close = UInt8(ascii: ">")
    let slash = UInt8(ascii: "/")
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 4)
    var depth = 0
    for (index, byte) in bytes.enumerated() {
      if byte == open, index + 1 < bytes.count {
        let isEnd = bytes[index + 1] == slash
        if isEnd { depth -= 1 }
        // Between two tags there is room for a line break, between a tag and text there is none.
        if result.last == close {
          result.append(UInt8(ascii: "\n"))
          result.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * max(0, depth)))
        }
        if !isEnd && bytes[index + 1] != UInt8(ascii: "?") { depth += 1 }
      } else if byte == close, index > 0, bytes[index - 1] == slash {
        depth -= 1
      }
      result.append(byte)
    }
    return result
  }
}
