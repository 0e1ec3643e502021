// Writes elements in one of three manners. What is written is the caller's business, how it looks is decided here.

struct Markup: ~Copyable {
  enum Style {
    case compact
    case pretty
    case irregular
  }

  let style: Style
  var out: OutputFile
  var random: SplitMix64
  /// "" or "m:".
  var prefix = ""
  private var depth = 0

  init(_ out: consuming OutputFile, style: Style, seed: UInt64) {
    self.out = out
    self.style = style
    random = SplitMix64(seed: ~seed)
  }

  /// True in `percent` of 100 cases of an irregular file, never in a regular one.
  mutating func sometimes(_ percent: Double) -> Bool { style == .irregular && random.chance(percent) }

  mutating func open(_ name: String) {
    gap()
    startTag(name)
    depth += 1
  }

  mutating func close(_ name: String) {
    depth -= 1
    gap()
    endTag(name)
  }

  mutating func leaf(_ name: String, _ text: String) {
    gap()
    startTag(name)
    content(text)
    endTag(name)
  }

  /// An empty element with the attribute ref.
  mutating func reference(_ name: String, _ code: String) {
    gap()
    out.write("<")
    out.write(prefix)
    out.write(name)
    let space = sometimes(Irregularity.spaceAroundEquals) ? " " : ""
    let quote = sometimes(Irregularity.singleQuotes) ? "'" : "\""
    out.write(" ref\(space)=\(space)\(quote)\(code)\(quote)")
    if sometimes(Irregularity.endTagOfEmpty) {
      endOfTag()
      endTag(name)
    } else {
      if sometimes(Irregularity.spaceInTag) { out.write(" ") }
      out.write("/>")
    }
  }

  /// The root's start tag binds the namespace to all prefixes that occur.
  mutating func openRoot(_ name: String, namespace: String) {
    out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(prefix)\(name)")
    let prefixes = style == .irregular ? Irregularity.prefixes : [String(prefix.dropLast())]
    for prefix in prefixes {
      out.write(prefix.isEmpty ? " xmlns=\"\(namespace)\"" : " xmlns:\(prefix)=\"\(namespace)\"")
    }
    out.write(">")
    depth += 1
  }

  mutating func closeRoot(_ name: String) {
    close(name)
    out.write("\n")
  }

  private mutating func startTag(_ name: String) {
    out.write(UInt8(ascii: "<"))
    out.write(prefix)
    out.write(name)
    endOfTag()
  }

  private mutating func endTag(_ name: String) {
    out.write("</")
    out.write(prefix)
    out.write(name)
    endOfTag()
  }

  private mutating func endOfTag() {
    if sometimes(Irregularity.spaceInTag) { out.write(random.below(4) == 0 ? "\n" : " ") }
    out.write(UInt8(ascii: ">"))
  }

  private mutating func gap() {
    switch style {
    case .compact: return
    case .pretty: lineBreak(depth * 2)
    case .irregular:
      space()
      if random.chance(Irregularity.comment) {
        out.write("<!-- \(random.pick(Irregularity.comments)) -->")
        space()
      }
    }
  }

  private mutating func space() {
    let draw = random.below(100)
    let gaps = Irregularity.gaps
    if draw < gaps.none { return }
    if draw < gaps.none + gaps.blank { return out.write(UInt8(ascii: " ")) }
    if draw < gaps.none + gaps.blank + gaps.lineBreak { return lineBreak(random.below(25)) }
    out.write(random.below(2) == 0 ? "\t" : "\t\t")
  }

  private mutating func lineBreak(_ indentation: Int) {
    out.write(UInt8(ascii: "\n"))
    for _ in 0..<indentation { out.write(UInt8(ascii: " ")) }
  }

  private mutating func content(_ text: String) {
    if sometimes(Irregularity.characterData) {
      out.write("<![CDATA[\(text)]]>")
    } else if sometimes(Irregularity.characterReference) {
      let place = random.below(text.unicodeScalars.count)
      for (number, scalar) in text.unicodeScalars.enumerated() {
        let isHex = number % 2 == 0
        if number == place {
          out.write(isHex ? "&#x\(String(scalar.value, radix: 16));" : "&#\(scalar.value);")
        } else {
          out.write(escaped(String(scalar)))
        }
      }
    } else {
      out.write(escaped(text))
    }
  }

  private func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "<") }) else { return text }
    return text.reduce(into: "") { $0 += $1 == "&" ? "&amp;" : $1 == "<" ? "&lt;" : String($1) }
  }
}
